import path from 'node:path';
import { expect, test } from 'vitest';
import { startApp } from '../support/app.ts';
import { writeDataset } from '../support/datasets/dataset-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** One reading a second, one from the beginning of time, and one value beyond all measure. */
async function oddFolder(seconds: number): Promise<string> {
  const directory = path.join(await temporaryFolder(), 'data');
  await writeDataset(directory, (write) =>
    write(
      'a.parquet',
      `SELECT 'one' AS device_id, TIMESTAMP '2026-03-01' + to_seconds(i) AS "timestamp", 48 + sin(i) AS voltage,
        20.0 AS temperature, CASE WHEN i = 7 THEN 1e200 ELSE 50.0 END AS soc FROM range(${seconds}) AS numbers(i)
      UNION ALL SELECT 'one', TIMESTAMP '1970-01-01', 48.0, 20.0, 50.0`,
    ),
  );
  return directory;
}

test('a reading with a wrong clock lets no answer grow beyond the limit', async () => {
  const app = await startApp({ DATA_DIR: await oddFolder(520_000) });
  try {
    await app.refresh();
    const range = 'from=2026-03-01T00:00:00Z&to=2026-03-08T00:00:00Z';
    const large = await app.get(`/series?${range}&bucket=1s&fill=none&metric=voltage`);
    expect([large.status, (await large.json()).code]).toEqual([400, 'BAD_USER_INPUT']);
    expect((await app.get(`/series?${range}&max_points=500&metric=voltage`)).status).toBe(200);
  } finally {
    await app.close();
  }
});

test('a deviation that no double can hold is missing, like a mean, and the others are told', async () => {
  const app = await startApp({ DATA_DIR: await oddFolder(7_200) });
  try {
    await app.refresh();
    app.takeStatements();
    const url = '/series?from=2026-03-01T00:00:00Z&to=2026-03-01T02:00:00Z&bucket=1h&aggregate=stddev';
    const [series] = await (await app.get(url)).json();
    const soc = series.metrics.find(({ metric }: { metric: string }) => metric === 'soc');
    expect(soc.values).toEqual([null, 0]);
    expect(app.takeStatements()).not.toContain('probe');
    const csv = await app.get('/series.csv?max_points=100&metric=voltage&from=2026-03-01T00:00:00Z');
    expect(csv.headers.get('x-series-exact')).toBe('false');
    expect(csv.headers.get('x-series-method')).toBe('min_max_lttb');
  } finally {
    await app.close();
  }
});
