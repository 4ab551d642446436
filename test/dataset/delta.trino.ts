import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { seriesSql, writeDataset } from '../support/datasets/dataset-folder.ts';
import { deltaCommit } from '../support/delta-commit.ts';
import { logLines } from '../support/log-lines.ts';
import { overviewOf, readReadings } from '../support/reference.ts';
import { s3Store } from '../support/s3-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startTrinoFront } from '../support/trino-front.ts';
import { TrinoPlaces } from '../support/trino-places.ts';
import { executeOn } from '../support/trino-server.ts';
import { type WrittenTable, writtenTable } from '../support/written-table.ts';

const ANSWERS = `{
  overview { totalRows deviceCount firstTimestamp lastTimestamp }
  devices { edges { node { deviceId readingCount avgVoltage minSoc latestReading { timestamp voltage } } } }
  dailySummaries(timeZone: "Asia/Kathmandu") { deviceId date readingCount avgTemperature }
  dataset { objectCount rolledUp quarantined { key } }
}`;
const HISTOGRAM = '{ histogram(metric: VOLTAGE) { readingCount bins { count } } }';
const REFUSED = 'The objects could not be listed; trying again';
const LONG = 180_000;

interface Answers {
  readonly overview: { readonly totalRows: number };
  readonly dataset: object;
}

const onTrino = (runs: readonly string[]) => runs.filter((run) => run.endsWith('trino'));

/** What the table's own engine makes of its rows, beside what the app answers. */
async function expectOwnAnswers({ app, execute, table }: WrittenTable): Promise<void> {
  const { devices } = await app.ask<{
    devices: { edges: { node: { deviceId: string; readingCount: number; avgVoltage: number } }[] };
  }>('{ devices { edges { node { deviceId readingCount avgVoltage } } } }');
  const rows = await execute(`SELECT device_id, count(*), avg(voltage) FROM ${table} GROUP BY 1 ORDER BY 1`);
  expect(devices.edges.map(({ node }) => [node.deviceId, node.readingCount, node.avgVoltage])).toEqual(rows);
}

test(
  'the table’s own versions drive the refresh: inserts, a compaction, deletes',
  async () => {
    const written = await writtenTable('delta', { properties: ['checkpoint_interval = 3'] });
    const { app, table, execute, insert, takeRuns } = written;
    await insert('2026-03-01', ['a', 'b']);
    await insert('2026-03-02', ['a', 'b', 'c']);
    await app.refresh();
    const before = await app.ask<Answers>(ANSWERS);
    expect(before.overview.totalRows).toBe(500);
    expect(before.dataset).toEqual({ objectCount: 2, rolledUp: true, quarantined: [] });
    expect(onTrino(takeRuns())).toEqual(['table_connector trino', 'table_columns trino', 'partials trino']);
    await expectOwnAnswers(written);

    // Nothing new: the log in the bucket says so.
    takeRuns();
    await app.refresh();
    expect(onTrino(takeRuns())).toEqual([]);

    // The old files stay in the bucket.
    await execute(`ALTER TABLE ${table} EXECUTE optimize`);
    await app.refresh();
    expect(await app.ask(ANSWERS)).toEqual({ ...before, dataset: { ...before.dataset, objectCount: 1 } });
    expect(takeRuns()).toContain('partials trino');

    // Only what is new is read.
    await insert('2026-03-05', ['d']);
    await app.refresh();
    expect(onTrino(takeRuns())).toEqual(['partials trino']);
    expect(await app.ask('{ overview { totalRows deviceCount } dataset { objectCount } }')).toEqual({
      overview: { totalRows: 600, deviceCount: 4 },
      dataset: { objectCount: 2 },
    });

    // Files are written anew without the rows.
    await execute(`DELETE FROM ${table} WHERE device_id = 'b' AND voltage > 50`);
    await app.refresh();
    await expectOwnAnswers(written);
    await execute(`UPDATE ${table} SET voltage = voltage + 1 WHERE device_id = 'a'`);
    await app.refresh();
    await expectOwnAnswers(written);

    await execute(`DELETE FROM ${table}`);
    await app.refresh();
    expect(await app.ask('{ dataset { objectCount } }')).toEqual({ dataset: { objectCount: 0 } });
  },
  LONG,
);

test(
  'rows that deletion vectors delete are refused with advice, until their files are written anew',
  async () => {
    const lines = logLines('warn');
    const written = await writtenTable('delta', {
      properties: ['deletion_vectors_enabled = true'],
      log: lines.log,
    });
    const { app, table, execute, insert } = written;
    await insert('2026-03-01', ['a', 'b']);
    await insert('2026-03-02', ['a', 'b']);
    await app.refresh();
    const before = await app.ask(ANSWERS);
    await execute(`DELETE FROM ${table} WHERE device_id = 'b' AND voltage > 50`);
    await app.refresh();
    // The view before goes on answering.
    expect(await app.ask(ANSWERS)).toEqual(before);
    expect(lines.of(REFUSED)).toMatchObject([
      {
        err: {
          code: 'ENGINE_UNAVAILABLE',
          message: expect.stringMatching(/of 2 of 2 files rows are deleted/),
        },
      },
    ]);
    // Of several files this is enough; the next delete is of a single one, which it leaves as it is.
    await execute(`ALTER TABLE ${table} EXECUTE optimize`);
    await app.refresh();
    await expectOwnAnswers(written);
    await execute(`DELETE FROM ${table} WHERE device_id = 'a' AND voltage > 55`);
    await execute(`ALTER TABLE ${table} EXECUTE optimize`);
    await app.refresh();
    expect(lines.of(REFUSED)).toHaveLength(2);
    await execute(`UPDATE ${table} SET voltage = voltage WHERE true`);
    await app.refresh();
    await expectOwnAnswers(written);
    expect(lines.of(REFUSED)).toHaveLength(2);
  },
  LONG,
);

test.each([
  ['columns of other names', ["column_mapping_mode = 'NAME'"], /delta\.columnMapping\.mode is name/],
  ['columns by number', ["column_mapping_mode = 'ID'"], /delta\.columnMapping\.mode is id/],
  ['a metric that names folders', ["partitioned_by = ARRAY['soc']"], /column soc in the files/],
])('%s: no answer', async (_, properties, message) => {
  const { app } = await writtenTable('delta', { properties, firstDevices: ['a'] });
  await app.refresh();
  expect((await app.post('{ overview { totalRows } }')).errors).toMatchObject([
    { message: expect.stringMatching(message), extensions: { code: 'ENGINE_UNAVAILABLE' } },
  ]);
});

test('folders that name devices and days are read by the cluster, however they are written', async () => {
  const written = await writtenTable('delta', {
    properties: ["partitioned_by = ARRAY['device_id', 'date']"],
    moreColumns: { date: '2026-03-01' },
    // Trino writes no others than these of ASCII.
    firstDevices: ['plain', 'a/b c%d', ':=?#', 'x%2Fy'],
  });
  await written.app.refresh();
  expect(written.takeRuns()).toContain('partials trino');
  expect(written.takeRuns()).not.toContain('partials building');
  await expectOwnAnswers(written);
  const { histogram } = await written.app.ask<{ histogram: { readingCount: number } }>(HISTOGRAM);
  expect(histogram.readingCount).toBe(400);
  expect(written.takeRuns()).toContain('histogram trino');
});

test('a file in the folder that is no part of the table is never counted', async () => {
  const { app, store, bucket, insert } = await writtenTable('delta', { firstDevices: ['a'] });
  await app.refresh();
  const before = await app.ask(ANSWERS);
  const directory = await temporaryFolder();
  await writeDataset(directory, (write) =>
    write(
      'foreign.parquet',
      seriesSql({ devices: [1, 2], from: '2026-03-01', everyMinutes: 10, count: 100 }),
    ),
  );
  for (const key of ['foreign.parquet', '_delta_log/foreign.parquet', 'date=2026-03-01/foreign.parquet']) {
    await store.put(bucket, `telemetry/${key}`, await readFile(path.join(directory, 'foreign.parquet')));
  }
  await app.refresh();
  expect(await app.ask(ANSWERS)).toEqual(before);
  await insert('2026-03-02', ['a']);
  await app.refresh();
  expect(await app.ask('{ overview { totalRows deviceCount } dataset { objectCount } }')).toEqual({
    overview: { totalRows: 200, deviceCount: 1 },
    dataset: { objectCount: 2 },
  });
});

test(
  'a table that moves on before the next refresh still answers for the view, until its files are gone',
  async () => {
    const { app, table, bucket, execute, insert, takeRuns } = await writtenTable('delta');
    await insert('2026-03-01', ['a', 'b']);
    await insert('2026-03-02', ['a', 'b']);
    await app.refresh();
    const before = await app.ask<{ histogram: { readingCount: number } }>(HISTOGRAM);
    expect(before.histogram.readingCount).toBe(400);
    await execute(`ALTER TABLE ${table} EXECUTE optimize`);
    await execute(`DELETE FROM ${table} WHERE device_id = 'b'`);
    takeRuns();
    expect(await app.ask(HISTOGRAM)).toEqual(before);
    expect(takeRuns()).toContain('histogram trino');
    await execute(`CALL delta.system.vacuum('telemetry', '${bucket}', '0s')`);
    expect(await app.ask<typeof before>(HISTOGRAM)).toMatchObject({ histogram: { readingCount: 200 } });
    expect(await app.ask('{ dataset { objectCount rolledUp } }')).toEqual({
      dataset: { objectCount: 1, rolledUp: true },
    });
  },
  LONG,
);

test('after a restart, also while the cluster is gone, the kept rollups answer', async () => {
  const state = await temporaryFolder();
  const { app, environment, insert, takeRuns } = await writtenTable('delta', {
    settings: { STATE_DIR: state },
    firstDevices: ['a', 'b'],
  });
  await app.refresh();
  await insert('2026-03-02', ['a']);
  await app.refresh();
  const answer = await app.ask(ANSWERS);
  const histogram = await app.ask(HISTOGRAM);
  await app.close();
  const front = await startTrinoFront(inject('trinoUrl'));
  onTestFinished(() => front.close());
  front.down = true;
  takeRuns();
  const runs: string[] = [];
  const second = await startApp(
    { ...environment, TRINO_URL: front.url },
    { onStatement: ({ name, engine }) => runs.push(`${name} ${engine}`) },
  );
  onTestFinished(() => second.close());
  await second.refresh();
  expect(await second.ask(ANSWERS)).toEqual(answer);
  front.down = false;
  expect(await second.ask(HISTOGRAM)).toEqual(histogram);
  expect(onTrino(runs).filter((run) => run !== 'table_connector trino')).toEqual([
    'table_columns trino',
    'census trino',
    'histogram trino',
  ]);
});

/** An app over files that DuckDB has written and a log that names them. */
async function convertedTable(
  kind: 'delta' | 'deltaByHive',
  directory: string,
  time: 'timestamp' | 'timestamp_ntz',
) {
  const { environment, remove } = await new TrinoPlaces({ kind, time }).put(directory);
  const runs: string[] = [];
  const app: TestApp = await startApp(
    { ...environment, REFRESH_SECONDS: '86400', RESPONSE_CACHE_MAX_BYTES: '0' },
    { onStatement: ({ name, engine }) => runs.push(`${name} ${engine}`) },
  );
  onTestFinished(async () => {
    await app.close();
    await remove();
  });
  await app.refresh();
  return { app, runs, environment };
}

test('instants, which Trino cuts to milliseconds, are read here, or by the cluster through a table of Hive', async () => {
  const directory = await temporaryFolder();
  await writeDataset(directory, (write) =>
    write(
      'part.parquet',
      `SELECT * REPLACE (("timestamp" + INTERVAL 7 MICROSECOND) AT TIME ZONE 'UTC' AS "timestamp")
        FROM (${seriesSql({ devices: [1, 2], from: '2026-03-01', everyMinutes: 10, count: 100 })})`,
    ),
  );
  const { overview } = { overview: overviewOf(await readReadings(directory, [])) };
  expect(overview).toMatchObject({ firstTimestamp: '2026-03-01T00:00:00.000007Z' });
  const own = await convertedTable('delta', directory, 'timestamp');
  expect(
    await own.app.ask('{ overview { totalRows deviceCount firstTimestamp lastTimestamp } }'),
  ).toMatchObject({
    overview: { firstTimestamp: '2026-03-01T00:00:00.000007Z' },
  });
  expect(own.runs).not.toContain('partials trino');
  const byHive = await convertedTable('deltaByHive', directory, 'timestamp');
  expect(byHive.runs).toContain('partials trino');
  expect(await byHive.app.ask(HISTOGRAM)).toEqual(await own.app.ask(HISTOGRAM));
  expect(byHive.runs).toContain('histogram trino');
  expect(own.runs).not.toContain('histogram trino');
  const answers = ANSWERS;
  expect(await byHive.app.ask(answers)).toEqual(await own.app.ask(answers));
});

test('a table of Hive over the folder shows what was deleted, too, and none of it is counted', async () => {
  const directory = await temporaryFolder();
  await writeDataset(directory, async (write) => {
    for (const [place, name] of ['old', 'new'].entries()) {
      await write(
        `${name}.parquet`,
        seriesSql({ devices: [1, 2], from: `2026-03-0${place + 1}`, everyMinutes: 10, count: 100 }),
      );
    }
  });
  const { app, runs, environment } = await convertedTable('deltaByHive', directory, 'timestamp_ntz');
  expect(await app.ask('{ overview { totalRows } }')).toEqual({ overview: { totalRows: 400 } });
  const removal = { remove: { path: 'old.parquet', deletionTimestamp: 1, dataChange: true } };
  await s3Store(inject('s3Endpoint')).put(
    environment['S3_BUCKET'] ?? '',
    'telemetry/_delta_log/00000000000000000001.json',
    `${JSON.stringify(removal)}\n`,
  );
  // The view of before, whole: the file is still there.
  expect(await app.ask(HISTOGRAM)).toMatchObject({ histogram: { readingCount: 400 } });
  await app.refresh();
  expect(await app.ask('{ overview { totalRows } histogram(metric: VOLTAGE) { readingCount } }')).toEqual({
    overview: { totalRows: 200 },
    histogram: { readingCount: 200 },
  });
  expect(runs).toContain('histogram trino');
});

test('statistics in the log that are cut to milliseconds hide no reading', async () => {
  const directory = await temporaryFolder();
  await writeDataset(directory, (write) =>
    write(
      'part.parquet',
      `SELECT 'a' AS device_id, TIMESTAMP '2026-03-01 12:00:00' + i * INTERVAL 500 MICROSECOND AS "timestamp",
        48.5e0 + i AS voltage, 20.5e0 AS temperature, 50.5e0 AS soc FROM range(2) AS r(i)`,
    ),
  );
  const file = path.join(directory, 'part.parquet');
  const cut = { device_id: 'a', timestamp: '2026-03-01T12:00:00.000' };
  const stats = { numRecords: 2, minValues: cut, maxValues: cut, nullCount: { timestamp: 0 } };
  const { size } = await readFile(file).then(({ length }) => ({ size: length }));
  const { environment } = await new TrinoPlaces({ kind: 'delta' }).put(directory);
  const bucket = environment['S3_BUCKET'] ?? '';
  await s3Store(inject('s3Endpoint')).put(
    bucket,
    'telemetry/_delta_log/00000000000000000000.json',
    deltaCommit([{ key: 'part.parquet', size, stats }], 'timestamp_ntz'),
  );
  await executeOn(
    inject('trinoUrl'),
    `CALL delta.system.flush_metadata_cache(schema_name => 'telemetry', table_name => '${bucket}')`,
  );
  const runs: string[] = [];
  const app = await startApp(
    { ...environment, REFRESH_SECONDS: '86400', RESPONSE_CACHE_MAX_BYTES: '0' },
    { onStatement: ({ name, engine }) => runs.push(`${name} ${engine}`) },
  );
  onTestFinished(() => app.close());
  await app.refresh();
  const rows = await app.get('/readings.ndjson?from=2026-03-01T12:00:00.0003Z');
  expect((await rows.text()).trim().split('\n')).toHaveLength(1);
  expect(runs.filter((run) => run.startsWith('export')).join()).toMatch(/trino/);
});

test('a catalog of another kind, and a folder without a log, are told', async () => {
  const { app } = await writtenTable('delta', { settings: { TRINO_CATALOG: 'ice' }, firstDevices: ['a'] });
  await app.refresh();
  expect((await app.post('{ overview { totalRows } }')).errors).toMatchObject([
    {
      message:
        'expected a catalog of the connector delta_lake or hive, as TRINO_TABLE_FORMAT says, but ice is of iceberg',
      extensions: { code: 'ENGINE_UNAVAILABLE' },
    },
  ]);
  const { app: elsewhere } = await writtenTable('delta', {
    settings: { S3_PREFIX: 'elsewhere/' },
    firstDevices: ['a'],
  });
  await elsewhere.refresh();
  expect((await elsewhere.post('{ overview { totalRows } }')).errors).toMatchObject([
    { message: expect.stringMatching(/^expected a Delta table at s3:.*, but there is no log/) },
  ]);
});
