import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, inject, test } from 'vitest';
import type { ColumnBatch } from '../../../src/engine/column-batch.ts';
import type { Statement } from '../../../src/engine/engine.ts';
import * as inDuckDb from '../../../src/engine/exact-sum.ts';
import * as inTrino from '../../../src/engine/trino/exact-sum.ts';
import { type DatasetName, datasetFacts, datasets } from '../../support/datasets.ts';
import { s3Store } from '../../support/s3-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { executeOn, queriesOn } from '../../support/trino-server.ts';
import { startEngine } from '../start-engine.ts';
import { startTrinoEngine } from './start-trino-engine.ts';

const COLUMNS = 'device_id varchar, "timestamp" timestamp(6), voltage double, temperature double, soc double';
const METRICS = ['voltage', 'temperature', 'soc'] as const;

/** The same objects for each engine: what stands in a FROM, and what is bound to it. */
interface Objects {
  readonly keys: readonly string[];
  trino(keys?: readonly string[]): Relation;
  duckdb(keys?: readonly string[]): Relation;
  remove(key: string): Promise<void>;
}
type Relation = Required<Pick<Statement, 'sql' | 'params'>>;

/** A data set in a bucket with an external table over it, and in a folder. */
async function objectsOf(name: DatasetName): Promise<Objects> {
  const folder = await temporaryFolder();
  await datasets[name](folder);
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted();
  const keys = files.map((file) => path.relative(folder, file));
  const store = s3Store(inject('s3Endpoint'));
  const bucket = `trino-${crypto.randomUUID()}`;
  await store.createBucket(bucket);
  for (const [place, file] of files.entries()) {
    await store.put(bucket, `telemetry/${keys[place]}`, await readFile(file));
  }
  const table = `lake.telemetry."${bucket}"`;
  const location = `s3://${bucket}/telemetry/`;
  await executeOn(inject('trinoUrl'), 'CREATE SCHEMA IF NOT EXISTS lake.telemetry');
  await executeOn(
    inject('trinoUrl'),
    `CREATE TABLE ${table} (${COLUMNS}) WITH (external_location = '${location}', format = 'PARQUET')`,
  );
  return {
    keys,
    trino: (chosen = keys) => ({
      sql: `(SELECT *, "$path" FROM ${table} WHERE "$path" IN (${chosen.map((_, place) => `$path_${place}`).join(', ')}))`,
      params: Object.fromEntries(chosen.map((key, place) => [`path_${place}`, location + key])),
    }),
    duckdb: (chosen = keys) => ({
      sql: 'read_parquet($paths)',
      params: { paths: chosen.map((key) => path.join(folder, key)) },
    }),
    remove: (key) => store.remove(bucket, `telemetry/${key}`),
  };
}

/** A reading names a device, and a time that a Date can hold. NaN and infinities are missing. */
const READINGS = `device_id IS NOT NULL AND "timestamp" BETWEEN TIMESTAMP '1900-01-01' AND TIMESTAMP '9999-01-01'`;

interface Dialect {
  finite(value: string): string;
  exactSum(value: string): string;
}
const TRINO: Dialect = { finite: (value) => `is_finite(${value})`, exactSum: inTrino.exactSum };
const DUCKDB: Dialect = {
  finite: (value) => `isfinite(${value})`,
  exactSum: (value) =>
    `CAST(${inDuckDb.exactSum(`CASE WHEN isfinite(${value}) THEN ${value} END`)} AS VARCHAR)`,
};

/** Every figure of the overview, of each device and day. */
function summary({ sql, params }: Relation, { finite, exactSum }: Dialect): Statement {
  const figures = METRICS.flatMap((metric) => {
    const value = `CASE WHEN ${finite(metric)} THEN ${metric} END`;
    return [
      `count(${value}) AS ${metric}_count`,
      `min(${value}) AS ${metric}_min`,
      `max(${value}) AS ${metric}_max`,
      `${exactSum(metric)} AS ${metric}_sum`,
    ];
  });
  return {
    name: 'summary',
    sql: `SELECT device_id, CAST(date_trunc('day', "timestamp") AS date) AS day, count(*) AS readings,
        min("timestamp") AS first_seen, max("timestamp") AS last_seen, ${figures.join(', ')}
      FROM ${sql} WHERE ${READINGS} GROUP BY 1, 2 ORDER BY 1, 2`,
    params,
  };
}

/** Trino takes the statistics of its times for damaged. */
const INFINITE_TIMES = 'no-readings.parquet';

test.each(['plain', 'missingValues', 'overlapping', 'equalTimestamps', 'emptyObject', 'oddIds'] as const)(
  'over %s, every figure of each device and day is that of DuckDB, to the last bit',
  async (name) => {
    const objects = await objectsOf(name);
    const keys = objects.keys.filter((key) => key !== INFINITE_TIMES);
    const trino = await startTrinoEngine().run(summary(objects.trino(keys), TRINO));
    const duckdb = await (await startEngine()).run(summary(objects.duckdb(keys), DUCKDB));
    expect(trino).toEqual(duckdb);
    const readings = trino.reduce((sum, row) => sum + Number(row['readings']), 0);
    expect(readings).toBe(datasetFacts[name].readings);
  },
);

test('what is streamed are the very values that DuckDB streams', async () => {
  const objects = await objectsOf('missingValues');
  const keys = objects.keys.filter((key) => key !== INFINITE_TIMES);
  const all = ({ sql, params }: Relation): Statement => ({
    name: 'readings',
    sql: `SELECT device_id, "timestamp", voltage, temperature, soc FROM ${sql} WHERE ${READINGS} ORDER BY 1, 2`,
    params,
  });
  const rows = async (stream: AsyncIterable<ColumnBatch>) => {
    const come: unknown[][] = [];
    for await (const { rowCount, columns } of stream) {
      for (let row = 0; row < rowCount; row++) come.push(columns.map((values) => values[row]));
    }
    return come;
  };
  const duckdb = await startEngine({ maxStreams: 1 });
  const expected = await rows(await duckdb.stream(all(objects.duckdb(keys))));
  expect(expected.length).toBe(datasetFacts.missingValues.readings);
  expect(await rows(await startTrinoEngine().stream(all(objects.trino(keys))))).toEqual(expected);
});

test('a statement is held to some objects by their paths, and reads no other', async () => {
  const objects = await objectsOf('manySmall');
  const [engine, duckdb] = [startTrinoEngine(), await startEngine()];
  for (const places of [[0], [3, 77, 199], [...Array(50).keys()]]) {
    const keys = places.map((place) => objects.keys[place] ?? '');
    const trino = await engine.run(summary(objects.trino(keys), TRINO));
    expect(trino).toEqual(await duckdb.run(summary(objects.duckdb(keys), DUCKDB)));
    expect(trino.length).toBeGreaterThan(0);
  }
  const { sql, params } = objects.trino(['3', '77', '199'].map((place) => objects.keys[Number(place)] ?? ''));
  await engine.run({
    name: 'counted',
    sql: `SELECT count(voltage) AS n /* three objects */ FROM ${sql}`,
    params,
  });
  const [query] = await queriesOn(inject('trinoUrl'), 'three objects');
  expect(query?.queryStats).toMatchObject({ rawInputPositions: 30, completedDrivers: expect.any(Number) });
});

test('an object that is gone is left out without a word, so a statement has to tell what it read', async () => {
  const objects = await objectsOf('overlapping');
  const [gone = '', ...kept] = objects.keys;
  await objects.remove(gone);
  const { sql, params } = objects.trino();
  const counts = await startTrinoEngine().run({
    name: 'counts',
    sql: `SELECT regexp_extract("$path", 's3://[^/]+/telemetry/(.+)', 1) AS key, count(*) AS n FROM ${sql} GROUP BY 1 ORDER BY 1`,
    params,
  });
  expect(counts.map(({ key }) => key)).toEqual(kept);
});

test('an object that cannot be read has its code, whatever is wrong with it', async () => {
  const engine = startTrinoEngine();
  const objects = await objectsOf('broken');
  const codes: Record<string, string> = {};
  for (const key of objects.keys) {
    const failed = await engine.run(summary(objects.trino([key]), TRINO)).then(
      () => undefined,
      (error) => error,
    );
    if (failed === undefined) continue;
    codes[key] = failed.code;
    expect(failed.message).not.toContain('s3://');
  }
  const unreadable =
    'damaged-page nested-voltage only-magic text timestamp-text truncated voltage-list voltage-text';
  expect(codes).toEqual(
    Object.fromEntries(unreadable.split(' ').map((name) => [`${name}.parquet`, 'OBJECT_UNREADABLE'])),
  );
});

test('an object with infinite times cannot be read, unlike in DuckDB', async () => {
  const objects = await objectsOf('missingValues');
  const relation = objects.trino([INFINITE_TIMES]);
  await expect(startTrinoEngine().run(summary(relation, TRINO))).rejects.toMatchObject({
    code: 'OBJECT_UNREADABLE',
  });
});
