import { describe, expect, test } from 'vitest';
import type { QueryRow } from '../../schema/query-types.ts';
import { appWithQueries } from '../support/queries-app.ts';
import { WARM } from '../support/query-texts.ts';

interface Table {
  readonly rows: readonly QueryRow[];
  readonly truncated: boolean;
  readonly rowLimit: number;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

const TABLE = `query ($name: String!, $arguments: JSON) {
  namedQueryTable(name: $name, arguments: $arguments) { rows truncated rowLimit columns { name type } }
}`;

/** Whole numbers past what JSON tells exactly, on their own and within others, and values that JSON has none for. */
const TYPES = `SELECT 7::TINYINT AS tiny, 9223372036854775807::BIGINT AS big, 170141183460469231731687303715884105727::HUGEINT AS huge,
  [{'big': (-9223372036854775808)::BIGINT}] AS nested, MAP {'a': 9007199254740993::BIGINT} AS map, 1.50::DECIMAL(9, 2) AS price,
  DATE '2026-01-31' AS day, TIMESTAMP '2026-01-31 12:00:00.000001' AS at, 'NaN'::DOUBLE AS nan, 1e300 AS large, NULL::VARCHAR AS none`;

describe('the list', () => {
  test('tells what a form needs', async () => {
    const { ask } = await appWithQueries({ 'warm.sql': WARM, 'anew.sql': 'SELECT random() AS r' });
    const { namedQueries } = await ask<{ namedQueries: unknown[] }>(`{
      namedQueries {
        name description tag field needsEveryDevice cacheSeconds
        columns { name type description }
        parameters { name type isList isRequired description default min max values example }
      }
    }`);
    const unset = { isList: false, isRequired: false, default: null, min: null, max: null };
    const bare = { ...unset, values: null, example: null };
    expect(namedQueries).toEqual([
      {
        name: 'anew',
        description: 'The rows of `queries/anew.sql`.',
        tag: 'Queries',
        field: 'anew',
        needsEveryDevice: false,
        cacheSeconds: 0,
        columns: [{ name: 'r', type: 'DOUBLE', description: expect.any(String) }],
        parameters: [],
      },
      {
        name: 'warm',
        description: 'Readings of some devices that are warmer than a bound',
        tag: 'Charts',
        field: 'warm',
        needsEveryDevice: false,
        cacheSeconds: null,
        columns: [
          { name: 'device_id', type: 'VARCHAR', description: expect.any(String) },
          { name: 'timestamp', type: 'TIMESTAMP', description: expect.any(String) },
          { name: 'temperature', type: 'DOUBLE', description: expect.any(String) },
          { name: 'is_exact', type: 'BOOLEAN', description: expect.any(String) },
        ],
        parameters: [
          { ...bare, name: 'device_ids', type: 'ID', isList: true, example: ['dev-1', 'dev-2'] },
          {
            ...bare,
            name: 'min_celsius',
            type: 'FLOAT',
            default: 40,
            min: -100,
            max: 100,
            description: 'The parameter `min_celsius`. The value: at least -100, at most 100.',
          },
          { ...bare, name: 'since', type: 'DATE_TIME' },
          { ...bare, name: 'day', type: 'DATE', max: '2100-01-01' },
          { ...bare, name: 'unit', type: 'STRING', default: 'C', values: ['C', 'K'] },
          { ...bare, name: 'most', type: 'INT', isRequired: true, min: 0, example: 5 },
          { ...bare, name: 'exact', type: 'BOOLEAN', default: false },
        ].map((parameter) => ({ description: expect.any(String), ...parameter })),
      },
    ]);
  });

  test('names those without a typed field, and has none where there are none', async () => {
    const query = '{ namedQueries { name field } }';
    const { ask } = await appWithQueries({
      'untyped.sql': '-- ---\n-- graphql: false\n-- ---\nSELECT 1 AS a',
    });
    expect(await ask(query)).toEqual({ namedQueries: [{ name: 'untyped', field: null }] });
    const none = await appWithQueries({});
    expect(await none.ask(query)).toEqual({ namedQueries: [] });
    const { errors } = await none.post(TABLE, { name: 'untyped' });
    expect(errors?.[0]?.message).toBe(
      'name: expected one of none, as there are no queries, but got: untyped',
    );
  });
});

describe('a table', () => {
  test('has the rows that REST gives, and names its columns', async () => {
    const { ask, get } = await appWithQueries({ 'warm.sql': WARM });
    for (const [given, search] of [
      [{ most: 100_000 }, 'most=100000'],
      [
        { most: 7, device_ids: ['dev-2', 'dev-1'], min_celsius: 0 },
        'most=7&device_ids=dev-2&device_ids=dev-1&min_celsius=0',
      ],
      [{ most: 5, unit: 'K', exact: true, min_celsius: 2.5 }, 'most=5&unit=K&exact=true&min_celsius=2.5'],
      [
        { most: 50, since: '2026-03-02T01:00:00+01:00', min_celsius: null },
        'most=50&since=2026-03-02T00%3A00%3A00Z',
      ],
      [{ most: 0 }, 'most=0'],
    ] as const) {
      const { namedQueryTable } = await ask<{ namedQueryTable: Table }>(TABLE, {
        name: 'warm',
        arguments: given,
      });
      const { rows, truncated, row_limit } = await (await get(`/queries/warm?${search}`)).json();
      expect(namedQueryTable).toMatchObject({ rows, truncated, rowLimit: row_limit });
      expect(namedQueryTable.columns.map(({ name }) => name)).toEqual([
        'device_id',
        'timestamp',
        'temperature',
        'is_exact',
      ]);
    }
  });

  test('has values of every type as REST has them, to the last digit', async () => {
    const { ask, get } = await appWithQueries({ 'types.sql': TYPES });
    const { namedQueryTable } = await ask<{ namedQueryTable: Table }>(TABLE, { name: 'types' });
    const { rows } = await (await get('/queries/types')).json();
    expect(namedQueryTable.rows).toEqual(rows);
    expect(namedQueryTable.rows[0]).toMatchObject({
      big: '9223372036854775807',
      nested: [{ big: '-9223372036854775808' }],
    });
  });

  test('takes its arguments in the text of a document too', async () => {
    const { ask } = await appWithQueries({ 'warm.sql': WARM });
    const { namedQueryTable } = await ask<{ namedQueryTable: Table }>(
      'query ($most: Int) { namedQueryTable(name: "warm", arguments: { device_ids: ["dev-1"], most: $most, unit: "C" }) { rows } }',
      { most: 3 },
    );
    expect(namedQueryTable.rows).toHaveLength(3);
    // What a variable that is not given stands for is not said, whatever its name.
    const unset = await ask<{ namedQueryTable: Table }>(
      'query ($x: Int) { namedQueryTable(name: "warm", arguments: { most: 2, unit: $x, unknown: $x }) { rows } }',
    );
    expect(unset.namedQueryTable.rows).toHaveLength(2);
  });

  test('is cut at the row limit, and says so', async () => {
    const { ask } = await appWithQueries({ 'warm.sql': WARM }, { environment: { QUERY_MAX_ROWS: '4' } });
    const asked = { name: 'warm', arguments: { most: 5, min_celsius: -100 } };
    const { namedQueryTable } = await ask<{ namedQueryTable: Table }>(TABLE, asked);
    expect(namedQueryTable).toMatchObject({ truncated: true, rowLimit: 4 });
    expect(namedQueryTable.rows).toHaveLength(4);
  });

  test.each([
    [{}, 'arguments.most', 'expected a value of the type Int, but got nothing'],
    [{ most: '1' }, 'arguments.most', 'expected a whole number of at most 32 bits, but got: "1"'],
    [{ most: -1 }, 'arguments.most', 'expected at least 0, but got: -1'],
    [{ most: 1, unit: 'F' }, 'arguments.unit', 'expected one of C, K, but got: F'],
    [
      { most: 1, day: '2026-13-01' },
      'arguments.day',
      'expected a day like 2026-01-31, but got: "2026-13-01"',
    ],
    [{ most: 1, device_ids: 'dev-1' }, 'arguments.device_ids', 'expected a list of ID, but got: "dev-1"'],
    [{ most: [1] }, 'arguments.most', 'expected a value of the type Int, but got: [1]'],
    [
      { most: 1, device_ids: [['dev-1']] },
      'arguments.device_ids',
      'expected a value or a list of values, but got a list',
    ],
    [{ most: { gte: 1 } }, 'arguments.most', 'expected a value or a list of values, but got an object'],
    [
      { most: 1, device_ids: [null] },
      'arguments.device_ids',
      'expected a value or a list of values, but got null',
    ],
    [
      { most: 1, minCelsius: 1 },
      'arguments.minCelsius',
      /^expected device_ids, min_celsius, .*, but got: minCelsius$/,
    ],
    [JSON.parse('{ "__proto__": 1 }'), 'arguments.__proto__', /^expected device_ids, /],
    [[1], 'arguments', 'expected an object of values by the names of parameters, but got a list'],
    ['most=1', 'arguments', 'expected an object of values by the names of parameters, but got a string'],
  ])('refuses %j', async (given, argument, problem) => {
    const app = await appWithQueries({ 'warm.sql': WARM });
    const { status, errors } = await app.post(TABLE, { name: 'warm', arguments: given });
    const message = errors?.[0]?.message ?? '';
    expect(message.slice(0, argument.length + 2)).toBe(`${argument}: `);
    expect(message.slice(argument.length + 2)).toMatch(problem);
    expect([status, errors?.[0]?.path, errors?.[0]?.extensions]).toMatchObject([
      400,
      ['namedQueryTable'],
      { code: 'BAD_USER_INPUT', argument },
    ]);
    expect(app.takeStatements()).not.toContain('warm');
  });

  test('a number past all that JSON has is refused, and answers no other question', async () => {
    const app = await appWithQueries({ 'warm.sql': WARM });
    const { data, errors } = await app.post(`{
      unset: namedQueryTable(name: "warm", arguments: { most: 1, min_celsius: null }) { truncated }
      huge: namedQueryTable(name: "warm", arguments: { most: 1, min_celsius: 1e999 }) { truncated }
    }`);
    expect(data).toBeNull();
    expect(errors).toEqual([
      expect.objectContaining({
        message:
          'arguments.min_celsius: expected a value or a list of values, but got a number that is too large',
        path: ['huge'],
      }),
    ]);
  });

  test.each([
    ['{ most: 5, unit: K }', /got the name K; text is quoted/],
    ['{ most: [1, K] }', /got the name K; text is quoted/],
    // Of variables that are not given, those of all objects are none.
    ['{ most: $constructor }', /^arguments.most: expected a value of the type Int, but got nothing$/],
  ])('in the text of a document, refuses %s', async (literal, message) => {
    const app = await appWithQueries({ 'warm.sql': WARM });
    const variables = literal.includes('$') ? '($constructor: Int)' : '';
    const { status, errors } = await app.post(
      `query ${variables} { namedQueryTable(name: "warm", arguments: ${literal}) { rows } }`,
    );
    expect([status, errors?.[0]?.extensions['code']]).toEqual([400, 'BAD_USER_INPUT']);
    expect(errors?.[0]?.message).toMatch(message);
  });

  test('refuses values nested without end, and another name, without repeating them at length', async () => {
    const app = await appWithQueries({ 'warm.sql': WARM });
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    const body = `{"query":${JSON.stringify(TABLE)},"variables":{"name":"warm","arguments":{"most":${deep}}}}`;
    const headers = { 'content-type': 'application/json' };
    const answer = await (await app.get('/graphql', { method: 'POST', headers, body })).json();
    expect(answer.errors[0].extensions.code).toBe('BAD_USER_INPUT');
    const other = await app.post(TABLE, { name: 'x'.repeat(10_000) });
    expect(other.errors?.[0]?.message).toMatch(/^name: expected one of warm, but got: x{100}…$/);
  });
});
