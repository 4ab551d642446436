import { expect, inject, onTestFinished, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { s3Store } from '../support/s3-server.ts';
import { executeOn } from '../support/trino-server.ts';

const ANSWERS = `{
  overview { totalRows deviceCount firstTimestamp lastTimestamp }
  devices { edges { node { deviceId readingCount avgVoltage minSoc latestReading { timestamp voltage } } } }
  dailySummaries(timeZone: "Asia/Kathmandu") { deviceId date readingCount avgTemperature }
  dataset { objectCount rolledUp quarantined { key } }
}`;

interface Iceberg {
  readonly app: TestApp;
  readonly table: string;
  /** `name engine` of each statement since the last call. */
  takeRuns(): string[];
  execute(sql: string): Promise<unknown[][]>;
  /** Writes a file of 100 readings of each device from that day on. */
  insert(day: string, devices: readonly string[]): Promise<void>;
}

/**
 * The app over an Iceberg table that Trino writes.
 * @param firstDevices have readings before the app starts
 */
async function icebergTable(
  settings: Readonly<Record<string, string>> = {},
  firstDevices: readonly string[] = [],
): Promise<Iceberg> {
  const store = s3Store(inject('s3Endpoint'));
  const bucket = `ice-${crypto.randomUUID()}`;
  await store.createBucket(bucket);
  const table = `ice.telemetry."${bucket}"`;
  const execute = (sql: string) => executeOn(inject('trinoUrl'), sql);
  await execute('CREATE SCHEMA IF NOT EXISTS ice.telemetry');
  await execute(
    `CREATE TABLE ${table} (device_id varchar, "timestamp" timestamp(6), voltage double, temperature double, soc double)
      WITH (format = 'PARQUET', location = 's3://${bucket}/telemetry')`,
  );
  const insert = async (day: string, devices: readonly string[]) => {
    await execute(`INSERT INTO ${table}
      SELECT device, TIMESTAMP '${day} 00:00:00.000001' + i * INTERVAL '14' MINUTE, 48 + i / 8e0, 20 + i / 16e0, 100e0 - i
      FROM UNNEST(ARRAY[${devices.map((device) => `'${device}'`).join(', ')}]) AS d (device), UNNEST(sequence(0, 99)) AS s (i)`);
  };
  if (firstDevices.length > 0) await insert('2026-03-01', firstDevices);
  process.env['AWS_ACCESS_KEY_ID'] = store.credentials.accessKeyId;
  process.env['AWS_SECRET_ACCESS_KEY'] = store.credentials.secretAccessKey;
  let runs: string[] = [];
  const app = await startApp(
    {
      S3_BUCKET: bucket,
      S3_ENDPOINT: store.endpoint,
      AWS_REGION: store.region,
      ENGINE: 'trino',
      TRINO_URL: inject('trinoUrl'),
      TRINO_CATALOG: 'ice',
      TRINO_SCHEMA: 'telemetry',
      TRINO_TABLE: bucket,
      TRINO_TABLE_FORMAT: 'iceberg',
      TRINO_MIN_SCAN_BYTES: '0',
      REFRESH_SECONDS: '86400',
      RESPONSE_CACHE_MAX_BYTES: '0',
      ...settings,
    },
    { onStatement: ({ name, engine }) => runs.push(`${name} ${engine}`) },
  );
  onTestFinished(() => app.close());
  return {
    app,
    table,
    execute,
    takeRuns: () => {
      const taken = runs;
      runs = [];
      return taken;
    },
    insert,
  };
}

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
