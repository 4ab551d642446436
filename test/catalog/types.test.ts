import { expect, test } from 'vitest';
import { z } from 'zod';
import { rowSchema } from '../../src/catalog/row-schema.ts';
import { loadTexts } from '../support/own-queries.ts';
import { appWithQueries } from '../support/queries-app.ts';

/** Of DuckDB's types: an expression, the GraphQL type, the value in GraphQL and JSON, and in TypeScript if another. */
const TYPES: readonly (readonly [sql: string, graphql: string, json: unknown, typescript?: unknown])[] = [
  ['true', 'Boolean', true],
  ['1::TINYINT', 'Int', 1],
  ['255::UTINYINT', 'Int', 255],
  ['(-32768)::SMALLINT', 'Int', -32768],
  ['65535::USMALLINT', 'Int', 65535],
  ['(-2147483648)::INTEGER', 'Int', -2147483648],
  ['4294967295::UINTEGER', 'SafeInt', 4294967295],
  ['9007199254740991', 'BigInt', 9007199254740991],
  ['9007199254740993', 'BigInt', '9007199254740993', 9007199254740993n],
  ['(-9223372036854775808)::BIGINT', 'BigInt', '-9223372036854775808', -9223372036854775808n],
  ['18446744073709551615::UBIGINT', 'BigInt', '18446744073709551615', 18446744073709551615n],
  [
    '170141183460469231731687303715884105727::HUGEINT',
    'BigInt',
    '170141183460469231731687303715884105727',
    170141183460469231731687303715884105727n,
  ],
  ['5::UHUGEINT', 'BigInt', 5],
  [
    "'123456789012345678901234567890123456789012'::BIGNUM",
    'BigInt',
    '123456789012345678901234567890123456789012',
    123456789012345678901234567890123456789012n,
  ],
  ['sum(range)', 'BigInt', 10],
  ['count(*)', 'BigInt', 5],
  ['0.5::FLOAT', 'Float', 0.5],
  ['0.1::DOUBLE', 'Float', 0.1],
  ["'nan'::DOUBLE", 'Float', null],
  ["'-infinity'::FLOAT", 'Float', null],
  ['123456789012.345::DECIMAL(15,3)', 'Float', 123456789012.345],
  ['12345678901234567890.123::DECIMAL(38,3)', 'Decimal', '12345678901234567890.123'],
  ['(-0.000000000000001)::DECIMAL(16,15)', 'Decimal', '-0.000000000000001'],
  ["'it''s \"text\"'", 'String', 'it\'s "text"'],
  ["DATE '2026-01-31'", 'Date', '2026-01-31'],
  ["'infinity'::DATE", 'Date', null],
  ["TIMESTAMP '2026-01-31 12:00:00.000001'", 'DateTime', '2026-01-31T12:00:00.000001Z'],
  ["TIMESTAMPTZ '2026-01-31 12:00:00+02'", 'DateTime', '2026-01-31T10:00:00.000Z'],
  ["TIMESTAMP_S '2026-01-31 12:00:00'", 'DateTime', '2026-01-31T12:00:00.000Z'],
  ["TIMESTAMP_MS '2026-01-31 12:00:00.5'", 'DateTime', '2026-01-31T12:00:00.500Z'],
  ["TIMESTAMP_NS '2026-01-31 12:00:00.123456789'", 'DateTime', '2026-01-31T12:00:00.123456789Z'],
  ["'infinity'::TIMESTAMP", 'DateTime', null],
  ["TIME '12:34:56.5'", 'String', '12:34:56.5'],
  ["TIMETZ '12:00:00+01'", 'String', '12:00:00+01'],
  ['INTERVAL 25 HOUR', 'String', '25:00:00'],
  ["'6BA7B810-9dad-11d1-80b4-00c04fd430c8'::UUID", 'ID', '6ba7b810-9dad-11d1-80b4-00c04fd430c8'],
  ["'b''c'::ENUM('a', 'b''c')", 'String', "b'c"],
  ["'a\\xFF'::BLOB", 'String', 'a\\xFF'],
  ["'101'::BIT", 'String', '101'],
  ['1::UNION(num INTEGER, str VARCHAR)', 'String', '1'],
  ['NULL', 'Int', null],
  ['[1, NULL, 3]', '[Int]', [1, null, 3]],
  ['[1, 2]::INTEGER[2]', '[Int]', [1, 2]],
  [
    "[[9007199254740993], ['1'::BIGINT]]",
    '[[BigInt]]',
    [['9007199254740993'], [1]],
    [[9007199254740993n], [1]],
  ],
  ["[TIME '01:02:03']", '[String]', ['01:02:03']],
  ["['nan'::DOUBLE, 1.5]", '[Float]', [null, 1.5]],
  ["row(1, 'a')", 'String', '(1, a)'],
  ["{'a b': 1}", 'String', "{'a b': 1}"],
  ['NULL::INTEGER[]', '[Int]', null],
  [
    `'{"n": 12345678901234567890, "l": [1.5, null], "s": "x"}'::JSON`,
    'JSON',
    { n: '12345678901234567890', l: [1.5, null], s: 'x' },
  ],
];

const COLUMNS = TYPES.map(([sql], index) => `${sql} AS c${index}`).join(',\n');
const TYPED = `SELECT ${COLUMNS} FROM range(5)`;
const NESTED = `SELECT
  {'a_b': 1, 'c': [{'x': 12345678901234567890.5::DECIMAL(30,2), 'n': 'nan'::DOUBLE}]} AS one_struct,
  MAP{'k': 9007199254740993, 'l': 1} AS one_map,
  NULL::STRUCT(a INTEGER) AS no_struct`;

test('each type: in GraphQL, in REST and in TypeScript', async () => {
  const { ask, get, executeQuery } = await appWithQueries({ 'typed.sql': TYPED });
  const fields = TYPES.map((_, index) => `c${index}`);
  const { typed, row } = await ask<{
    typed: { rows: Record<string, unknown>[] };
    row: { fields: { name: string; type: object }[] };
  }>(`{ typed { rows { ${fields.join(' ')} } } row: __type(name: "TypedRow") { fields { name type { ...t } } } }
    fragment t on __Type { name kind ofType { name kind ofType { name kind } } }`);
  const json = Object.fromEntries(TYPES.map(([, , value], index) => [`c${index}`, value]));
  expect(typed.rows).toEqual([json]);
  expect(row.fields.map(({ name, type }) => [name, typeText(type)])).toEqual(
    TYPES.map(([, type], index) => [`c${index}`, type]),
  );
  const rest = await get('/queries/typed');
  expect(rest.status).toBe(200);
  expect(await rest.json()).toEqual({ rows: [json], truncated: false, row_limit: 100_000 });
  const typescript = TYPES.map(([, , value, own = value], index) => [`c${index}`, own]);
  expect(await executeQuery('typed')).toEqual([Object.fromEntries(typescript)]);
});

interface TypeJson {
  readonly name?: string;
  readonly kind?: string;
  readonly ofType?: TypeJson;
}

function typeText({ name, kind, ofType = {} }: TypeJson): string {
  return kind === 'LIST' ? `[${typeText(ofType)}]` : String(name);
}

test('structures and maps have types of their own', async () => {
  const { ask, get } = await appWithQueries({ 'nested.sql': NESTED });
  const { nested } = await ask<{ nested: { rows: unknown[] } }>(
    '{ nested { rows { oneStruct { aB c { x n } } oneMap { key value } noStruct { a } } } }',
  );
  expect(nested.rows).toEqual([
    {
      oneStruct: { aB: 1, c: [{ x: '12345678901234567890.50', n: null }] },
      oneMap: [
        { key: 'k', value: '9007199254740993' },
        { key: 'l', value: 1 },
      ],
      noStruct: null,
    },
  ]);
  expect((await (await get('/queries/nested')).json()).rows).toEqual([
    {
      one_struct: { a_b: 1, c: [{ x: '12345678901234567890.50', n: null }] },
      one_map: [
        { key: 'k', value: '9007199254740993' },
        { key: 'l', value: 1 },
      ],
      no_struct: null,
    },
  ]);
});

test('the JSON that OpenAPI promises is the JSON that comes', async () => {
  const { get } = await appWithQueries({ 'typed.sql': TYPED, 'nested.sql': NESTED });
  const document = await (await get('/openapi.json')).json();
  for (const name of ['typed', 'nested']) {
    const { schema } = document.paths[`/queries/${name}`].get.responses['200'].content['application/json'];
    const answer = await (await get(`/queries/${name}`)).json();
    expect(z.fromJSONSchema(schema).safeParse(answer).error).toBeUndefined();
    const [row] = answer.rows;
    expect(
      z.fromJSONSchema(schema).safeParse({ ...answer, rows: [{ ...row, c0: 'x', one_map: 5 }] }).success,
    ).toBe(false);
  }
});

test('the row schema refuses what is not of the type', async () => {
  const { files } = await loadTexts({ 'q.sql': "SELECT 1 AS i, 'x' AS t, '{'::JSON AS j WHERE false" });
  const schema = rowSchema(files[0]?.query.columns ?? []);
  expect(schema.safeParse({ i: null, t: null, j: null }).success).toBe(true);
  for (const row of [
    { i: 1.5, t: 'x', j: null },
    { i: 1, t: 2, j: null },
    { i: 1, t: 'x', j: '{' },
    { i: 1 },
  ]) {
    expect(schema.safeParse(row).success).toBe(false);
  }
});
