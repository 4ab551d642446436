import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ObjectReader } from '../../src/dataset/object-reader.ts';
import { Scanner } from '../../src/dataset/scanner.ts';
import type { Scan } from '../../src/dataset/view-reader.ts';
import type { SqlValue } from '../../src/engine/engine.ts';
import { sqlString } from '../../src/engine/sql-string.ts';
import { DatasetChangedError, DatasetEmptyError, StatementFailedError } from '../../src/errors.ts';
import { startEngine } from '../engine/start-engine.ts';
import { datasetFacts, datasets } from '../support/datasets.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { readingsSql, watchDataset, write, writeReadings } from './watched-dataset.ts';

const COUNT = 'SELECT count(*) AS n FROM {{TELEMETRY}}';

/** A scanner over a folder, in the sandbox that the service has, with the names of the statements that ran. */
async function startScanner(directory: string) {
  const statements: string[] = [];
  const engine = await startEngine({}, ({ name }) => statements.push(name));
  await engine.lock([directory]);
  const { dataset, storage, view } = watchDataset(directory);
  const reader = new ObjectReader(engine, storage);
  const scanner = new Scanner({ kept: reader, fresh: reader }, dataset);
  const ask = async (sql: string, params: Scan['params'] = {}) =>
    scanner.run(await dataset.current(), { name: 'asked', sql, params });
  return { ask, dataset, scanner, statements, storage, view };
}

test('{{TELEMETRY}} and {{S3_PATH}} stand for the objects of the view and for no others', async () => {
  const directory = await temporaryFolder();
  await datasets.plain(directory);
  const { ask, scanner, dataset, view } = await startScanner(directory);
  const before = await dataset.current();
  await writeReadings(directory, 'later.parquet', 5);

  const rows = datasetFacts.plain.rows;
  const raw = 'SELECT count(*) AS n FROM read_parquet({{S3_PATH}})';
  for (const sql of [COUNT, raw, COUNT.replace('{{TELEMETRY}}', '{{ TELEMETRY }}')]) {
    expect(await scanner.run(before, { name: 'asked', sql }), sql).toEqual([{ n: rows }]);
  }
  await view();
  for (const sql of [COUNT, raw]) expect(await ask(sql), sql).toEqual([{ n: rows + 5 }]);
});

test('placeholders may stand together, more than once, in comments, and beside parameters', async () => {
  const directory = await temporaryFolder();
  await datasets.mixedSchemas(directory);
  const { ask } = await startScanner(directory);
  const sql = `-- Compares {{TELEMETRY}} with {{S3_PATH}}; then goes on
    /* {{TELEMETRY}} */
    SELECT
      (SELECT count(*) FROM {{TELEMETRY}} WHERE device_id = $device) AS one,
      (SELECT count(*) FROM {{TELEMETRY}}) AS every, -- {{TELEMETRY}}
      len({{S3_PATH}}) AS objects`;
  const { rows, objects } = datasetFacts.mixedSchemas;
  expect(await ask(sql, { device: 'float32' })).toEqual([{ one: 24, every: rows, objects }]);
});

test('an unknown placeholder is refused, and no object is blamed for it', async () => {
  const directory = await temporaryFolder();
  await writeReadings(directory, 'a.parquet');
  const { ask, dataset } = await startScanner(directory);
  await expect(ask('SELECT * FROM {{TELEMETRIE}}')).rejects.toThrow(
    new StatementFailedError('expected {{TELEMETRY}} or {{S3_PATH}}, but got {{TELEMETRIE}}'),
  );
  await expect(ask('SELECT volts FROM {{TELEMETRY}}')).rejects.toThrow(StatementFailedError);
  await expect(ask('SELECT CAST(device_id AS INTEGER) AS d FROM {{TELEMETRY}}')).rejects.toThrow(
    StatementFailedError,
  );
  expect(await dataset.current()).toMatchObject({ entries: [{}], quarantined: [] });
});

test('an object whose pages are damaged is found and taken out; then the rest answers', async () => {
  // The blank makes it harder to keep the path out of the reason.
  const directory = path.join(await temporaryFolder(), "it's my data");
  await datasets.broken(directory);
  const { ask, dataset, statements } = await startScanner(directory);
  const { quarantined, readings } = datasetFacts.broken;
  const sums = 'SELECT count(*) AS n, sum(voltage) > 0 AS ok FROM {{TELEMETRY}}';

  const asked = await Promise.allSettled([ask(sums), ask(sums)]);
  for (const outcome of asked) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'DATASET_CHANGED' } });
  }
  // Both failed together, so the three objects were looked at once, and the broken one a second time.
  expect(statements.filter((name) => name === 'probe')).toHaveLength(4);
  expect(await ask(sums)).toEqual([{ n: readings, ok: true }]);

  const view = await dataset.current();
  expect(view.quarantined.map(({ object }) => object.key).sort()).toEqual([...quarantined].sort());
  const damaged = view.quarantined.find(({ object }) => object.key === 'damaged-page.parquet');
  expect(damaged?.reason).toMatch(/^Its data cannot be read: \w.{10,}/);
  expect(damaged?.reason).not.toMatch(/data\/|\/tmp|\.parquet/);
});

/** Every codec puts its failure into other words, most of them with the path in their midst. */
test.each(['uncompressed', 'snappy', 'zstd', 'gzip', 'lz4', 'brotli'])(
  'the reason for a damaged %s object names no path of the server',
  async (codec) => {
    const directory = path.join(await temporaryFolder(), "it's my data");
    const file = path.join(directory, 'a.parquet');
    await writeReadings(directory, 'a.parquet');
    const engine = await startEngine();
    await engine.execute(`COPY (
      SELECT 'device-' || i % 3 AS device_id, TIMESTAMP '2026-01-01' + INTERVAL (i) MINUTE AS "timestamp",
        50.0::DOUBLE AS voltage, 20.0::DOUBLE AS temperature, (hash(i) % 7)::DOUBLE AS soc FROM range(5000) AS t(i)
      ) TO ${sqlString(file)} (FORMAT parquet, COMPRESSION ${codec})`);
    const whole = await readFile(file);
    const footerAt = whole.length - 8 - whole.readUInt32LE(whole.length - 8);
    const reasons: (string | undefined)[] = [];
    for (const [how, damaged] of Object.entries({
      'page headers': Buffer.from(whole).fill(0xff, 4, footerAt),
      'a page': Buffer.from(whole).fill(0xff, 30, 38),
      'half of the pages are missing': Buffer.concat([
        whole.subarray(0, footerAt / 2),
        whole.subarray(footerAt),
      ]),
    })) {
      await writeFile(file, damaged);
      const { ask, dataset } = await startScanner(directory);
      await expect(ask('SELECT count(device_id), sum(soc) FROM {{TELEMETRY}}'), how).rejects.toThrow(
        DatasetChangedError,
      );
      const [quarantined] = (await dataset.current()).quarantined;
      expect(quarantined?.reason, how).toMatch(/^Its data cannot be read: \w.{10,}/);
      expect(quarantined?.reason, how).not.toMatch(/data\/|\/tmp|\.parquet/);
      reasons.push(quarantined?.reason);
    }
    expect(reasons[2]).toMatch(/from file the object: attempted to read \d+ bytes/);
  },
);

test('an object that was replaced or removed since the view is an error, never other rows', async () => {
  const directory = await temporaryFolder();
  await writeReadings(directory, 'a.parquet', 24, 1);
  const { ask, storage, view } = await startScanner(directory);
  await view();
  await writeReadings(directory, 'a.parquet', 24, 2);
  await expect(ask(COUNT)).rejects.toThrow(DatasetChangedError);

  await view();
  expect(await ask(COUNT)).toEqual([{ n: 24 }]);
  // In the midst of it: after the object was looked at, before it is read.
  storage.afterOpening = () => writeReadings(directory, 'a.parquet', 24, 3);
  await expect(ask(COUNT)).rejects.toThrow(DatasetChangedError);

  await view();
  storage.afterOpening = () => rm(path.join(directory, 'a.parquet'), { force: true });
  await expect(ask(COUNT)).rejects.toThrow(DatasetChangedError);
});

test('nothing to answer from is said, with the reason where there is one', async () => {
  const directory = await temporaryFolder();
  const { ask, view } = await startScanner(directory);
  await expect(ask(COUNT)).rejects.toThrow(
    new DatasetEmptyError(
      'There are no Parquet objects to answer from yet. They are looked for at every refresh',
    ),
  );
  await writeFile(path.join(directory, 'a.parquet'), '');
  await view();
  await expect(ask(COUNT)).rejects.toThrow(/^None of the 1 objects can be read/);
});

const readings = async (
  objects: Readonly<Record<string, string>>,
  select: string,
  params: Readonly<Record<string, SqlValue>> = {},
) => {
  const directory = await temporaryFolder();
  await write(directory, async (one) => {
    for (const [key, sql] of Object.entries(objects)) await one(key, sql);
  });
  const { ask, dataset } = await startScanner(directory);
  return { rows: await ask(select, params), view: await dataset.current() };
};

test('decimals of other digits are not rounded to those of the first object', async () => {
  const decimal = (value: string, type: string) =>
    `SELECT * REPLACE (${value}::${type} AS voltage) FROM (${readingsSql(1)})`;
  const { rows } = await readings(
    {
      'a.parquet': decimal('1.5', 'DECIMAL(6, 1)'),
      'b.parquet': decimal('1.125', 'DECIMAL(6, 3)'),
      'c.parquet': decimal('12345678.5', 'DECIMAL(18, 1)'),
    },
    'SELECT list(voltage ORDER BY voltage) AS voltages FROM {{TELEMETRY}}',
  );
  expect(rows).toEqual([{ voltages: [1.125, 1.5, 12345678.5] }]);
});

test('a time that no RFC 3339 text can tell is no reading', async () => {
  const at = (time: string) =>
    `SELECT * REPLACE (TIMESTAMP '${time}' AS "timestamp") FROM (${readingsSql(1)})`;
  const { rows } = await readings(
    {
      'a.parquet': at('0044-03-15 (BC)'),
      'b.parquet': at('0001-01-03 00:00:00'),
      'c.parquet': at('9999-12-28 23:59:59.999999'),
      'd.parquet': at('10000-01-01 00:00:00'),
      // What becomes of nanoseconds written as microseconds.
      'e.parquet': at('57971-01-01 00:00:00'),
      'f.parquet': at('infinity'),
    },
    'SELECT list("timestamp" ORDER BY "timestamp") AS times FROM {{TELEMETRY}}',
  );
  expect(rows).toEqual([{ times: ['0001-01-03T00:00:00.000Z', '9999-12-28T23:59:59.999999Z'] }]);
});

test('objects keep their places in the order that decides ties, whatever their layouts and columns', async () => {
  const { rows, view } = await readings(
    {
      'a.parquet': readingsSql(2),
      'b.parquet': `SELECT * REPLACE (voltage::FLOAT AS voltage) FROM (${readingsSql(2)})`,
      'c.parquet': `SELECT *, 7 AS row_number, 8 AS object_ordinal, 'x' AS filename FROM (${readingsSql(2)})`,
      'd.parquet': `SELECT *, 77 AS file_row_number FROM (${readingsSql(2)})`,
      'e.parquet': `SELECT *, 88 AS file_index FROM (${readingsSql(2)})`,
      'z.parquet': readingsSql(2),
    },
    'SELECT object_ordinal, row_number FROM {{TELEMETRY}} ORDER BY ALL',
  );
  expect(rows).toEqual(
    [0, 1, 2, 3].flatMap((ordinal) => [0, 1].map((row) => ({ object_ordinal: ordinal, row_number: row }))),
  );
  expect(view.entries.map(({ object }) => object.key)).toEqual([
    'a.parquet',
    'b.parquet',
    'c.parquet',
    'z.parquet',
  ]);
  // With a column of that name, DuckDB's own would be out of reach: better refused than wrong.
  expect(view.quarantined.map(({ reason }) => reason)).toEqual([
    'Not readable as telemetry: the column file_row_number: expected another name, this one is taken',
    'Not readable as telemetry: the column file_index: expected another name, this one is taken',
  ]);
});
