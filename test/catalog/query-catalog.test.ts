import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import type { QueryArguments } from '../../schema/query-types.ts';
import { checkRows } from '../../src/catalog/query-catalog.ts';
import { ArgumentError, ConfigError, StatementFailedError } from '../../src/errors.ts';
import { startApp } from '../support/app.ts';
import { appOver } from '../support/app-over.ts';
import { datasetFacts } from '../support/datasets.ts';
import { appWithQueries, queriesFolder } from '../support/queries-app.ts';
import { type Reading, readReadings } from '../support/reference.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('hourly_avg works as it is written and gives the averages that plain JavaScript gives', async () => {
  const app = await appOver('plain');
  onTestFinished(() => app.close());
  const { executeQuery, directory } = app;
  const readings = await readReadings(directory);
  const hourOf = ({ micros }: Reading) => new Date(Number(micros / 3_600_000_000n) * 3_600_000).toISOString();
  const mean = (rows: readonly Reading[], metric: 'voltage' | 'temperature' | 'soc') =>
    rows.reduce((sum, row) => sum + (row[metric] ?? Number.NaN), 0) / rows.length;
  const expected = [...Map.groupBy(readings, (row) => `${row.deviceId} ${hourOf(row)}`)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, rows]) => ({
      device_id: group.split(' ')[0],
      hour: group.split(' ')[1],
      avg_voltage: expect.closeTo(mean(rows, 'voltage'), 9),
      avg_temperature: expect.closeTo(mean(rows, 'temperature'), 9),
      avg_soc: expect.closeTo(mean(rows, 'soc'), 9),
    }));
  expect(expected).toHaveLength(6 * 6 * 24);

  const row = z.object({
    device_id: z.string(),
    hour: z.iso.datetime(),
    avg_voltage: z.number(),
    avg_temperature: z.number(),
    avg_soc: z.number(),
  });
  expect(await executeQuery('hourly_avg', {}, row)).toEqual(expected);
  expect(await executeQuery('hourly_avg')).toEqual(expected);
});

/** Without those by which the rollups are built in the background. */
const own = (statements: readonly string[]) =>
  statements.filter((name) => name !== 'partials' && !name.startsWith('rollup_')).sort();

test('a file in the folder is a query; rows come as the schema makes them', async () => {
  const { executeQuery, takeStatements } = await appWithQueries({
    'coldest_2.sql': `-- ---
-- parameters:
--   note: { type: String, optional: true }
--   device_ids: { type: [String], optional: true }
-- ---
-- The coldest reading of some devices, {{TELEMETRY}} being all of them
      SELECT device_id, min(temperature) AS celsius, $note AS note, '$device_ids' AS text FROM {{TELEMETRY}}
      WHERE $device_ids IS NULL OR device_id IN (SELECT unnest(CAST($device_ids AS VARCHAR[])))
      GROUP BY device_id ORDER BY device_id`,
    'README.md': '# not a query',
    'objects.sql':
      'SELECT len({{S3_PATH}}) AS objects, (SELECT count(*) FROM read_parquet({{S3_PATH}})) AS rows;\n',
  });
  const fahrenheit = z
    .object({ device_id: z.string(), celsius: z.number() })
    .transform(({ device_id, celsius }) => ({ device_id, fahrenheit: celsius * 1.8 + 32 }));
  const rows = await executeQuery('coldest_2', { device_ids: ['dev-2', "dev-3' OR true --"] }, fahrenheit);
  expect(rows).toEqual([{ device_id: 'dev-2', fahrenheit: expect.any(Number) }]);

  const all = await executeQuery('coldest_2', { note: "it's" });
  expect(all).toHaveLength(6);
  expect(all[1]).toEqual({
    device_id: 'dev-2',
    celsius: expect.closeTo(((rows[0]?.fahrenheit ?? 0) - 32) / 1.8, 9),
    note: "it's",
    text: '$device_ids',
  });
  expect(await executeQuery('objects')).toEqual([{ objects: 3, rows: datasetFacts.plain.rows }]);
  expect(own(takeStatements())).toEqual(['coldest_2', 'coldest_2', 'objects']);
});

test('a parameter that is left out is NULL, or its default', async () => {
  const { executeQuery } = await appWithQueries({
    'given.sql': `-- ---
-- parameters:
--   a: { type: Int, optional: true }
--   b: { type: Int, optional: true }
--   c: { type: Float, default: 1.5 }
-- ---
SELECT $a IS NULL AS a, $b IS NULL AS b, $c AS c FROM {{TELEMETRY}} LIMIT 1`,
  });
  expect(await executeQuery('given')).toEqual([{ a: true, b: true, c: 1.5 }]);
  expect(await executeQuery('given', { b: 0, a: null, c: null })).toEqual([{ a: true, b: false, c: 1.5 }]);
  expect(await executeQuery('given', { c: 2 })).toEqual([{ a: true, b: true, c: 2 }]);
});

test('an unknown query and wrong parameters are told what there is, and nothing runs', async () => {
  const { executeQuery, takeStatements } = await appWithQueries({
    'none.sql': "SELECT '$text' AS x FROM {{TELEMETRY}} LIMIT 1",
    'two.sql': `-- ---
-- parameters:
--   b: { type: Int, min: 1, max: 9 }
--   a: { type: [String], optional: true }
-- ---
SELECT $b AS b, $a AS a FROM {{TELEMETRY}} LIMIT 1`,
  });
  for (const [name, params, message] of [
    ['hourly', {}, 'name: expected one of none, two, but got: hourly'],
    ['../queries/two', {}, 'name: expected one of none, two, but got: ../queries/two'],
    ['toString', {}, 'name: expected one of none, two, but got: toString'],
    ['two', { a: 1, c: 2 }, 'params.c: expected b, a, but got: c'],
    ['two', { $b: 1 }, 'params.$b: expected b, a, but got: $b'],
    ['two', { constructor: 1 }, 'params.constructor: expected b, a, but got: constructor'],
    ['none', { text: 1 }, 'params.text: expected no parameters, but got: text'],
    ['two', {}, 'params.b: expected a value of the type Int, but got nothing'],
    ['two', { b: 1.5 }, 'params.b: expected a whole number of at most 32 bits, but got: 1.5'],
    ['two', { b: '1; DROP TABLE x' }, 'params.b: expected a whole number of at most 32 bits, but got: "1;'],
    ['two', { b: 10 }, 'params.b: expected at most 9, but got: 10'],
    ['two', { b: 1, a: 'x' }, 'params.a: expected a list of String, but got: "x"'],
    ['two', { b: [1] }, 'params.b: expected a value of the type Int, but got: [1]'],
  ] as const) {
    const refused = executeQuery(name, params as unknown as QueryArguments);
    await expect(refused, message).rejects.toThrow(ArgumentError);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toMatchObject({ code: 'BAD_USER_INPUT', status: 400 });
  }
  expect(own(takeStatements())).toEqual([]);
});

test('rows of another shape fail with the query, the row, the column, what was expected and what came', async () => {
  const { executeQuery } = await appWithQueries({
    'shape.sql': "SELECT i, CASE WHEN i < 2 THEN 'text' END AS t FROM range(5) AS r(i) ORDER BY i",
  });
  const failing = executeQuery('shape', {}, z.object({ i: z.int(), t: z.string() }));
  await expect(failing).rejects.toMatchObject({
    code: 'STATEMENT_FAILED',
    cause: expect.any(z.ZodError),
    message: 'Row 2 of shape is not as expected: ✖ Invalid input: expected string, received null\n  → at t',
  });
});

test('a million rows of another shape make no longer message than one', async () => {
  const rows = Array.from({ length: 1_000_000 }, (_, i) => ({ i }));
  const check = checkRows('many', rows, z.object({ i: z.string() }));
  await expect(check).rejects.toThrow(StatementFailedError);
  await expect(check).rejects.toThrow(/^Row 0 of many is not as expected: .{10,100}\n {2}→ at i$/);
});

test('files whose names cannot be queries stop the start, each one named', async () => {
  const sql = 'SELECT 1 AS a';
  const names = ['Upper.sql', 'with-dash.sql', '2nd.sql', 'a b.sql', '.sql', 'ünï.sql'];
  const queriesDirectory = await queriesFolder(
    Object.fromEntries([...names, 'good_1.sql', 'notes.txt'].map((name) => [name, sql])),
  );
  const start = startApp({ DATA_DIR: await temporaryFolder() }, { queriesDirectory });
  await expect(start).rejects.toThrow(ConfigError);
  await expect(start).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    problems: [...names]
      .sort()
      .map((name) => `queries/${name}: expected a name of a-z, 0-9 and _ that begins with a letter`),
  });
});

test('a statement that fails over the data is coded, and no object is blamed', async () => {
  const { executeQuery, ask, takeStatements } = await appWithQueries({
    'cast.sql': 'SELECT CAST(device_id AS INTEGER) AS n FROM {{TELEMETRY}}',
    'good.sql': 'SELECT count(*) AS n FROM {{TELEMETRY}}',
  });
  const fails = () =>
    expect(executeQuery('cast')).rejects.toThrow(new StatementFailedError('The statement cast failed'));
  await fails();
  // Every object is looked at once, and not again as long as they are the same.
  expect(takeStatements().filter((name) => name === 'probe')).toHaveLength(3);
  await fails();
  await fails();
  expect(takeStatements().filter((name) => name === 'probe')).toEqual([]);
  expect(await executeQuery('good')).toEqual([{ n: datasetFacts.plain.rows }]);
  expect(await ask('{ dataset { objectCount quarantined { key } } }')).toEqual({
    dataset: { objectCount: 3, quarantined: [] },
  });
});

test('a folder that holds no query at all is fine', async () => {
  const { executeQuery } = await appWithQueries({});
  await expect(executeQuery('any')).rejects.toThrow('name: expected one of ');
});
