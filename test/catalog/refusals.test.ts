import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { describeProblem } from '../../src/catalog/query-problem.ts';
import { ConfigError } from '../../src/errors.ts';
import { startApp } from '../support/app.ts';
import { loadTexts } from '../support/own-queries.ts';
import { queriesFolder } from '../support/queries-app.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const outside = path.join('/tmp', `telemetry-refusals-${process.pid}`);

const PLACEHOLDERS = '{{TELEMETRY}}, {{S3_PATH}}, {{DEVICES}}, {{DEVICE_DAYS}} or {{DEVICE_HOURS}}';
const ROLLUPS = '{{DEVICES}}, {{DEVICE_DAYS}} and {{DEVICE_HOURS}}';
const EITHER = 'since one query reads either the rollups or the objects';
const FUNCTIONS = 'generate_series, json_each, json_tree, range, repeat, unnest';

/** Each is refused with the line and the words. */
const REFUSED: readonly (readonly [sql: string, line: number | undefined, message: string | RegExp])[] = [
  ['SELECT 1 AS a;\n\nSELECT 2 AS a', 3, 'expected exactly one SELECT, but here begins another statement'],
  [
    "SELECT ';' AS a; -- ;\nDROP TABLE t",
    2,
    'expected exactly one SELECT, but here begins another statement',
  ],
  ['-- to be written\n', undefined, 'expected exactly one SELECT, but got nothing'],
  ['', undefined, 'expected exactly one SELECT, but got nothing'],
  ['-- c\n;SELECT 1 AS a', 2, 'expected a SELECT, but got ;'],
  ['/* c\n */ create table t AS SELECT 1', 2, 'expected a SELECT, but got CREATE'],
  [`COPY (SELECT 1) TO '${outside}'`, 1, 'expected a SELECT, but got COPY'],
  [`ATTACH '${outside}' AS x`, 1, 'expected a SELECT, but got ATTACH'],
  [`EXPORT DATABASE '${outside}'`, 1, 'expected a SELECT, but got EXPORT'],
  ['PRAGMA version', 1, 'expected a SELECT, but got PRAGMA'],
  ['SET threads = 1', 1, 'expected a SELECT, but got SET'],
  ['INSTALL httpfs', 1, 'expected a SELECT, but got INSTALL'],
  ['CALL pragma_version()', 1, 'expected a SELECT, but got CALL'],
  ['SHOW TABLES', 1, 'expected a SELECT, but got SHOW'],
  ['DESCRIBE SELECT 1', 1, 'expected a SELECT, but got DESCRIBE'],
  ['SUMMARIZE SELECT 1', 1, 'expected a SELECT, but got SUMMARIZE'],
  ['EXPLAIN SELECT 1', 1, 'expected a SELECT, but got EXPLAIN'],
  ['(DELETE FROM t)', 1, 'expected a SELECT, but got DELETE'],
  [
    'WITH a AS (SELECT 1)\nINSERT INTO t SELECT * FROM a',
    2,
    /DuckDB understands, but got Parser Error: .*"INSERT"/,
  ],
  ['SELECT 1 AS a) AS b, (SELECT 2 AS c', 1, /DuckDB understands, but got Parser Error/],
  ["SELECT *\nFROM read_text('/etc/passwd')", 2, /Permission Error: Cannot access file/],
  ["SELECT * FROM read_csv('/etc/passwd')", 1, /Permission Error/],
  ["SELECT getenv('HOME') AS a", 1, /getenv/],
  ['SELECT a.\n  volts FROM {{TELEMETRY}} AS a', 1, /Binder Error: .*"volts"/],
  ['SELECT\n  volts FROM {{TELEMETRY}}', 2, /Binder Error: Referenced column "volts" not found/],
  ['SELECT *\nFROM {{TABLE}}', 2, `expected ${PLACEHOLDERS}, but got {{TABLE}}`],
  ["SELECT\n\n'{{ telemetry }}' AS a", 3, `expected ${PLACEHOLDERS}, but got {{ telemetry }}`],
  [
    'SELECT device_id FROM {{DEVICES}}\nJOIN {{TELEMETRY}} USING (device_id)',
    2,
    `expected nothing but ${ROLLUPS} beside {{DEVICES}}, ${EITHER}, but got {{TELEMETRY}}`,
  ],
  [
    "SELECT '{{TELEMETRY}}' AS a -- {{TELEMETRY}}\nFROM {{DEVICE_DAYS}}\nWHERE len({{ S3_PATH }}) > 1",
    3,
    `expected nothing but ${ROLLUPS} beside {{DEVICE_DAYS}}, ${EITHER}, but got {{ S3_PATH }}`,
  ],
  [
    'SELECT device_id FROM {{TELEMETRY}} WHERE device_id IN\n\n(SELECT device_id FROM {{ DEVICE_HOURS }})',
    3,
    `expected nothing but {{TELEMETRY}} and {{S3_PATH}} beside {{TELEMETRY}}, ${EITHER}, but got {{ DEVICE_HOURS }}`,
  ],
  // What the store of the rollups holds beside the relations is no contract.
  ...['partials', 'main.partials', 'objects', 'state', 'device_days'].map(
    (table) =>
      [
        `SELECT device_id FROM {{DEVICES}}\nWHERE device_id IN (FROM ${table})`,
        2,
        /Catalog Error: Table with name \w+ does not exist/,
      ] as const,
  ),
  ...[
    'query_table($p)',
    "query('FROM partials')",
    'checkpoint()',
    "read_blob('rollups.duckdb')",
    'duckdb_tables()',
  ].map(
    (call) =>
      [
        `-- ---\n-- parameters: { p: { type: String } }\n-- description: of {{DEVICES}} – ü\n-- ---\nSELECT d.device_id, $p AS p FROM {{DEVICES}} AS d,\n  ${call} AS t`,
        6,
        `expected no functions of tables but ${FUNCTIONS} in a query on rollups, but got ${call.replace(/\(.*/, '')}()`,
      ] as const,
  ),
  ['SELECT device_id, volts FROM\n{{DEVICES}}', 1, /Binder Error: .*"volts"/],
  ['SELECT\n$1 AS a', 2, 'expected parameters with names, like $device_id, but got $1'],
  ['SELECT ? AS a', 1, 'expected parameters with names, like $device_id, but got ?'],
  ['SELECT $s3_path AS a', 1, 'expected another name than $s3_path, which is taken'],
  ['SELECT $objects_0 AS a FROM {{TELEMETRY}}', 1, 'expected another name than $objects_0, which is taken'],
  ['SELECT count(*) FROM {{TELEMETRY}}', undefined, /^the column count_star\(\): expected a name of letters/],
  ['SELECT 1 AS "2nd"', undefined, /^the column 2nd: expected a name of letters/],
  ['SELECT 1 AS __type', undefined, /^the column __type: expected a name of letters/],
  [
    'SELECT 1 AS a, 2 AS a',
    undefined,
    'the column a: expected a name of its own, but two columns have this one',
  ],
  [
    'SELECT 1 AS a_b, 2 AS "aB"',
    undefined,
    'the column aB: expected a name of its own, but there is a_b already, and both are aB in GraphQL',
  ],
  ['SELECT 1 AS a, 2 AS "A"', undefined, /^the column A: expected a name of its own/],
];

test.each(REFUSED)('%j', async (sql, line, message) => {
  const { problems, files } = await loadTexts({ 'q.sql': sql });
  expect(files).toEqual([]);
  expect(problems).toEqual([
    { file: 'q.sql', line, message: typeof message === 'string' ? message : expect.stringMatching(message) },
  ]);
  expect(existsSync(outside)).toBe(false);
});

test('all mistakes of all files stop the start together', async () => {
  const queriesDirectory = await queriesFolder({
    'b.sql': 'SELECT 1 AS a; SELECT 2 AS a',
    'a.sql': '\nDROP TABLE t',
    'good.sql': 'SELECT 1 AS a;\n-- nothing follows\n;',
  });
  const start = startApp({ DATA_DIR: await temporaryFolder() }, { queriesDirectory });
  await expect(start).rejects.toThrow(ConfigError);
  await expect(start).rejects.toMatchObject({
    problems: [
      'queries/a.sql:2: expected a SELECT, but got DROP',
      'queries/b.sql:1: expected exactly one SELECT, but here begins another statement',
    ],
  });
});

test.each([
  ['overview.sql', {}, /but the API has overview already; rename the file/],
  ['daily_summaries.sql', {}, /but the API has dailySummaries already/],
  ['a__b.sql', { 'a_b.sql': 'SELECT 1 AS a' }, /but aB is that of a_b.sql already/],
  ['b.sql', { 'b_row.sql': 'SELECT 1 AS a' }, undefined],
  ['x.sql', { 'x_row_s.sql': 'SELECT 1 AS a' }, undefined],
] as const)('%s beside %j: names that clash are told', async (file, others, expected) => {
  const { problems } = await loadTexts({ ...others, [file]: 'SELECT 1 AS a' });
  const messages = problems.filter((problem) => problem.file === file).map(({ message }) => message);
  expect(messages).toEqual(expected === undefined ? [] : [expect.stringMatching(expected)]);
});

test('types of structures take names too', async () => {
  const { problems } = await loadTexts({
    'a.sql': "SELECT {'x': 1} AS b",
    'a_row.sql': 'SELECT 1 AS z',
    'a_row_b.sql': 'SELECT 1 AS z',
    'd.sql': "SELECT {'x': 1} AS e_f, {'x': {'f': 1}} AS e",
  });
  expect(problems.map(describeProblem)).toEqual([]);
  const clash = await loadTexts({ 'd.sql': "SELECT {'y': {'x': 1}} AS e, {'x': 1} AS e_y" });
  expect(clash.problems.map(describeProblem)).toEqual([
    'queries/d.sql: expected names whose types are free, but there is a type DRowEY already',
  ]);
});

test('`graphql: false` lets a query have the name of a field', async () => {
  const { problems, files } = await loadTexts({
    'overview.sql': '-- ---\n-- graphql: false\n-- ---\nSELECT 1 AS a',
  });
  expect(problems).toEqual([]);
  expect(files[0]?.query.field).toBe(false);
});
