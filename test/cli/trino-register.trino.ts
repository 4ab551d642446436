import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { type Outcome, telemetryApi } from '../support/cli.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { freePort } from '../support/free-port.ts';
import { type S3Store, s3Store } from '../support/s3-server.ts';
import { scratchFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { executeOn } from '../support/trino-server.ts';

const READING = {
  device_id: "'pack-1'",
  timestamp: "TIMESTAMP '2026-01-01 00:00:00.123456'",
  voltage: '51.5::DOUBLE',
  temperature: '20.5::DOUBLE',
  soc: '80::DOUBLE',
};
/** Columns of one reading, in SQL; null: without it. */
type Columns = Partial<Readonly<Record<keyof typeof READING, string | null>>>;

let store: S3Store;
let bytesOf: (columns?: Columns, rows?: number) => Promise<Uint8Array>;
beforeAll(async () => {
  store = s3Store(inject('s3Endpoint'));
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run("SET TimeZone = 'UTC'");
  const folder = await scratchFolder();
  const file = path.join(folder, 'one.parquet');
  bytesOf = async (columns = {}, rows = 1) => {
    const select = Object.entries({ ...READING, ...columns }).flatMap(([name, value]) =>
      value === null ? [] : `${value} AS "${name}"`,
    );
    await connection.run(
      `COPY (SELECT ${select.join(', ')} FROM range(${rows})) TO '${file}' (FORMAT parquet)`,
    );
    return readFile(file);
  };
  return () => rm(folder, { recursive: true, force: true });
});

/** Keys below `telemetry/`, and what they hold. */
type Objects = Readonly<Record<string, Columns | string | Uint8Array>>;

interface Bucket {
  readonly name: string;
  /** The table, to which the bucket's name is given. */
  readonly table: string;
  add(objects: Objects): Promise<void>;
  /** Runs the command. */
  register(args?: readonly string[], env?: Readonly<Record<string, string>>): Promise<Outcome>;
}
async function bucketOf(objects: Objects, catalog = 'lake'): Promise<Bucket> {
  const name = `register-${crypto.randomUUID()}`;
  await store.createBucket(name);
  const cwd = await temporaryFolder();
  const bucket: Bucket = {
    name,
    table: `${catalog}.registered."${name}"`,
    add: async (more) => {
      for (const [key, content] of Object.entries(more)) {
        const isBody = typeof content === 'string' || content instanceof Uint8Array;
        await store.put(name, `telemetry/${key}`, isBody ? content : await bytesOf(content));
      }
    },
    register: (args = [], env = {}) => {
      const settings = {
        PATH: process.env['PATH'] ?? '',
        S3_BUCKET: name,
        S3_ENDPOINT: store.endpoint,
        AWS_REGION: store.region,
        AWS_ACCESS_KEY_ID: store.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: store.credentials.secretAccessKey,
        TRINO_URL: inject('trinoUrl'),
        TRINO_CATALOG: catalog,
        TRINO_SCHEMA: 'registered',
        TRINO_TABLE: name,
        ...env,
      };
      return telemetryApi(['trino', 'register', ...args], { cwd, env: settings });
    },
  };
  await bucket.add(objects);
  return bucket;
}

const ask = (sql: string) => executeOn(inject('trinoUrl'), sql);
const columnsOf = (table: string) => ask(`SHOW COLUMNS FROM ${table}`);

function expectRefusal({ code, stderr }: Outcome, pattern: RegExp): void {
  expect(stderr).toMatch(pattern);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(code).toBe(1);
}

test('a plain prefix becomes a table, and running it again changes nothing', async () => {
  const bucket = await bucketOf({
    'day_001.parquet': {},
    'year=2026/day_002.parquet': {},
    'none.parquet': await bytesOf({}, 0),
  });
  const first = await bucket.register();
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout).toContain(
    `Looked into 3 of 3 objects in s3://${bucket.name}/telemetry/\nRegistered lake.registered.${bucket.name} (`,
  );
  expect(first.stdout).toContain('It shows 2 objects with 2 rows');
  expect(await columnsOf(bucket.table)).toEqual([
    ['device_id', 'varchar', '', ''],
    ['timestamp', 'timestamp(6)', '', ''],
    ['voltage', 'double', '', ''],
    ['temperature', 'double', '', ''],
    ['soc', 'double', '', ''],
  ]);
  const row = `SELECT DISTINCT device_id, CAST("timestamp" AS varchar), voltage, temperature, soc FROM ${bucket.table}`;
  expect(await ask(row)).toEqual([['pack-1', '2026-01-01 00:00:00.123456', 51.5, 20.5, 80]]);

  await bucket.add({ 'day_003.parquet': {} });
  const again = await bucket.register();
  expect(again).toMatchObject({ code: 0, stderr: '' });
  expect(again.stdout).toContain(`Already registered: lake.registered.${bucket.name}\n`);
  expect(again.stdout).toContain('It shows 3 objects with 3 rows');
});

test('folders become partition columns, and new ones are taken up by running it again', async () => {
  const inKey = { device_id: null };
  const bucket = await bucketOf({
    'device_id=pack-7/date=2026-01-01/part.parquet': inKey,
    'device_id=pack%2F8/date=2026-01-01/part.parquet': inKey,
  });
  const first = await bucket.register();
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout).toContain('partitioned by device_id, date\n');
  const devices = `SELECT device_id, date, voltage FROM ${bucket.table} ORDER BY 1, 2`;
  expect(await ask(devices)).toEqual([
    ['pack-7', '2026-01-01', 51.5],
    ['pack/8', '2026-01-01', 51.5],
  ]);

  await bucket.add({ 'Device_Id=pack ö/date=2026-01-02/part.parquet': inKey });
  await store.remove(bucket.name, 'telemetry/device_id=pack-7/date=2026-01-01/part.parquet');
  const again = await bucket.register();
  expect(again).toMatchObject({ code: 0, stderr: '' });
  expect(again.stdout).toContain('Already registered');
  expect(await ask(devices)).toEqual([
    ['pack ö', '2026-01-02', 51.5],
    ['pack/8', '2026-01-01', 51.5],
  ]);
});

test('what a file says of the device goes before its key', async () => {
  const bucket = await bucketOf({ 'device_id=other/date=2026-01-01/part.parquet': {} });
  expect(await bucket.register()).toMatchObject({ code: 0, stderr: '' });
  expect(await ask(`SELECT device_id FROM ${bucket.table}`)).toEqual([['pack-1']]);
});

test('types are those of the objects', async () => {
  const bucket = await bucketOf({
    'a.parquet': {
      device_id: '7::BIGINT',
      voltage: '51.5::FLOAT',
      soc: '80::UTINYINT',
      temperature: '1.25::DECIMAL(9, 2)',
    },
    'b.parquet': {
      device_id: "'7'",
      voltage: '51::INTEGER',
      soc: '81.5::DOUBLE',
      temperature: '2.5::DECIMAL(18, 1)',
    },
  });
  expect(await bucket.register()).toMatchObject({ code: 0, stderr: '' });
  expect(await columnsOf(bucket.table)).toContainEqual(['temperature', 'decimal(19,2)', '', '']);
  const rows = `SELECT device_id, voltage, soc, CAST(temperature AS double) FROM ${bucket.table} ORDER BY 2`;
  expect(await ask(rows)).toEqual([
    ['7', 51, 81.5, 2.5],
    ['7', 51.5, 80, 1.25],
  ]);
});

test.each<[string, Columns, RegExp]>([
  [
    'without a sign',
    { soc: '4000000000::UINTEGER' },
    /^TYPES_UNREADABLE: the column soc: expected .+, but got .*UINT_32 \(b\.parquet\)/,
  ],
  [
    'of two kinds',
    { voltage: '1.5::DECIMAL(9, 2)' },
    /^TYPES_UNREADABLE: the column voltage: expected .+ but got .*DECIMAL\(9, 2\) \(b\.parquet\)/,
  ],
  [
    'of UUIDs',
    { device_id: 'uuid()' },
    /^TYPES_UNREADABLE: the column device_id: expected .+ but got .*UUID \(b\.parquet\)/,
  ],
  [
    'of days',
    { timestamp: "DATE '2026-01-01'" },
    /^TYPES_UNREADABLE: the column timestamp: expected .+ but got .*DATE \(b\.parquet\)/,
  ],
])('columns %s, which the cluster would read as others, are refused', async (_, columns, pattern) => {
  const bucket = await bucketOf({ 'a.parquet': {}, 'b.parquet': columns });
  expectRefusal(await bucket.register(), pattern);
  await expect(columnsOf(bucket.table)).rejects.toThrow('TABLE_NOT_FOUND');
});

test('a device in the key, in no layout that a table can tell, is refused', async () => {
  const bucket = await bucketOf({
    'device_id=pack-7/part.parquet': { device_id: null },
    'device_id=pack-8/date=2026-01-01/part.parquet': { device_id: null },
    'device_id=pack-9/part.parquet': { device_id: null },
  });
  expectRefusal(
    await bucket.register(),
    /^LAYOUT_UNREADABLE: .+ but got device_id=pack-8\/date=2026-01-01\/part\.parquet/,
  );
  const mixed = await bucketOf({ 'device_id=a/x.parquet': { device_id: null }, 'device_id=b/x.parquet': {} });
  expectRefusal(await mixed.register(), /^LAYOUT_UNREADABLE: .+ but got device_id=b\/x\.parquet/);
});

test('a table over another location is refused, and replaced when told so', async () => {
  const bucket = await bucketOf({ 'day.parquet': {} });
  const other = await bucketOf({ 'day.parquet': {}, 'day_2.parquet': {} });
  expect(await bucket.register()).toMatchObject({ code: 0 });
  const asBucket = { TRINO_TABLE: bucket.name };
  expectRefusal(
    await other.register([], asBucket),
    new RegExp(
      `^TABLE_DIFFERS: the table lake\\.registered\\.${bucket.name} is there already\\. location: expected s3://${other.name}/telemetry/, but got s3://${bucket.name}/telemetry/\\. .+--replace`,
    ),
  );
  const replaced = await other.register(['--replace'], asBucket);
  expect(replaced).toMatchObject({ code: 0, stderr: '' });
  expect(replaced.stdout).toContain(`over s3://${bucket.name}/telemetry/, whose objects are still there`);
  expect(await ask(`SELECT count(*) FROM ${bucket.table}`)).toEqual([[2]]);
  expect(await bucket.register(['--replace'])).toMatchObject({ code: 0, stderr: '' });
  expect(await ask(`SELECT count(*) FROM ${bucket.table}`)).toEqual([[1]]);
});

test('a table without the columns is refused, one with more of them is not', async () => {
  const bucket = await bucketOf({ 'day.parquet': {} });
  const made = (columns: string) =>
    ask(
      `CREATE TABLE ${bucket.table} (${columns}) WITH (format = 'PARQUET', external_location = 's3://${bucket.name}/telemetry')`,
    );
  await ask('CREATE SCHEMA IF NOT EXISTS lake.registered');
  await made(
    `device_id varchar, "timestamp" timestamp(6), voltage real, temperature double COMMENT 'external_location = ''x'''`,
  );
  expectRefusal(
    await bucket.register(),
    /^TABLE_DIFFERS: .+ already\. column voltage: expected double, but got real; column soc: expected double, but got none\. /,
  );
  await ask(`DROP TABLE ${bucket.table}`);
  await made(
    'device_id varchar, "timestamp" timestamp(6), voltage double, temperature double, soc double, more varchar',
  );
  expect(await bucket.register()).toMatchObject({ code: 0, stderr: '' });
});

test('a table whose data would be lost is never dropped', async () => {
  const bucket = await bucketOf({ 'day.parquet': {} });
  await ask('CREATE SCHEMA IF NOT EXISTS lake.registered');
  await ask(`CREATE TABLE ${bucket.table} (a bigint)`);
  expectRefusal(await bucket.register(['--replace']), /^TABLE_NOT_EXTERNAL: /);
  expectRefusal(
    await bucket.register(),
    /^TABLE_DIFFERS: .+ location: expected .+, but got a table without one/,
  );
  expect(await columnsOf(bucket.table)).toEqual([['a', 'bigint', '', '']]);
});

test('objects that the table does not show are told, with what to do', async () => {
  const times = { timestamp: "TIMESTAMP_MS '2026-01-01'" };
  const bucket = await bucketOf(
    { 'a.parquet': times, 'folder/b.parquet': times, 'x=1/c.parquet': times, '_d.parquet': times },
    'flat',
  );
  const outcome = await bucket.register();
  expectRefusal(
    outcome,
    /^OBJECTS_NOT_SHOWN: .+ all 4 objects, and 3 are missing: .+_d\.parquet: .+folder\/b\.parquet, x=1\/c\.parquet, set hive\.recursive-directories=true .+ catalog flat/,
  );
  expect(outcome.stdout).toContain('Registered flat.');
});

test('objects that nobody looked into may have no rows, and be none', async () => {
  const bucket = await bucketOf({ 'a.parquet': {}, 'b.parquet': await bytesOf({}, 0), 'c.parquet': '' });
  const outcome = await bucket.register(['--footers', '1']);
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
  expect(outcome.stdout).toContain('Looked into 1 of 3 objects');
});

test('a broken object is left out, and a file that is none is told', async () => {
  const bucket = await bucketOf({ 'a.parquet': {}, 'broken.parquet': 'not at all a Parquet file' });
  const outcome = await bucket.register();
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
  expect(outcome.stdout).toMatch(/left out: broken\.parquet: Not readable as telemetry/);
  await bucket.add({ 'readme.txt': 'hello' });
  expectRefusal(
    await bucket.register(),
    /^OBJECT_UNREADABLE: .+readme\.txt.+ move others than Parquet objects away/,
  );
});

test('times that the catalog would cut are refused', async () => {
  const bucket = await bucketOf({ 'a.parquet': {} }, 'flat');
  expectRefusal(
    await bucket.register(),
    /^PRECISION_TOO_LOW: expected hive\.timestamp-precision=MICROSECONDS .+ but got MILLISECONDS/,
  );
});

test.each<[string, Readonly<Record<string, string>>, RegExp]>([
  [
    'an unknown catalog',
    { TRINO_CATALOG: 'lakes' },
    /^CATALOG_UNKNOWN: TRINO_CATALOG: expected one of delta, flat, ice, lake, system, .+ but got: lakes/,
  ],
  [
    'another than Hive',
    { TRINO_CATALOG: 'system' },
    /^CATALOG_DIFFERS: TRINO_CATALOG: expected .+ but got: system/,
  ],
  [
    'an empty prefix',
    { S3_PREFIX: 'elsewhere/' },
    /^BUCKET_EMPTY: expected objects .+\/elsewhere\/, .+ but got none/,
  ],
  ['an unknown bucket', { S3_BUCKET: 'register-none' }, /register-none/],
  ['no catalog', { TRINO_CATALOG: '' }, /^- ENGINE: expected TRINO_CATALOG with trino, but that is unset\n/],
  ['a name that is none', { TRINO_TABLE: 'a"; DROP TABLE b' }, /^- TRINO_TABLE: expected a name/],
])('with %s it says so', async (_, env, pattern) => {
  const bucket = await bucketOf({ 'a.parquet': {} });
  expectRefusal(await bucket.register([], env), pattern);
});

test('a cluster that is not there, and one that refuses the credentials', async () => {
  const bucket = await bucketOf({ 'a.parquet': {} });
  const nobody = `http://127.0.0.1:${await freePort()}`;
  expectRefusal(await bucket.register([], { TRINO_URL: nobody }), /^ENGINE_UNAVAILABLE: .+ECONNREFUSED/);
  const proxy = await startFaultProxy(inject('trinoUrl'), { 'x-forwarded-proto': 'https' });
  const env = { TRINO_URL: proxy.endpoint, TRINO_USER: 'alice', TRINO_PASSWORD: 'wrong-hunter2' };
  onTestFinished(() => proxy.stop());
  const refused = await bucket.register([], env);
  expectRefusal(refused, /^ENGINE_ACCESS_DENIED: .+401/);
  expect(refused.stderr).not.toContain('hunter2');
});

test.each([[['--footers', '0']], [['--footers', 'all']], [['--replace=yes']], [['table']]])(
  'the options %j are refused',
  async (args) => {
    const bucket = await bucketOf({});
    const { code, stderr } = await bucket.register(args);
    expect(stderr).toMatch(/^(- |error: ).+/);
    expect(code).toBe(2);
  },
);

test('--help needs no settings', async () => {
  const bucket = await bucketOf({});
  const { code, stdout } = await bucket.register(['--help'], { S3_BUCKET: '', TRINO_URL: 'nonsense' });
  expect(code).toBe(0);
  expect(stdout).toContain('Usage: telemetry-api trino register [options]');
});

const DELTA = { TRINO_CATALOG: 'delta', TRINO_TABLE_FORMAT: 'delta' };

/** A Delta table that Trino has written and forgotten: two files, of which one is new after a delete, and a vector. */
async function deltaBucket(): Promise<Bucket> {
  const bucket = await bucketOf({}, 'delta');
  const written = `delta.registered."written-${bucket.name}"`;
  await ask('CREATE SCHEMA IF NOT EXISTS delta.registered');
  await ask(`CREATE TABLE ${written} (device_id varchar, "timestamp" timestamp(6), voltage double, temperature double, soc double)
    WITH (location = 's3://${bucket.name}/telemetry', deletion_vectors_enabled = true)`);
  for (const device of ['a', 'b']) {
    await ask(`INSERT INTO ${written} VALUES ('${device}', TIMESTAMP '2026-03-01 00:00:00.000001', 1, 2, 3),
      ('${device}', TIMESTAMP '2026-03-01 00:00:01.000001', 4, 2, 3)`);
  }
  await ask(`DELETE FROM ${written} WHERE voltage > 3`);
  await ask(`ALTER TABLE ${written} EXECUTE optimize`);
  await ask(`CALL delta.system.unregister_table('registered', 'written-${bucket.name}')`);
  return bucket;
}

test('a Delta table in the bucket is made known, once, and another one in its place only when told to', async () => {
  const bucket = await deltaBucket();
  const first = await bucket.register([], DELTA);
  expect([first.code, first.stdout]).toEqual([
    0,
    `Registered delta.registered.${bucket.name} over the Delta table at s3://${bucket.name}/telemetry/\nThe table has 1 files\n`,
  ]);
  expect(await ask(`SELECT count(*) FROM ${bucket.table}`)).toEqual([[2]]);
  const again = await bucket.register([], DELTA);
  expect(again.stdout).toMatch(/^Already registered: /);
  const other = await deltaBucket();
  const settings = { ...DELTA, TRINO_TABLE: bucket.name };
  expectRefusal(await other.register([], settings), /^TABLE_DIFFERS: .+ expected s3:.+ but got s3:/m);
  const replaced = await other.register(['--replace'], settings);
  expect([replaced.code, replaced.stdout]).toEqual([0, expect.stringMatching(/^Forgot .+\nRegistered /)]);
  // Nothing was deleted.
  expect((await bucket.register([], { ...DELTA, TRINO_TABLE: `${bucket.name}-2` })).code).toBe(0);
  expect(await ask(`SELECT count(*) FROM delta.registered."${bucket.name}-2"`)).toEqual([[2]]);
});

test('a table of Hive over a Delta table shows its files, and what is left of others is told', async () => {
  const bucket = await deltaBucket();
  const hive = { TRINO_CATALOG: 'lake', TRINO_TABLE_FORMAT: 'delta' };
  const { code, stdout, stderr } = await bucket.register([], hive);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/It shows 1 objects with 2 rows, as the bucket does/);
  expect(stdout).toMatch(/note: it shows 2 files besides, which the service leaves alone/);
});

test('what is no Delta table, and one that the service refuses, are told before anything is made', async () => {
  const none = await bucketOf({ 'a.parquet': {} }, 'delta');
  expectRefusal(await none.register([], DELTA), /expected a Delta table at s3:.+, but there is no log/);
  const bucket = await bucketOf({}, 'delta');
  const written = `delta.registered."mapped-${bucket.name}"`;
  await ask('CREATE SCHEMA IF NOT EXISTS delta.registered');
  await ask(
    `CREATE TABLE ${written} (device_id varchar) WITH (location = 's3://${bucket.name}/telemetry', column_mapping_mode = 'NAME')`,
  );
  expectRefusal(await bucket.register([], DELTA), /delta\.columnMapping\.mode is name/);
  expect(await ask(`SHOW TABLES FROM delta.registered LIKE '${bucket.name}'`)).toEqual([]);
  expectRefusal(
    await bucket.register([], { TRINO_CATALOG: 'ice', TRINO_TABLE_FORMAT: 'iceberg' }),
    /^NOTHING_TO_REGISTER: /m,
  );
});
