import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { sqlString } from '../../src/engine/sql-string.ts';
import { StatementFailedError } from '../../src/errors.ts';
import { loadTexts } from '../support/own-queries.ts';
import {
  engineState,
  lure,
  otherStatements,
  readersOf,
  refusalOf,
  urlsTo,
} from '../support/sandbox-holes.ts';
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
  const { host, connections } = await lure();
  const paths = [
    '/etc/passwd',
    '/proc/self/environ',
    'file:///etc/passwd',
    path.join(outside, 'a.parquet'),
    path.join(outside, 'a.csv'),
    path.join(outside, '*'),
    `${inside}/../${path.basename(outside)}/a.parquet`,
    `${inside}/../*`,
    root,
    's3://bucket/a.parquet',
    'http://169.254.169.254/latest/meta-data/',
    ...urlsTo(host),
  ];
  const both = [path.join(inside, 'a.parquet'), path.join(outside, 'a.parquet')].map(sqlString);
  for (const from of [...paths.flatMap(readersOf), `read_parquet([${both}])`]) {
    // A path that says of no reader which it is for is the name of a table that there is not.
    expect(await refusalOf(engine, `SELECT * FROM ${from}`), from).toMatch(
      from.startsWith("'") ? /^(Permission|Catalog) Error: / : /^Permission Error: /,
    );
  }
  expect(connections()).toBe(0);
});

test('says to clients nothing of what it refused to read', async () => {
  const { engine, outside } = await lockedEngine();
  const sql = `FROM read_text(${sqlString(path.join(outside, 'a.csv'))})`;
  await expect(engine.run({ name: 'test', sql })).rejects.toThrow(
    new StatementFailedError('The statement test failed'),
  );
});

test('changes nothing: no files, no databases, no extensions, no secrets, no settings, no views that shadow', async () => {
  const { engine, root, inside, outside } = await lockedEngine();
  const state = async () => ({
    engine: await engineState(engine),
    files: (await readdir(root, { recursive: true })).sort(),
  });
  const before = await state();
  for (const sql of [inside, outside].flatMap(otherStatements)) {
    expect(await refusalOf(engine, sql), sql).toMatch(
      /expected (a|exactly one) SELECT|^Catalog Error|CTE needs/,
    );
  }
  expect(await state()).toEqual(before);
});

test('what DuckDB itself would still do when it is locked, run() refuses as no SELECT', async () => {
  const { engine, inside } = await lockedEngine();
  for (const sql of [
    `COPY (SELECT 1 AS a) TO ${sqlString(path.join(inside, 'b.parquet'))}`,
    `EXPORT DATABASE ${sqlString(path.join(inside, 'export'))}`,
    `/* /* */ SELECT */ EXPORT DATABASE ${sqlString(path.join(inside, 'once more'))}`,
    `ATTACH ${sqlString(path.join(inside, 'other.db'))} AS other`,
    "ATTACH ':memory:' AS another",
    'CREATE TABLE t AS SELECT 1 AS a',
    'CREATE TEMP VIEW pg_settings AS SELECT 1 AS a',
    'CREATE OR REPLACE MACRO exact_avg(v) AS 7',
    'DELETE FROM t',
    'SET VARIABLE x = 1',
    'PRAGMA disable_profiling',
    'CALL checkpoint()',
  ]) {
    expect(await refusalOf(engine, sql), sql).toMatch(/expected a SELECT/);
    await engine.execute(sql);
  }
});

test('what a SELECT may still read there is closed by the check of query files', async () => {
  const { engine, inside } = await lockedEngine();
  await writeFile(path.join(inside, 'not of the snapshot.txt'), 'text');
  for (const [sql, value] of [
    [
      `SELECT content AS a FROM read_text(${sqlString(path.join(inside, 'not of the snapshot.txt'))})`,
      'text',
    ],
    [`SELECT list_contains(current_setting('allowed_directories'), ${sqlString(`${inside}/`)}) AS a`, true],
    ["SELECT count(*) AS a FROM duckdb_settings() WHERE name = 'temp_directory'", 1],
    ["SELECT count(*) AS a FROM query('FROM pg_settings') WHERE name = 'temp_directory'", 1],
  ] as const) {
    expect(await engine.run({ name: 'test', sql }), sql).toEqual([{ a: value }]);
    const { problems } = await loadTexts({ 'q.sql': sql });
    expect(problems, sql).toMatchObject([{ file: 'q.sql', line: 1 }]);
  }
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
