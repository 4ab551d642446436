import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { DuckDbEngine } from '../../src/engine/duckdb.ts';
import { sqlString } from '../../src/engine/sql-string.ts';
import { StatementFailedError } from '../../src/errors.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startEngine } from './start-engine.ts';

/** A locked engine that may read one folder (with a quote in its name), beside one whose name begins alike. */
async function lockedEngine() {
  const root = await temporaryFolder();
  const inside = path.join(root, "it's data");
  const outside = path.join(root, "it's data, but secret");
  const spill = path.join(root, 'spill');
  const engine = await startEngine({ tempDirectory: spill, threads: 2 });
  for (const folder of [inside, outside]) {
    await mkdir(folder);
    await engine.execute(
      `COPY (SELECT 7 AS a) TO ${sqlString(path.join(folder, 'a.parquet'))} (FORMAT parquet)`,
    );
    await writeFile(path.join(folder, 'a.csv'), 'a\n7\n');
    await writeFile(path.join(folder, 'a.json'), '{"a": 7}');
  }
  await engine.lock([inside]);
  return { engine, root, inside, outside };
}

const refusal = (engine: DuckDbEngine, sql: string) =>
  engine.run({ name: 'test', sql }).then(
    (rows) => expect.unreachable(`${sql} gave ${JSON.stringify(rows)}`),
    (error: unknown) => error as StatementFailedError,
  );

test('reads what is allowed', async () => {
  const { engine, inside } = await lockedEngine();
  const quoted = (name: string) => sqlString(path.join(inside, name));
  for (const sql of [
    `SELECT a FROM read_parquet(${quoted('a.parquet')})`,
    `SELECT a FROM read_csv(${quoted('a.csv')})`,
    `SELECT a FROM read_json(${quoted('a.json')})`,
    `SELECT count(*) + 4 AS a FROM glob(${quoted('*')})`,
    "SELECT 7 AS a, timezone('Europe/Berlin', TIMESTAMPTZ '2026-01-01') AS icu_works",
  ]) {
    expect(await engine.run({ name: 'test', sql }), sql).toMatchObject([{ a: 7 }]);
  }
  const paths = [path.join(inside, 'a.parquet')];
  expect(
    await engine.run({ name: 'test', sql: 'SELECT a FROM read_parquet($paths)', params: { paths } }),
  ).toEqual([{ a: 7 }]);
});

test('reads nothing else, by whatever function', async () => {
  const { engine, root, inside, outside } = await lockedEngine();
  const secret = (name: string) => sqlString(path.join(outside, name));
  const around = sqlString(`${inside}/../${path.basename(outside)}/a.parquet`);
  for (const from of [
    "read_text('/etc/passwd')",
    "read_blob('/etc/passwd')",
    "read_csv('/etc/passwd')",
    "read_json('/etc/passwd')",
    "read_parquet('/etc/passwd')",
    "sniff_csv('/etc/passwd')",
    "glob('/etc/*')",
    "glob('/proc/self/environ')",
    `glob(${sqlString(`${root}/*`)})`,
    `glob(${sqlString(`${inside}/../*`)})`,
    `read_parquet(${secret('a.parquet')})`,
    `read_csv(${secret('a.csv')})`,
    `read_json(${secret('a.json')})`,
    secret('a.parquet'),
    `read_parquet(${around})`,
    `read_parquet([${sqlString(path.join(inside, 'a.parquet'))}, ${secret('a.parquet')}])`,
    `parquet_metadata(${secret('a.parquet')})`,
    `parquet_schema(${secret('a.parquet')})`,
    `parquet_file_metadata(${secret('a.parquet')})`,
    `parquet_kv_metadata(${secret('a.parquet')})`,
    "read_parquet('https://example.com/a.parquet')",
    "read_csv('http://169.254.169.254/latest/meta-data/')",
    "read_parquet('s3://bucket/a.parquet')",
    `query('FROM read_text(''/etc/passwd'')')`,
  ]) {
    const error = await refusal(engine, `SELECT * FROM ${from}`);
    expect(error, from).toBeInstanceOf(StatementFailedError);
    expect(error.message, from).toBe('The statement test failed');
    expect(error.cause, from).toMatchObject({ message: expect.stringMatching(/^Permission Error: /) });
  }
});

test('changes nothing: no files, no databases, no extensions, no settings, no objects', async () => {
  const { engine, root, inside } = await lockedEngine();
  const state = () =>
    engine.run({
      name: 'state',
      sql: `SELECT
        (SELECT list({'name': name, 'value': value} ORDER BY name) FROM duckdb_settings()
          WHERE name NOT IN ('username', 'user')) AS settings,
        (SELECT list(database_name) FROM duckdb_databases()) AS databases,
        (SELECT list(table_name) FROM duckdb_tables()) AS tables,
        (SELECT list(view_name ORDER BY view_name) FROM duckdb_views()) AS views,
        (SELECT list(name) FROM duckdb_secrets()) AS secrets,
        (SELECT count(*) FROM duckdb_functions()) AS functions`,
    });
  const files = () => readdir(root, { recursive: true });
  const before = { state: await state(), files: await files() };

  for (const sql of [
    `COPY (SELECT 1) TO ${sqlString(path.join(inside, 'b.parquet'))}`,
    `COPY (SELECT 1) TO ${sqlString(path.join(root, 'b.csv'))}`,
    `EXPORT DATABASE ${sqlString(path.join(inside, 'export'))}`,
    "IMPORT DATABASE '/etc'",
    "ATTACH ':memory:' AS other",
    `ATTACH ${sqlString(path.join(inside, 'other.db'))}`,
    'DETACH memory',
    'INSTALL httpfs',
    'LOAD httpfs',
    "LOAD '/tmp/evil.duckdb_extension'",
    'SET threads = 1',
    "SET GLOBAL TimeZone = 'Europe/Berlin'",
    'SET enable_external_access = true',
    'RESET lock_configuration',
    'SET VARIABLE x = 1',
    'PRAGMA threads = 1',
    'PRAGMA enable_profiling',
    'PRAGMA disable_verification',
    'CREATE TABLE t (a INTEGER)',
    'CREATE TABLE t AS SELECT 1 AS a',
    'CREATE TEMP VIEW duckdb_settings AS SELECT 1',
    'CREATE MACRO m() AS 1',
    'CREATE SCHEMA s',
    "CREATE SECRET (TYPE http, BEARER_TOKEN 'x')",
    'DROP SECRET x',
    'INSERT INTO t VALUES (1)',
    'UPDATE t SET a = 1',
    'DELETE FROM t',
    'DROP VIEW duckdb_settings',
    'BEGIN',
    'CALL pragma_version()',
    'EXPLAIN ANALYZE SELECT 1',
    'PREPARE p AS SELECT 1',
    'CHECKPOINT',
    'VACUUM',
    'USE memory',
  ]) {
    expect(await refusal(engine, sql), sql).toMatchObject({ code: 'STATEMENT_FAILED' });
  }
  expect({ state: await state(), files: await files() }).toEqual(before);
});

test('cannot be opened again, not even by the service itself', async () => {
  const { engine, outside } = await lockedEngine();
  for (const sql of [
    'SET GLOBAL enable_external_access = true',
    `SET GLOBAL allowed_directories = [${sqlString(outside)}]`,
    'SET GLOBAL lock_configuration = false',
    'RESET GLOBAL enable_external_access',
  ]) {
    await expect(engine.execute(sql), sql).rejects.toThrow(/configuration has been locked/);
  }
  await expect(
    engine.execute(`CREATE TABLE t AS FROM read_parquet(${sqlString(path.join(outside, 'a.parquet'))})`),
  ).rejects.toThrow(/^Permission Error/);
});
