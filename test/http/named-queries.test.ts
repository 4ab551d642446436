import { describe, expect, test } from 'vitest';
import { datasetFacts } from '../support/datasets.ts';
import { appWithQueries } from '../support/queries-app.ts';
import { ECHO, WARM } from '../support/query-texts.ts';

interface Answer {
  readonly rows: readonly Record<string, unknown>[];
  readonly truncated: boolean;
}

const FIELDS = '{ rows { deviceId timestamp temperature isExact } truncated rowLimit }';

describe('GraphQL and REST', () => {
  let app: Awaited<ReturnType<typeof appWithQueries>>;
  const rest = async (url: string) => {
    const response = await app.get(url);
    return { status: response.status, ...(await response.json()) };
  };

  test('answer the same, with defaults, lists and bounds', async () => {
    app = await appWithQueries({ 'warm.sql': WARM });
    for (const [args, search] of [
      ['most: 100000', 'most=100000'],
      ['most: 100000, minCelsius: -100', 'most=100000&min_celsius=-100'],
      [
        'most: 7, deviceIds: ["dev-2", "dev-1"], minCelsius: 0',
        'most=7&device_ids=dev-2&device_ids=dev-1&min_celsius=0',
      ],
      ['most: 5, deviceIds: []', 'most=5&device_ids=nobody'],
      ['most: 5, unit: "K", exact: true, minCelsius: 2.5e0', 'most=5&unit=K&exact=true&min_celsius=2.5e0'],
      [
        'most: 50, since: "2026-03-02T01:00:00+01:00", minCelsius: null',
        'most=50&since=2026-03-02T00%3A00%3A00Z',
      ],
      ['most: 50, day: "2026-03-03", minCelsius: 30', 'most=50&day=2026-03-03&min_celsius=30'],
      ['most: 0', 'most=0'],
    ] as const) {
      const { warm } = await app.ask<{ warm: Answer }>(`{ warm(${args}) ${FIELDS} }`);
      const answer = await rest(`/queries/warm?${search}`);
      expect(answer).toEqual({
        status: 200,
        rows: warm.rows.map(({ deviceId, isExact, ...row }) => ({
          ...row,
          device_id: deviceId,
          is_exact: isExact,
        })),
        truncated: false,
        row_limit: 100_000,
      });
      for (const row of answer.rows)
        expect(Object.keys(row)).toEqual(['device_id', 'timestamp', 'temperature', 'is_exact']);
    }
  });

  test('rows are those of plain SQL', async () => {
    app = await appWithQueries({ 'warm.sql': WARM });
    const all = (await rest('/queries/warm?most=100000&min_celsius=-100')).rows as {
      temperature: number;
      device_id: string;
      timestamp: string;
    }[];
    expect(all).toHaveLength(datasetFacts.plain.rows);
    const warm = await rest(
      '/queries/warm?most=100000&min_celsius=40.5&device_ids=dev-3&since=2026-03-02T00:00:00Z',
    );
    expect(warm.rows).toEqual(
      all.filter(
        (row) => row.temperature >= 40.5 && row.device_id === 'dev-3' && row.timestamp >= '2026-03-02',
      ),
    );
    expect(warm.rows.length).toBeGreaterThan(0);
  });

  test.each([
    ['', 'most', 'most: expected a value of the type Int, but got nothing'],
    ['most=1.5', 'most', 'most: expected a whole number of at most 32 bits, but got: "1.5"'],
    ['most=-1', 'most', 'most: expected at least 0, but got: -1'],
    ['most=3000000000', 'most', 'most: expected a whole number of at most 32 bits, but got: 3000000000'],
    ['most=1&most=2', 'most', 'most: expected one value, but got 2'],
    ['most=', 'most', 'most: expected a whole number of at most 32 bits, but got: ""'],
    ['most=1&min_celsius=101', 'min_celsius', 'min_celsius: expected at most 100, but got: 101'],
    ['most=1&min_celsius=NaN', 'min_celsius', 'min_celsius: expected a number, but got: "NaN"'],
    ['most=1&min_celsius=1e999', 'min_celsius', 'min_celsius: expected a number, but got: null'],
    ['most=1&unit=F', 'unit', 'unit: expected one of C, K, but got: F'],
    [
      'most=1&since=yesterday',
      'since',
      'since: expected an instant like 2026-01-31T12:00:00Z, but got: "yesterday"',
    ],
    ['most=1&day=2026-13-01', 'day', 'day: expected a day like 2026-01-31, but got: "2026-13-01"'],
    ['most=1&day=2100-01-02', 'day', 'day: expected at most 2100-01-01, but got: 2100-01-02'],
    ['most=1&exact=1', 'exact', 'exact: expected true or false, but got: "1"'],
    [
      'most=1&minCelsius=1',
      'minCelsius',
      'minCelsius: expected device_ids, min_celsius, since, day, unit, most, exact, but got: minCelsius',
    ],
    ['most=1&__proto__=1', '__proto__', /^__proto__: expected device_ids, /],
  ])('REST refuses ?%s', async (search, argument, detail) => {
    app = await appWithQueries({ 'warm.sql': WARM });
    const response = await app.get(`/queries/warm?${search}`);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect([response.status, await response.json()]).toEqual([
      400,
      {
        status: 400,
        code: 'BAD_USER_INPUT',
        argument,
        detail: typeof detail === 'string' ? detail : expect.stringMatching(detail),
      },
    ]);
    expect(app.takeStatements()).not.toContain('warm');
  });

  test.each([
    ['most: -1', 'most: expected at least 0, but got: -1'],
    ['most: 1, minCelsius: 100.5', 'minCelsius: expected at most 100, but got: 100.5'],
    ['most: 1, unit: "F"', 'unit: expected one of C, K, but got: F'],
  ])('GraphQL refuses (%s) with the path and the argument', async (args, message) => {
    app = await appWithQueries({ 'warm.sql': WARM });
    const { status, errors } = await app.post(`{ warm(${args}) ${FIELDS} }`);
    expect([status, errors]).toMatchObject([
      400,
      [{ message, path: ['warm'], extensions: { code: 'BAD_USER_INPUT', argument: message.split(':')[0] } }],
    ]);
    const invalid = await app.post(`{ warm(most: "many") ${FIELDS} }`);
    expect(invalid).toMatchObject({ errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] });
  });

  test('a list is bounded', async () => {
    app = await appWithQueries({ 'warm.sql': WARM });
    const { errors } = await app.post(`query ($ids: [ID!]) { warm(most: 1, deviceIds: $ids) ${FIELDS} }`, {
      ids: Array.from({ length: 10_001 }, (_, index) => `d${index}`),
    });
    expect(errors).toMatchObject([
      { message: 'deviceIds: expected at most 10000 values (limit queryListValues), but got: 10001' },
    ]);
  });

  test('an unknown query is told what there is; POST is not allowed', async () => {
    app = await appWithQueries({ 'warm.sql': WARM, 'echo.sql': ECHO });
    for (const name of ['cold', '', 'warm.sql', '../warm', 'toString', 'warm/']) {
      const answer = await rest(`/queries/${name}`);
      expect([name, answer.status, answer.code]).toEqual([name, 404, 'NOT_FOUND']);
    }
    expect((await rest('/queries/cold')).detail).toContain('There are: echo, warm');
    expect((await app.get('/queries/warm', { method: 'POST' })).status).toBe(405);
    expect((await app.get('/queries/warm?most=1', { method: 'HEAD' })).status).toBe(200);
  });
});

test('values are bound: nothing of them becomes SQL', async () => {
  const { ask, get, executeQuery } = await appWithQueries({ 'echo.sql': ECHO });
  const [{ readings } = { readings: 0 }] = await executeQuery<{ readings: number }>('echo', { text: '' });
  for (const text of [
    "'; DROP TABLE readings; --",
    "' OR 1=1 --",
    '$text',
    '$$',
    '{{S3_PATH}}',
    '{{TELEMETRY}}',
    '"quoted"',
    "it''s",
    '\\',
    'NULL',
    'a\nb -- c /* d',
    '💥 ünï',
    '(SELECT getenv(1))',
  ]) {
    const expected = { text, texts: [text, text], readings };
    const query =
      'query ($text: String!) { echo(text: $text, texts: [$text, $text]) { rows { text texts readings } } }';
    expect((await ask<{ echo: Answer }>(query, { text })).echo.rows).toEqual([expected]);
    const search = new URLSearchParams([
      ['text', text],
      ['texts', text],
      ['texts', text],
    ]);
    expect((await (await get(`/queries/echo?${search}`)).json()).rows).toEqual([expected]);
    expect(await executeQuery('echo', { text, texts: [text, text] })).toEqual([expected]);
  }
});

test('truncation is told, in GraphQL and REST; TypeScript gets all rows', async () => {
  const { ask, get, executeQuery } = await appWithQueries(
    {
      'numbers.sql': `-- ---\n-- parameters: { n: { type: Int } }\n-- ---\nSELECT range AS i FROM range($n) ORDER BY i DESC`,
    },
    { environment: { QUERY_MAX_ROWS: '10' } },
  );
  for (const [n, truncated] of [
    [9, false],
    [10, false],
    [11, true],
    [100_000, true],
  ] as const) {
    const expected = Array.from({ length: Math.min(n, 10) }, (_, index) => ({ i: n - 1 - index }));
    expect(await ask(`{ numbers(n: ${n}) { rows { i } truncated rowLimit } }`)).toEqual({
      numbers: { rows: expected, truncated, rowLimit: 10 },
    });
    expect(await (await get(`/queries/numbers?n=${n}`)).json()).toEqual({
      rows: expected,
      truncated,
      row_limit: 10,
    });
    expect(await executeQuery('numbers', { n })).toHaveLength(n);
  }
});

test('deadline: a query that runs past it is stopped, and told', async () => {
  const { get, post } = await appWithQueries(
    { 'endless.sql': 'SELECT count(*) AS n FROM range(1000000000000) AS numbers(i) WHERE i % 7 = 3' },
    { environment: { STATEMENT_TIMEOUT_SECONDS: '1' } },
  );
  const rest = await get('/queries/endless');
  expect([rest.status, (await rest.json()).code]).toEqual([504, 'STATEMENT_TIMEOUT']);
  const { status, errors } = await post('{ endless { rows { n } } }');
  expect([status, errors?.[0]?.extensions.code]).toEqual([504, 'STATEMENT_TIMEOUT']);
});
