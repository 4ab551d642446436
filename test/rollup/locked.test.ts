import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { createLogger } from '../../src/log.ts';
import { openStore } from '../../src/rollup/open-store.ts';
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

async function openedIn(directory: string | undefined) {
  const { engine: config } = loadConfig({ ENGINE_MEMORY_LIMIT: '500MB' });
  const { engine } = await openStore({ directory, engine: config, log: createLogger('silent') });
  onTestFinished(() => engine.close());
  return { engine };
}

const places = ['in a file', 'in memory'];

test.each(places)('a store %s reaches no files, takes no writes and no settings', async (where) => {
  const directory = await temporaryFolder();
  const { engine } = await openedIn(where === 'in a file' ? directory : undefined);
  const { host, connections } = await lure();
  const outside = path.join(directory, 'outside');
  await writeFile(path.join(directory, 'a.csv'), 'a\n7\n');
  const state = async () => ({
    engine: await engineState(engine),
    rows: await engine.run({ name: 'state', sql: 'FROM state' }),
    files: await readdir(directory),
  });
  const before = await state();
  const paths = [
    '/etc/passwd',
    's3://bucket/a.parquet',
    ...['*', 'a.csv', 'other.duckdb'].map((name) => path.join(directory, name)),
    ...urlsTo(host),
  ];
  for (const from of paths.flatMap(readersOf)) {
    // A path that says of no reader which it is for is the name of a table that there is not.
    expect(await refusalOf(engine, `SELECT * FROM ${from}`), from).toMatch(
      from.startsWith("'") ? /^(Permission|Catalog) Error: / : /^Permission Error: /,
    );
  }
  for (const sql of [
    ...otherStatements(outside),
    'DELETE FROM partials',
    'CREATE OR REPLACE TEMP VIEW devices AS SELECT 1 AS device_id',
    'WITH a AS (SELECT 1) UPDATE state SET version = NULL',
    'WITH a AS (DELETE FROM partials RETURNING *) FROM a',
  ]) {
    expect(await refusalOf(engine, sql), sql).toMatch(
      /expected (a|exactly one) SELECT|^Catalog Error|Parser Error/,
    );
  }
  await expect(engine.execute('SET GLOBAL threads = 1')).rejects.toThrow(/configuration has been locked/);
  await expect(engine.execute(`ATTACH '${outside}' AS other`)).rejects.toThrow(/Permission Error/);
  await expect(engine.execute(`COPY (SELECT 1) TO '${outside}'`)).rejects.toThrow(/Permission Error/);
  expect(await state()).toEqual(before);
  expect(connections()).toBe(0);
});

test.each(places)(
  'a store %s would show its own tables, file and settings to a SELECT: the check of query files closes that',
  async (where) => {
    const directory = await temporaryFolder();
    const { engine } = await openedIn(where === 'in a file' ? directory : undefined);
    const file = path.join(directory, 'rollups.duckdb');
    const ofAFile = [[`SELECT size > 0 AS a FROM read_blob('${file}')`, [{ a: true }]]] as const;
    for (const [sql, rows] of [
      ...(where === 'in a file' ? ofAFile : []),
      ['SELECT layout > 0 AS a FROM state', [{ a: true }]],
      ['SELECT object_id AS a FROM main.partials', []],
      ["SELECT count(*) AS a FROM duckdb_tables() WHERE table_name = 'partials'", [{ a: 1 }]],
      ["SELECT object_id AS a FROM query_table('partials')", []],
      ["SELECT current_setting('threads') > 0 AS a", [{ a: true }]],
    ] as const) {
      expect(await engine.run({ name: 'test', sql }), sql).toEqual(rows);
      const onRollups = `SELECT device_id, (${sql}) AS a FROM {{DEVICES}}`;
      const { problems } = await loadTexts({ 'a.sql': sql, 'b.sql': onRollups });
      expect(problems, sql).toMatchObject([
        { file: 'a.sql', line: 1 },
        { file: 'b.sql', line: 1 },
      ]);
    }
  },
);

test('where a name counts as that of a WITH, the store reads the WITH, and not its own table of that name', async () => {
  const { engine } = await openedIn(undefined);
  for (const [sql, values] of [
    ['WITH state AS (SELECT 1 AS n) FROM STATE', [1]],
    [
      'WITH RECURSIVE state AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM state WHERE n < 2) FROM state',
      [1, 2],
    ],
    ['WITH state AS (SELECT 1 AS n) SELECT (WITH x AS (FROM state) SELECT n FROM x) AS n', [1]],
    ['WITH state AS (SELECT 1 AS n), x AS (FROM state) SELECT n FROM x UNION ALL FROM state', [1, 1]],
    ['WITH state AS (SELECT 1 AS n) SELECT n + m AS n FROM range(2) AS r(m), LATERAL (FROM state)', [1, 2]],
    [
      'WITH state AS (SELECT 1 AS n) SELECT 5 AS n ORDER BY (SELECT n FROM state) LIMIT (SELECT n FROM state)',
      [5],
    ],
    ['WITH state AS (SELECT 1 AS n) SELECT "1" AS n FROM (PIVOT state ON n IN (1) USING sum(n))', [1]],
    [
      'WITH RECURSIVE w AS (SELECT 1 AS n UNION ALL (WITH state AS (SELECT 5 AS n) SELECT state.n FROM w, state WHERE w.n < 3)) FROM w',
      [1, 5],
    ],
  ] as const) {
    const { problems } = await loadTexts({ 'q.sql': sql });
    expect(problems, sql).toEqual([]);
    const rows = await engine.run({ name: 'test', sql });
    expect(rows.map(({ n }) => Number(n)).sort(), sql).toEqual(values);
  }
});

test('what is written after the lock is checkpointed, and there when the file is opened again', async () => {
  const directory = await temporaryFolder();
  for (let opened = 0; opened < 2; opened++) {
    const { engine } = await openedIn(directory);
    await engine.transaction(async (connection) => {
      await connection.run(`UPDATE state SET version = 'v${opened}'`);
      await connection.run('CREATE TEMP TABLE touched AS SELECT 1 AS a');
      await connection.run('DROP TABLE touched');
    });
    await engine.execute('CHECKPOINT');
    await engine.transaction(async (connection) => {
      await connection.run(`UPDATE state SET version = version || ', and once more'`);
    });
    await engine.close();
  }
  const { version } = await openStore({
    directory,
    engine: loadConfig({ ENGINE_MEMORY_LIMIT: '500MB' }).engine,
    log: createLogger('silent'),
  }).then(async ({ engine, ...state }) => {
    await engine.close();
    return state;
  });
  expect(version).toBe('v1, and once more');
});
