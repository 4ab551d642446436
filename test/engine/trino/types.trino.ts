import { expect, test } from 'vitest';
import { startTrinoEngine } from './start-trino-engine.ts';

const MICROS_2026 = 1_767_225_600_000_000n;

/** An expression, what it is in a `Row`, and in a `ColumnBatch` (unless it is the same). */
const VALUES: readonly (readonly [sql: string, row: unknown, batch?: unknown])[] = [
  ['true', true],
  ["TINYINT '-128'", -128],
  ["SMALLINT '32767'", 32_767],
  ["INTEGER '-2147483648'", -(2 ** 31)],
  ["BIGINT '0'", 0, 0n],
  ["BIGINT '9007199254740991'", 2 ** 53 - 1, 2n ** 53n - 1n],
  ["BIGINT '9007199254740993'", 2n ** 53n + 1n],
  ["BIGINT '-9223372036854775808'", -(2n ** 63n)],
  ["DOUBLE '0.1'", 0.1],
  ["DOUBLE '-0.0'", -0],
  ["DOUBLE '5e-324'", 5e-324],
  ["DOUBLE '1.7976931348623157e308'", Number.MAX_VALUE],
  ["DOUBLE '9007199254740993'", 2 ** 53],
  ['nan()', Number.NaN, null],
  ['infinity()', Number.POSITIVE_INFINITY, null],
  ['-infinity()', Number.NEGATIVE_INFINITY, null],
  ["REAL '0.1'", Math.fround(0.1)],
  ['CAST(nan() AS real)', Number.NaN, null],
  ["DECIMAL '123456789.25'", 123_456_789.25],
  ["DECIMAL '-0.000001'", -0.000001],
  ["CAST('12345678901234567890123456789012345678' AS decimal(38,0))", 1.2345678901234568e37],
  ["DATE '2026-01-01'", '2026-01-01', 20_454],
  ["DATE '1969-12-31'", '1969-12-31', -1],
  ["DATE '0001-01-01'", '0001-01-01', -719_162],
  ["DATE '12345-01-02'", '+012345-01-02', 3_789_392],
  ["TIMESTAMP '2026-01-01 00:00:00'", '2026-01-01T00:00:00.000Z', MICROS_2026],
  ["TIMESTAMP '2026-01-01 00:00:00.000001'", '2026-01-01T00:00:00.000001Z', MICROS_2026 + 1n],
  ["TIMESTAMP '2026-01-01 00:00:00.100000'", '2026-01-01T00:00:00.100Z', MICROS_2026 + 100_000n],
  ["TIMESTAMP '2026-01-01 00:00:00.123456789'", '2026-01-01T00:00:00.123456789Z', MICROS_2026 + 123_456n],
  ["TIMESTAMP '1969-12-31 23:59:59.999999'", '1969-12-31T23:59:59.999999Z', -1n],
  ["TIMESTAMP '2026-01-01 00:00:00.000001 UTC'", '2026-01-01T00:00:00.000001Z', MICROS_2026 + 1n],
  ["TIMESTAMP '2026-01-01 05:30:00 +05:30'", '2026-01-01T00:00:00.000Z', MICROS_2026],
  ["TIMESTAMP '2025-12-31 16:00:00.5 -08:00'", '2026-01-01T00:00:00.500Z', MICROS_2026 + 500_000n],
  ["TIMESTAMP '2026-01-01 01:00:00 Europe/Berlin'", '2026-01-01T00:00:00.000Z', MICROS_2026],
  ["TIMESTAMP '12345-01-02 03:04:05'", '+012345-01-02T03:04:05.000Z', 327_403_479_845_000_000n],
  ["TIME '12:34:56.789'", '12:34:56.789'],
  ["INTERVAL '3' DAY", '3 00:00:00.000'],
  ["'it''s ünïcode 🔋'", "it's ünïcode 🔋"],
  ["''", ''],
  ["CAST('ab' AS char(4))", 'ab  '],
  ["X'00FF10'", 'AP8Q'],
  ["UUID '12345678-1234-1234-1234-123456789abc'", '12345678-1234-1234-1234-123456789abc'],
  [`JSON '{"a": [1, 2.5, null]}'`, '{"a":[1,2.5,null]}'],
  ["IPADDRESS '10.0.0.1'", '10.0.0.1'],
  ['ARRAY[1, NULL, 3]', [1, null, 3]],
  ["ARRAY[BIGINT '9007199254740993']", [2n ** 53n + 1n]],
  ["ARRAY[TIMESTAMP '2026-01-01 00:00:00.5', NULL]", ['2026-01-01T00:00:00.500Z', null]],
  ['ARRAY[ARRAY[nan()], ARRAY[]]', [[Number.NaN], []]],
  [
    "CAST(ROW(1, DATE '2026-01-01', NULL) AS row(a integer, d date, x double))",
    { a: 1, d: '2026-01-01', x: null },
  ],
  ["ROW(1, 'x')", { field0: 1, field1: 'x' }],
  ["MAP(ARRAY['a'], ARRAY[DOUBLE '1'])", [{ key: 'a', value: 1 }]],
  ["MAP(ARRAY[BIGINT '9007199254740993'], ARRAY[NULL])", [{ key: 2n ** 53n + 1n, value: null }]],
  ['MAP(ARRAY[7], ARRAY[true])', [{ key: 7, value: true }]],
  ['MAP(ARRAY[true], ARRAY[1])', [{ key: true, value: 1 }]],
  [
    "MAP(ARRAY[TIMESTAMP '2026-01-01 00:00:00.5'], ARRAY[ARRAY[1]])",
    [{ key: '2026-01-01T00:00:00.500Z', value: [1] }],
  ],
];

/** Each in a column of its own, and below it what NULL becomes there. */
const statement = {
  name: 'types',
  sql: `SELECT * FROM (
    SELECT ${VALUES.map(([sql], place) => `${sql} AS c${place}`).join(', ')}, 0 AS place
    UNION ALL SELECT ${VALUES.map(() => 'NULL').join(', ')}, 1
  ) ORDER BY place`,
};

test('every type comes as a Row promises it, and NULL as null', async () => {
  const [row = {}, nulls = {}] = await startTrinoEngine().run(statement);
  const come = VALUES.map(([sql], place) => [sql, row[`c${place}`]]);
  expect(come).toEqual(VALUES.map(([sql, expected]) => [sql, expected]));
  expect(VALUES.map((_, place) => nulls[`c${place}`])).toEqual(VALUES.map(() => null));
});

test('every type comes as a ColumnBatch promises it, and NULL as null', async () => {
  const stream = await startTrinoEngine().stream(statement);
  const columns: unknown[][] = VALUES.map(() => []);
  for await (const batch of stream) {
    for (const [place, values] of columns.entries()) values.push(...(batch.columns[place] ?? []));
  }
  const expected = VALUES.map(([sql, row, batch]) => [sql, [batch === undefined ? row : batch, null]]);
  expect(columns.map((values, place) => [VALUES[place]?.[0], values])).toEqual(expected);
});

test('columns of one name are told apart as in DuckDB', async () => {
  const rows = await startTrinoEngine().run({ name: 'same', sql: 'SELECT 1 AS a, 2 AS a, 3 AS b, 4 AS a' });
  expect(rows).toEqual([{ a: 1, 'a:1': 2, b: 3, 'a:2': 4 }]);
});

test('a time that clocks show twice fails with advice, and with none when it is given in UTC', async () => {
  const engine = startTrinoEngine();
  const twice = "TIMESTAMP '2026-10-25 02:30:00 Europe/Berlin'";
  await expect(engine.run({ name: 'twice', sql: `SELECT ${twice} AS t` })).rejects.toMatchObject({
    code: 'STATEMENT_FAILED',
    message: expect.stringContaining('at_timezone'),
  });
  expect(await engine.run({ name: 'utc', sql: `SELECT at_timezone(${twice}, 'UTC') AS t` })).toEqual([
    { t: '2026-10-25T00:30:00.000Z' },
  ]);
});
