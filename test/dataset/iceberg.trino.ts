import { expect, test } from 'vitest';
import { writtenTable } from '../support/written-table.ts';

const ANSWERS = `{
  overview { totalRows deviceCount firstTimestamp lastTimestamp }
  devices { edges { node { deviceId readingCount avgVoltage minSoc latestReading { timestamp voltage } } } }
  dailySummaries(timeZone: "Asia/Kathmandu") { deviceId date readingCount avgTemperature }
  dataset { objectCount rolledUp quarantined { key } }
}`;

const icebergTable = (
  settings: Readonly<Record<string, string>> = {},
  firstDevices: readonly string[] = [],
) => writtenTable('iceberg', { settings, firstDevices });

test('the table’s own snapshots drive the refresh: nothing twice after a compaction, and nothing of what is dropped', async () => {
  const { app, table, execute, insert, takeRuns } = await icebergTable();
  await insert('2026-03-01', ['a', 'b']);
  await insert('2026-03-02', ['a', 'b', 'c']);
  await app.refresh();
  const before = await app.ask<{ overview: { totalRows: number }; dataset: object }>(ANSWERS);
  expect(before.overview.totalRows).toBe(500);
  expect(before.dataset).toEqual({ objectCount: 2, rolledUp: true, quarantined: [] });

  // Nothing new: the snapshot is looked at, and neither its files nor any object.
  takeRuns();
  await app.refresh();
  expect(takeRuns().filter((run) => !run.endsWith('rollups'))).toEqual(['table_snapshot trino']);

  // The old files stay in the bucket.
  await execute(`ALTER TABLE ${table} EXECUTE optimize`);
  await app.refresh();
  const after = await app.ask<typeof before>(ANSWERS);
  expect(after).toEqual({ ...before, dataset: { ...before.dataset, objectCount: 1 } });
  expect(takeRuns()).toContain('partials trino');

  await insert('2026-03-05', ['d']);
  await app.refresh();
  expect(await app.ask('{ overview { totalRows deviceCount } dataset { objectCount } }')).toEqual({
    overview: { totalRows: 600, deviceCount: 4 },
    dataset: { objectCount: 2 },
  });

  await execute(`TRUNCATE TABLE ${table}`);
  await app.refresh();
  expect(await app.ask('{ dataset { objectCount } }')).toEqual({ dataset: { objectCount: 0 } });
  // Each of its statements takes the cluster tenths of a second, and a machine that is busy many.
}, 180_000);

test('the answers are those of plain SQL over the table', async () => {
  const { app, table, execute, insert } = await icebergTable();
  await insert('2026-03-01', ['a', 'b']);
  await insert('2026-03-01', ['c']);
  await app.refresh();
  const { devices } = await app.ask<{
    devices: { edges: { node: { deviceId: string; readingCount: number; avgVoltage: number } }[] };
  }>('{ devices { edges { node { deviceId readingCount avgVoltage } } } }');
  const rows = await execute(`SELECT device_id, count(*), avg(voltage) FROM ${table} GROUP BY 1 ORDER BY 1`);
  expect(devices.edges.map(({ node }) => [node.deviceId, node.readingCount, node.avgVoltage])).toEqual(rows);
});

test('rows that are deleted without their file are refused, until the table is compacted', async () => {
  const { app, table, execute, insert } = await icebergTable();
  await insert('2026-03-01', ['a', 'b']);
  await app.refresh();
  const before = await app.ask(ANSWERS);
  await execute(`DELETE FROM ${table} WHERE device_id = 'b' AND voltage > 50`);
  await app.refresh();
  // The view before goes on answering.
  expect(await app.ask(ANSWERS)).toEqual(before);
  await execute(`ALTER TABLE ${table} EXECUTE optimize`);
  await app.refresh();
  const [[rows] = []] = await execute(`SELECT count(*) FROM ${table}`);
  expect(await app.ask('{ overview { totalRows } }')).toEqual({ overview: { totalRows: rows } });
  expect(rows).toBeLessThan(200);
});

test('a table that is compacted before the next refresh still answers for the view', async () => {
  const { app, table, execute, insert, takeRuns } = await icebergTable();
  await insert('2026-03-01', ['a', 'b']);
  await insert('2026-03-02', ['a', 'b']);
  await app.refresh();
  const question = '{ histogram(metric: VOLTAGE) { readingCount bins { count } } }';
  const before = await app.ask<{ histogram: { readingCount: number } }>(question);
  expect(before.histogram.readingCount).toBe(400);
  await execute(`ALTER TABLE ${table} EXECUTE optimize`);
  await execute(`DELETE FROM ${table}`);
  takeRuns();
  expect(await app.ask(question)).toEqual(before);
  expect(takeRuns()).toContain('histogram trino');
});

test('files that lie elsewhere, and a catalog of another kind, are told', async () => {
  const { app } = await icebergTable({ S3_PREFIX: 'elsewhere/' }, ['a']);
  await app.refresh();
  const { errors } = await app.post('{ overview { totalRows } }');
  expect(errors).toMatchObject([
    {
      message: expect.stringMatching(
        /^expected all files of the table as \*\.parquet under s3:\/\/ice-.*\/elsewhere\/, but 1 of 1 are not there/,
      ),
      extensions: { code: 'ENGINE_UNAVAILABLE' },
    },
  ]);
  const { app: other } = await icebergTable({ TRINO_TABLE_FORMAT: 'hive' }, ['a']);
  await other.refresh();
  expect((await other.post('{ overview { totalRows } }')).errors).toMatchObject([
    {
      message: 'expected a catalog of the connector hive, as TRINO_TABLE_FORMAT says, but ice is of iceberg',
    },
  ]);
});
