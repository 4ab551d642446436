import { expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { createLogger } from '../../src/log.ts';
import { openInMemory } from '../../src/rollup/open-store.ts';
import { RELATIONS } from '../../src/rollup/relations-sql.ts';

test('hours are those of objects that count: what is staged is in no answer, and slots of an hour are one row', async () => {
  const { engine: config } = loadConfig({ ENGINE_MEMORY_LIMIT: '500MB' });
  const { engine } = await openInMemory({
    directory: undefined,
    engine: config,
    log: createLogger('silent'),
  });
  onTestFinished(() => engine.close());
  await engine.transaction(async (connection) => {
    await connection.run(`INSERT INTO objects BY NAME
      FROM (VALUES (1, 'a', true), (2, 'b', false)) AS objects(object_id, key, live)`);
    // 18:00 and 18:30 of the first object, and 18:15 of both.
    await connection.run(`INSERT INTO partials BY NAME
      SELECT object_id, 'dev-1' AS device_id, slot, 10 AS readings, slot AS first_at,
        {'at': slot + INTERVAL 5 MINUTE, 'place': 0, 'voltage': 1, 'temperature': 1, 'soc': 1} AS latest,
        0 AS voltage_count, 10 AS soc_count, CAST(11529215046068469760 AS HUGEINT) AS soc_sum
      FROM (VALUES (1, 0), (1, 15), (1, 30), (2, 15)) AS slots(object_id, minutes),
        (SELECT TIMESTAMP '2026-03-01 18:00:00' + to_minutes(minutes) AS slot)`);
  });
  const hours = () =>
    engine.run({
      name: 'test',
      sql: `SELECT hour, first_seen, last_seen, reading_count, avg_soc, count_soc, avg_voltage, count_voltage
        FROM ${RELATIONS.DEVICE_HOURS.stored}`,
    });
  const hour = {
    hour: '2026-03-01T18:00:00.000Z',
    first_seen: '2026-03-01T18:00:00.000Z',
    last_seen: '2026-03-01T18:35:00.000Z',
    reading_count: 30,
    avg_soc: 1,
    count_soc: 30,
    avg_voltage: null,
    count_voltage: 0,
  };
  expect(await hours()).toEqual([hour]);
  await engine.transaction(async (connection) => {
    await connection.run('UPDATE objects SET live = true');
  });
  expect(await hours()).toEqual([{ ...hour, reading_count: 40, count_soc: 40 }]);
});
