import { expect, test } from 'vitest';
import { appWithQueries } from '../support/queries-app.ts';

/** Lists are held in memory as a whole: nothing of them can be spilled. */
const GREEDY =
  "SELECT len(list(i || repeat('x', 50))) AS n FROM range(20000000) AS numbers(i), {{TELEMETRY}} LIMIT 1";

test('statements that need more than the memory limit: coded errors, and all else goes on', async () => {
  const app = await appWithQueries(
    { 'greedy.sql': GREEDY, 'modest.sql': 'SELECT count(*) AS n FROM {{TELEMETRY}}' },
    { environment: { ENGINE_MEMORY_LIMIT: '256MB', RESPONSE_CACHE_MAX_BYTES: '0' } },
  );
  await app.refresh();
  const modest = await app.ask('{ modest { rows { n } } overview { totalRows } }');
  for (let round = 0; round < 2; round++) {
    const refused = await Promise.all(Array.from({ length: 3 }, () => app.get('/queries/greedy')));
    for (const response of refused) {
      expect([response.status, (await response.json()).code]).toEqual([503, 'OUT_OF_MEMORY']);
    }
    expect(await app.ask('{ modest { rows { n } } overview { totalRows } }')).toEqual(modest);
  }
  expect(await app.ask('{ dataset { quarantined { key } } }')).toEqual({ dataset: { quarantined: [] } });
});
