import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { WarmingUpError } from '../../src/errors.ts';
import { writeDataset } from '../support/datasets/dataset-folder.ts';
import { datasetFacts, datasets } from '../support/datasets.ts';
import { loadTexts } from '../support/own-queries.ts';
import { appWithQueries, queriesFolder } from '../support/queries-app.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { twoWays } from '../support/two-ways.ts';

const STATISTICS = {
  first_seen: 'TIMESTAMP',
  last_seen: 'TIMESTAMP',
  reading_count: 'BIGINT',
  ...Object.fromEntries(
    ['voltage', 'temperature', 'soc'].flatMap((metric) =>
      ['avg', 'min', 'max'].map((name) => [`${name}_${metric}`, 'DOUBLE']),
    ),
  ),
  count_voltage: 'BIGINT',
  count_temperature: 'BIGINT',
  count_soc: 'BIGINT',
};
const TYPES = {
  DEVICES: { device_id: 'VARCHAR', ...STATISTICS },
  DEVICE_DAYS: { device_id: 'VARCHAR', date: 'DATE', ...STATISTICS },
  DEVICE_HOURS: { device_id: 'VARCHAR', hour: 'TIMESTAMP', ...STATISTICS },
};
const RELATIONS = Object.entries(TYPES);

const query = (relation: string) => `all_${relation.toLowerCase()}`;
const ALL = Object.fromEntries(
  RELATIONS.map(([relation]) => [
    `${query(relation)}.sql`,
    `SELECT * FROM {{${relation}}} ORDER BY ALL -- every row of {{${relation}}}`,
  ]),
);
const TYPEOF = Object.fromEntries(
  RELATIONS.map(([relation, types]) => [
    `types_${relation.toLowerCase()}.sql`,
    `SELECT DISTINCT ${Object.keys(types).map((column) => `typeof("${column}") AS "${column}"`)} FROM {{ ${relation} }}`,
  ]),
);
/** The same by hand, from readings. */
const HOURS_OF_READINGS = `SELECT device_id, date_trunc('hour', "timestamp") AS hour, count(*) AS reading_count,
  exact_avg(soc) AS avg_soc, count(soc) AS count_soc FROM {{TELEMETRY}} GROUP BY ALL ORDER BY ALL`;

/** Readings 7 minutes apart, in every hour of the day, some of them missing and some large, in objects that overlap. */
async function everyHour(directory: string): Promise<void> {
  const readings = (seed: number) => `SELECT
    'dev-' || (i % 3) AS device_id, TIMESTAMP '1969-12-30 23:59:59.999999' + INTERVAL (i * 7) MINUTE AS "timestamp",
    CASE WHEN i % 5 = 0 THEN NULL WHEN i % 7 = 0 THEN 'nan'::DOUBLE ELSE 0.1 * i + ${seed} END AS voltage,
    CASE WHEN i % 3 > 0 THEN sin(i) * 1e6 END AS temperature,
    CASE WHEN i < 300 THEN NULL ELSE 1e-9 * i END AS soc
    FROM range(700) AS numbers(i)`;
  await writeDataset(directory, async (write) => {
    await write('a.parquet', readings(1));
    await write('b/a.parquet', readings(2));
  });
}

const folders = { ...datasets, everyHour };

test.each(Object.keys(folders) as (keyof typeof folders)[])(
  '%s: the rollups give what a scan gives, to the last bit and in the types that are told without data',
  async (dataset) => {
    const directory = await temporaryFolder();
    await folders[dataset](directory);
    const queries = await queriesFolder({ ...ALL, ...TYPEOF, 'by_hand.sql': HOURS_OF_READINGS });
    const ways = await twoWays(directory, await temporaryFolder(), queries);
    onTestFinished(() => ways.close());
    const both = async (name: string) => {
      const scanned = await ways.rows(ways.scanned(), name);
      expect(await ways.rows(ways.rolledUp(), name), name).toEqual(scanned);
      expect(scanned.length).toBeGreaterThan(0);
      return scanned;
    };
    for (const [relation, types] of RELATIONS) {
      await both(query(relation));
      expect(await both(`types_${relation.toLowerCase()}`)).toEqual([types]);
    }
    const hours = await both(query('DEVICE_HOURS'));
    expect(await ways.rows(ways.scanned(), 'by_hand')).toEqual(
      hours.map(({ device_id, hour, reading_count, avg_soc, count_soc }) => ({
        device_id,
        hour,
        reading_count,
        avg_soc,
        count_soc,
      })),
    );
  },
);

test('the types are told without data', async () => {
  const { files, problems } = await loadTexts(ALL);
  expect(problems).toEqual([]);
  for (const [index, [, types]] of RELATIONS.entries()) {
    const columns = files[index]?.query.columns ?? [];
    expect(Object.fromEntries(columns.map(({ name, duckdbType }) => [name, duckdbType]))).toEqual(types);
  }
});

const WEEKS = `-- ---
-- parameters:
--   device_ids: { type: [ID], optional: true }
--   from: { type: Date, optional: true }
-- ---
WITH devices AS (SELECT * FROM {{DEVICE_DAYS}} WHERE $device_ids IS NULL OR list_contains($device_ids, device_id))
SELECT device_id, date_trunc('week', date) AS week, sum(reading_count) AS reading_count,
  sum(avg_soc * count_soc) / sum(count_soc) AS avg_soc, max(max_soc) AS max_soc
FROM devices WHERE $from IS NULL OR date >= $from GROUP BY ALL ORDER BY ALL`;
const WEEKS_OF_READINGS = `SELECT device_id, date_trunc('week', CAST("timestamp" AS DATE)) AS week,
  count(*) AS reading_count, avg(soc) AS avg_soc, max(soc) AS max_soc
FROM {{TELEMETRY}} GROUP BY ALL ORDER BY ALL`;

test('means are put together further by their counts, where values are missing too', async () => {
  const { executeQuery, refresh } = await appWithQueries(
    { 'weeks.sql': WEEKS, 'weeks_of_readings.sql': WEEKS_OF_READINGS },
    { dataset: 'missingValues' },
  );
  await refresh();
  const expected = await executeQuery('weeks_of_readings');
  const closeTo = (value: unknown) => (typeof value === 'number' ? expect.closeTo(value, 9) : value);
  expect(await executeQuery('weeks')).toEqual(
    expected.map((row) => ({ ...row, avg_soc: closeTo(row['avg_soc']) })),
  );
  expect(expected.some((row) => row['avg_soc'] === null)).toBe(true);
});

test('one statement answers, no object is opened, and limit and parameters hold as ever', async () => {
  const { get, ask, refresh, takeStatements, directory } = await appWithQueries(
    { 'weeks.sql': WEEKS, ...ALL },
    { environment: { QUERY_MAX_ROWS: '2', REFRESH_SECONDS: '86400' } },
  );
  await refresh();
  // A scan would notice that there are no objects any more.
  for (const name of await readdir(directory)) await rm(path.join(directory, name), { recursive: true });
  takeStatements();
  const { rows, truncated } = await (await get('/queries/all_device_hours')).json();
  expect([rows.length, truncated]).toEqual([2, true]);
  expect(takeStatements()).toEqual(['all_device_hours']);
  const ofOne = await (await get('/queries/weeks?device_ids=dev-2&from=2026-01-01')).json();
  expect([ofOne.rows.length > 0, ofOne.rows[0].device_id]).toEqual([true, 'dev-2']);
  expect((await get('/queries/weeks?device_ids=dev-2&from=yesterday')).status).toBe(400);
  expect(takeStatements()).toEqual(['weeks']);
  await ask('{ allDevices { rows { deviceId avgSoc } } again: allDevices { truncated } }');
  expect(takeStatements()).toEqual(['all_devices']);
});

test('its export comes from the rollups too, and is the same table', async () => {
  const app = await appWithQueries(ALL, { environment: { REFRESH_SECONDS: '86400' } });
  await app.refresh();
  const { rows } = await (await app.get('/queries/all_device_days')).json();
  app.takeStatements();
  const response = await app.get('/queries/all_device_days.ndjson');
  const lines = (await response.text()).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual(rows);
  expect(rows.length).toBeGreaterThan(0);
  expect(app.takeStatements()).toEqual(['all_device_days']);
});

test('objects that go are gone from every relation', async () => {
  const { executeQuery, refresh, directory, get } = await appWithQueries(
    { ...ALL, 'n.sql': 'SELECT count(*) AS n FROM {{TELEMETRY}}' },
    { dataset: 'overlapping', environment: { REFRESH_SECONDS: '86400' } },
  );
  await refresh();
  const totals = async () => {
    const relations = await Promise.all(RELATIONS.map(([relation]) => executeQuery(query(relation))));
    return relations.map((rows) => rows.reduce((sum, row) => sum + Number(row['reading_count']), 0));
  };
  const before = datasetFacts.overlapping.readings;
  expect(await totals()).toEqual([before, before, before]);
  const etag = (await get('/queries/all_devices')).headers.get('etag') ?? '';
  const [first = ''] = (await readdir(directory, { recursive: true })).filter((key) =>
    key.endsWith('.parquet'),
  );
  await rm(path.join(directory, first));
  await refresh();
  const [{ n } = { n: 0 }] = await executeQuery<{ n: number }>('n');
  expect(n).toBeLessThan(before);
  expect(await totals()).toEqual([n, n, n]);
  expect((await get('/queries/all_devices', { headers: { 'if-none-match': etag } })).status).toBe(200);
});

test('while the first rollups are built it waits as summaries do, and scans do not', async () => {
  const reading = Promise.withResolvers<void>();
  const { executeQuery, get } = await appWithQueries(
    { ...ALL, 'n.sql': 'SELECT count(*) AS n FROM {{TELEMETRY}}' },
    { dataset: 'manySmall', onStatement: ({ name }) => name === 'partials' && reading.resolve() },
  );
  await reading.promise;
  const [waited, rest] = await Promise.all([
    executeQuery('all_devices').catch((error: unknown) => error),
    get('/queries/all_devices'),
  ]);
  expect(waited).toBeInstanceOf(WarmingUpError);
  expect(rest.status).toBe(200);
  const { rows } = await rest.json();
  const total = rows.reduce((sum: number, row: { reading_count: number }) => sum + row.reading_count, 0);
  expect(total).toBe(datasetFacts.manySmall.readings);
});
