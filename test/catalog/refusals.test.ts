import { existsSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { LoadedQueries } from '../../src/catalog/load-queries.ts';
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
const FUNCTIONS =
  'expected no functions of tables but generate_series, json_each, json_tree, range, repeat, unnest, and those that read {{S3_PATH}}';
const OWN = "expected no functions that show or change what is the engine's own";
const RELATION = 'expected a relation like {{TELEMETRY}}, or the name of a WITH';

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
    '\nWITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a',
    2,
    'expected nothing but SELECT, also inside, and a PIVOT only with its values: ON … IN (…)',
  ],
  [
    'PIVOT {{TELEMETRY}} ON device_id USING max(soc)',
    1,
    'expected nothing but SELECT, also inside, and a PIVOT only with its values: ON … IN (…)',
  ],
  ['SELECT 1 AS a) AS b, (SELECT 2 AS c', 1, /DuckDB understands, but got Parser Error/],
  ["SELECT *\nFROM read_text('/etc/passwd')", 2, `${FUNCTIONS}, but got read_text()`],
  ["SELECT\n  getenv('HOME') AS a", 2, `${OWN}, but got getenv`],
  ["SELECT *\nFROM 'a.parquet'", 2, `${RELATION}, but got a.parquet`],
  ['SELECT *\nFROM information_schema.tables', 2, `${RELATION}, but got information_schema.tables`],
  ['SELECT * FROM (\nSHOW ALL TABLES)', 1, 'expected rows of a SELECT, but got DESCRIBE, SHOW or SUMMARIZE'],
  [
    'SELECT *\nFROM read_parquet({{S3_PATH}}[1][1:9])',
    2,
    'expected {{S3_PATH}}, or some of it, as what read_parquet() reads',
  ],
  [
    'SELECT unheard_of(1) AS a, humidity FROM read_parquet({{S3_PATH}})',
    1,
    /function of DuckDB, but got unheard_of\(\)|Catalog Error: .*unheard_of/,
  ],
  [
    'SELECT humidity,\n  unheard_of(1) AS a FROM read_parquet({{S3_PATH}})',
    2,
    'expected a function of DuckDB, but got unheard_of()',
  ],
  ['SELECT 1 AS a,\n\0 2 AS b', 2, 'expected text without NUL, at which DuckDB stops reading'],
  ['SELECT 1 AS a, é +\n\n AS b', 3, /DuckDB understands, but got Parser Error: .*"AS"/],
  ["SELECT\n'{{S3_PATH}}' AS a", 2, 'expected {{S3_PATH}} without quotes around it'],
  ['SELECT 1 AS a,\n2 AS "{{DEVICES}}"', 2, 'expected {{DEVICES}} without quotes around it'],
  ['SELECT $$ {{ TELEMETRY }} $$ AS a', 1, 'expected {{ TELEMETRY }} without quotes around it'],
  [
    'SELECT 1 AS a -- nothing\r; SELECT 2',
    1,
    'expected exactly one SELECT, but here begins another statement',
  ],
  [
    'SELECT 1 AS a /* /* */ ; */;\nSELECT 2',
    2,
    'expected exactly one SELECT, but here begins another statement',
  ],
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
    'SELECT date -- {{TELEMETRY}} and {{NOTHING}}\nFROM {{DEVICE_DAYS}} /* /* {{TELEMETRY}} */ {{TELEMETRY}} */\nWHERE len({{ S3_PATH }}) > 1',
    3,
    `expected nothing but ${ROLLUPS} beside {{DEVICE_DAYS}}, ${EITHER}, but got {{ S3_PATH }}`,
  ],
  [
    'SELECT device_id FROM {{TELEMETRY}} WHERE device_id IN\n\n(SELECT device_id FROM {{ DEVICE_HOURS }})',
    3,
    `expected nothing but {{TELEMETRY}} and {{S3_PATH}} beside {{TELEMETRY}}, ${EITHER}, but got {{ DEVICE_HOURS }}`,
  ],
  // What the store of the rollups holds beside the relations is no contract.
  [
    'SELECT device_id FROM {{DEVICES}}\nWHERE device_id IN (FROM partials)',
    2,
    `${RELATION}, but got partials`,
  ],
  [
    `-- ---\n-- parameters: { p: { type: String } }\n-- description: of {{DEVICES}} – ü\n-- ---\nSELECT d.device_id, $p AS p FROM {{DEVICES}} AS d,\n  query_table($p) AS t`,
    6,
    `${FUNCTIONS}, but got query_table()`,
  ],
  ['SELECT device_id, volts FROM\n{{DEVICES}}', 1, /Binder Error: .*"volts"/],
  ['SELECT\n$1 AS a', 2, 'expected parameters with names, like $device_id, but got $1'],
  ['SELECT ? AS a', 1, 'expected parameters with names, like $device_id, but got ?'],
  ['SELECT\n$ a AS b', 2, 'expected parameters with names, like $device_id, but got $'],
  ['SELECT $"a" AS b', 1, 'expected parameters with names, like $device_id, but got $'],
  ['SELECT $ä AS b', 1, /^expected \$ä to be declared/],
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

let loaded: LoadedQueries;
beforeAll(async () => {
  loaded = await loadTexts(Object.fromEntries(REFUSED.map(([sql], index) => [`q${index}.sql`, sql])));
});

test.each(REFUSED.map((row, index) => [index, ...row] as const))('%i: %j', (index, _, line, message) => {
  const file = `q${index}.sql`;
  expect(loaded.problems.filter((problem) => problem.file === file)).toEqual([
    { file, line, message: typeof message === 'string' ? message : expect.stringMatching(message) },
  ]);
});

test('nothing of that is served, and looking at it does nothing', () => {
  expect(loaded.files).toEqual([]);
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
