import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadTexts } from '../support/own-queries.ts';
import {
  EFFECTS,
  lure,
  OF_THE_ENGINE,
  otherStatements,
  readersOf,
  urlsTo,
} from '../support/sandbox-holes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Each of them as a file of its own, by what they hold. */
async function loadEach(statements: readonly string[]) {
  const texts = new Map(statements.map((sql, index) => [`q${index}.sql`, sql]));
  const { files, problems } = await loadTexts(Object.fromEntries(texts));
  return {
    accepted: files.map(({ query }) => query.sql),
    refusals: new Map(
      [...texts].map(([file, sql]) => [sql, problems.filter((problem) => problem.file === file)]),
    ),
  };
}

/** By the text of the file, before DuckDB is asked what it would make of it: its own sandbox is another layer. */
async function expectRefused(statements: readonly string[], reason: RegExp) {
  const { accepted, refusals } = await loadEach(statements);
  expect(accepted).toEqual([]);
  for (const [sql, problems] of refusals) {
    expect(
      problems.map(({ message }) => message),
      sql,
    ).toEqual(expect.arrayContaining([expect.stringMatching(reason)]));
    expect(
      problems.map(({ line }) => line),
      sql,
    ).not.toContain(undefined);
  }
}

const FROM =
  /^expected (no functions of tables but|a relation like|\{\{S3_PATH\}\}, or some of it|rows of a SELECT)/;

test('no file may read by a path that it makes up: no files, no network, no object that is not of the snapshot', async () => {
  const { host, connections } = await lure();
  const paths = ['/etc/passwd', '/proc/self/environ', 's3://lake/telemetry/other.parquet', ...urlsTo(host)];
  await expectRefused(
    paths.flatMap(readersOf).map((from) => `SELECT *\nFROM ${from}`),
    FROM,
  );
  await expectRefused(
    [
      "{{S3_PATH}}[1] || '.bak'",
      "replace({{S3_PATH}}[1], 'a', 'b')",
      '{{S3_PATH}}[1][1:20]',
      "[{{S3_PATH}}[1], '/etc/passwd']",
      "list_transform({{S3_PATH}}, lambda p: '/etc/passwd')",
      "list_concat({{S3_PATH}}, ['/etc/passwd'])",
      "(SELECT '/etc/passwd')",
      "CASE WHEN true THEN ['/etc/passwd'] ELSE {{S3_PATH}} END",
    ].flatMap((paths) => [`SELECT * FROM read_parquet(${paths})`, `SELECT * FROM parquet_schema(${paths})`]),
    FROM,
  );
  expect(connections()).toBe(0);
});

test('no file may let a client name what is read', async () => {
  const head = '-- ---\n-- parameters: { p: { type: String }, l: { type: [String] } }\n-- ---\n';
  const given = ['read_parquet($p)', 'read_parquet($l)', 'read_text($p)', 'query($p)', 'query_table($p)'];
  await expectRefused(
    given.map((from) => `${head}SELECT $p AS p, $l AS l FROM ${from}`),
    FROM,
  );
});

test('no file may read of the engine, or change anything about it, on whichever engine it runs', async () => {
  const reasons =
    /^expected (no functions|a relation like|rows of a SELECT|nothing but SELECT|\{\{S3_PATH\}\}, or some of it)/;
  await expectRefused([...OF_THE_ENGINE, ...EFFECTS, "SELECT getenv('HOME') AS a"], reasons);
  const onRollups = [...OF_THE_ENGINE, ...EFFECTS].map(
    (sql) => `SELECT device_id, (SELECT count(*) FROM (${sql})) AS n FROM {{DEVICES}}`,
  );
  await expectRefused(onRollups, reasons);
});

test.each([
  'partials',
  'main.partials',
  'rollups.main.partials',
  'objects',
  'state',
  'device_days',
  'DEVICES',
])('no file may read the table %s of the rollup store, but may call a WITH so', async (table) => {
  const columns = table.split('.').at(-1);
  await expectRefused(
    [
      `SELECT device_id FROM {{DEVICES}} WHERE device_id IN (FROM ${table})`,
      `WITH ${columns} AS (FROM ${table}) SELECT d.device_id FROM {{DEVICES}} AS d, ${columns}`,
      `SELECT d.device_id FROM {{DEVICES}} AS d, (WITH ${columns} AS (SELECT 1 AS n) FROM ${columns}), ${table}`,
      `WITH a AS (FROM ${table}), ${columns} AS (SELECT 1 AS n) SELECT d.device_id FROM {{DEVICES}} AS d, a`,
      `WITH RECURSIVE ${columns} AS (SELECT 1 AS n FROM ${table} UNION ALL SELECT n FROM ${columns}) SELECT n FROM ${columns}, {{DEVICES}}`,
      `WITH ${columns} AS (SELECT 1 AS n) SELECT d.device_id FROM {{DEVICES}} AS d, main.${columns}`,
    ],
    /^expected a relation like \{\{TELEMETRY\}\}, or the name of a WITH, but got /,
  );
  const { accepted } = await loadEach([
    `WITH ${columns} AS (SELECT device_id FROM {{DEVICES}}) SELECT device_id FROM ${columns?.toUpperCase()}`,
  ]);
  expect(accepted).toHaveLength(1);
});

test('no file may be anything but one SELECT, and looking at it does nothing', async () => {
  const folder = await temporaryFolder();
  await expectRefused(
    otherStatements(path.join(folder, 'x')),
    /^expected (a SELECT, but got|exactly one SELECT|nothing but SELECT|a SELECT that DuckDB understands, but got Parser Error)/,
  );
  expect(await readdir(folder)).toEqual([]);
});

test('what reads nothing but what a query names is as good as ever', async () => {
  const statements = [
    'SELECT device_id, max(soc) AS soc FROM {{TELEMETRY}} GROUP BY ALL',
    'FROM {{DEVICE_DAYS}} SELECT device_id, date ORDER BY ALL LIMIT 3',
    'SELECT * FROM read_parquet({{S3_PATH}}, filename = true, union_by_name = true)',
    'SELECT p.voltage FROM read_parquet({{ S3_PATH }}[1:2]) AS p, parquet_scan({{S3_PATH}}[1])',
    'SELECT file_name, num_rows FROM parquet_file_metadata({{S3_PATH}})',
    'SELECT name, type FROM parquet_schema({{S3_PATH}})',
    "PIVOT (SELECT device_id, soc FROM {{TELEMETRY}}) ON device_id IN ('a', 'b') USING max(soc)",
    'UNPIVOT (SELECT voltage, soc FROM {{TELEMETRY}}) ON voltage, soc',
    'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT n FROM r',
    'WITH RECURSIVE r(n, m) USING KEY (n) AS (SELECT 1, 1 UNION SELECT n, m + 1 FROM recurring.r WHERE m < 5) FROM r',
    'WITH a AS (SELECT 1 AS n), b AS (FROM a) SELECT (SELECT max(n) FROM B) AS n FROM (FROM a UNION ALL FROM "b")',
    "SELECT t.i, u.v, e.value FROM range(3) AS t(i), unnest([1]) AS u(v), json_each('[1]') AS e",
    "SELECT now() AS a, random() AS b, uuid() AS c, current_date AS d, age(TIMESTAMP '2026-01-01') AS e",
    "SELECT 'duckdb_settings()' AS a, 1 AS \"current_setting('x')\" FROM (VALUES (1)) AS duckdb_tables",
    "SELECT exact_avg(soc) AS a, typeof(max(soc)) AS b, json_serialize_sql('SELECT 1') AS c FROM {{TELEMETRY}}",
  ];
  const { refusals } = await loadEach(statements);
  expect(
    [...refusals].map(([sql, problems]) => [
      sql,
      problems.filter(({ message }) => !/^the column/.test(message)),
    ]),
  ).toEqual(statements.map((sql) => [sql, []]));
});
