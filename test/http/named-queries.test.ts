import { copyFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import {
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
  parse,
  printSchema,
  validate,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { graphqlExample, restExample } from '../../src/http/query-example.ts';
import { appOver } from '../support/app-over.ts';
import { writeDataset } from '../support/datasets/dataset-folder.ts';
import { datasetFacts } from '../support/datasets.ts';
import { ownQueries, ownSchema } from '../support/own-queries.ts';
import { appWithQueries } from '../support/queries-app.ts';

const WARM = `-- ---
-- description: Readings of some devices that are warmer than a bound
-- tag: Charts
-- parameters:
--   device_ids: { type: [ID], optional: true, example: [dev-1, dev-2] }
--   min_celsius: { type: Float, default: 40, min: -100, max: 100 }
--   since: { type: DateTime, optional: true }
--   day: { type: Date, optional: true, max: 2100-01-01 }
--   unit: { type: String, default: C, values: [C, K] }
--   most: { type: Int, min: 0, example: 5 }
--   exact: { type: Boolean, default: false }
-- ---
SELECT device_id, "timestamp", temperature + CASE $unit WHEN 'K' THEN 273.15 ELSE 0 END AS temperature, $exact AS is_exact
FROM {{TELEMETRY}}
WHERE ($device_ids IS NULL OR list_contains($device_ids, device_id)) AND temperature >= $min_celsius
  AND ($since IS NULL OR "timestamp" >= $since) AND ($day IS NULL OR CAST("timestamp" AS DATE) = $day)
ORDER BY device_id, "timestamp"
LIMIT $most`;

const ECHO = `-- ---
-- parameters:
--   text: { type: String }
--   texts: { type: [String], optional: true }
-- ---
SELECT $text AS text, $texts AS texts, count(*) AS readings FROM {{TELEMETRY}}`;

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
    expect(errors).toMatchObject([{ message: 'deviceIds: expected at most 10000 values, but got: 10001' }]);
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

test('every field of an operation answers from one snapshot', async () => {
  const app = await appWithQueries({
    'total.sql': 'SELECT count(*) AS n FROM {{TELEMETRY}}',
    'raw.sql': 'SELECT count(*) AS n FROM read_parquet({{S3_PATH}})',
  });
  const query =
    '{ overview { totalRows } total { rows { n } } raw { rows { n } } again: total { rows { n } } dataset { version } }';
  const before = await app.ask<{ overview: { totalRows: number }; dataset: { version: string } }>(query);
  const rows = (n: number) => ({ rows: [{ n }] });
  const n = before.overview.totalRows;
  expect(before).toMatchObject({ total: rows(n), raw: rows(n), again: rows(n) });
  app.takeStatements();
  await app.ask(query.replace('{ overview', '{ __typename overview'));
  expect(app.takeStatements().filter((name) => name === 'total')).toEqual(['total']);
  // Asked while the objects change, and again: never a mix of two snapshots.
  const objects = ['a', 'b', 'c'].map((name) => path.join(app.directory, `${name}.parquet`));
  const [key = ''] = (await readdir(app.directory, { recursive: true })).filter((name) =>
    name.endsWith('.parquet'),
  );
  for (const object of objects) {
    const asking = Array.from({ length: 3 }, (_, index) =>
      app.ask<typeof before>(query.replace('{ overview', `{ t${index}: __typename overview`)),
    );
    await copyFile(path.join(app.directory, key), object);
    await app.refresh();
    for (const answer of await Promise.all(asking)) {
      const { totalRows } = answer.overview;
      expect(answer).toMatchObject({ total: rows(totalRows), raw: rows(totalRows), again: rows(totalRows) });
    }
  }
  const after = await app.ask<typeof before>(query);
  expect(after.overview.totalRows).toBeGreaterThan(n);
  expect(after.dataset.version).not.toBe(before.dataset.version);
});

test('columns that only the objects have: the field comes with the first snapshot', async () => {
  const app = await appWithQueries(
    {
      'files.sql':
        'SELECT count(humidity) AS humid, max(humidity) AS humidity FROM read_parquet({{S3_PATH}})',
      'never.sql': 'SELECT no_such_column FROM read_parquet({{S3_PATH}})',
    },
    { dataset: 'plain' },
  );
  await app.refresh();
  const fields = async () => {
    const { __schema } = await app.ask<{ __schema: { queryType: { fields: { name: string }[] } } }>(
      '{ __schema { queryType { fields { name } } } }',
    );
    return __schema.queryType.fields.map(({ name }) => name);
  };
  expect(await fields()).not.toContain('files');
  const rest = await app.get('/queries/never');
  expect([rest.status, (await rest.json()).code]).toEqual([500, 'STATEMENT_FAILED']);
  // Before all others, whose columns DuckDB then expects of the rest: so all are replaced.
  for (const name of await readdir(app.directory))
    await rm(path.join(app.directory, name), { recursive: true });
  await writeDataset(app.directory, (write) =>
    write(
      'humid.parquet',
      `SELECT 'dev-1' AS device_id, TIMESTAMP '2026-03-01' AS "timestamp", 1.0::DOUBLE AS voltage,
      2.0::DOUBLE AS temperature, 3.0::DOUBLE AS soc, 0.5::FLOAT AS humidity`,
    ),
  );
  await app.refresh();
  expect(await fields()).toContain('files');
  expect(await fields()).not.toContain('never');
  expect(await app.ask('{ files { rows { humid humidity } } }')).toEqual({
    files: { rows: [{ humid: 1, humidity: 0.5 }] },
  });
  expect((await (await app.get('/queries/files')).json()).rows).toEqual([{ humid: 1, humidity: 0.5 }]);
  const document = await (await app.get('/openapi.json')).json();
  const { schema } = document.paths['/queries/files'].get.responses['200'].content['application/json'];
  expect(Object.keys(schema.properties.rows.items.properties)).toEqual(['humid', 'humidity']);
});

describe('what is made of a query besides', () => {
  let document: { paths: Record<string, { get: Record<string, unknown> }> };
  let app: Awaited<ReturnType<typeof appWithQueries>>;

  test('OpenAPI: parameters with types, bounds, defaults and examples; its tag; an example in GraphQL', async () => {
    app = await appWithQueries({ 'warm.sql': WARM, 'echo.sql': ECHO });
    document = await (await app.get('/openapi.json')).json();
    expect(document.paths['/queries/warm']?.get).toMatchObject({
      summary: 'Readings of some devices that are warmer than a bound',
      tags: ['Charts'],
      description: expect.stringContaining('warm(deviceIds: ["dev-1","dev-2"], minCelsius: 40'),
      parameters: [
        {
          name: 'device_ids',
          in: 'query',
          required: false,
          explode: true,
          schema: { type: 'array', items: { type: 'string' } },
          example: ['dev-1', 'dev-2'],
        },
        {
          name: 'min_celsius',
          required: false,
          description: 'The parameter `min_celsius`. The value: at least -100, at most 100.',
          schema: { type: 'number', minimum: -100, maximum: 100, default: 40 },
          example: 40,
        },
        { name: 'since', required: false, schema: { type: 'string', format: 'date-time' } },
        { name: 'day', schema: { type: 'string', format: 'date' } },
        { name: 'unit', schema: { type: 'string', enum: ['C', 'K'], default: 'C' } },
        { name: 'most', required: true, schema: { type: 'integer', minimum: 0 }, example: 5 },
        { name: 'exact', schema: { type: 'boolean', default: false } },
      ],
      responses: { 400: {}, 503: {}, 504: {} },
    });
    expect(document.paths['/queries/echo']?.get).toMatchObject({ tags: ['Queries'] });
  });

  test('GraphiQL: a tab for each, which answers; and its path of REST too', async () => {
    app = await appWithQueries({
      'warm.sql': WARM,
      'echo.sql': ECHO,
      'overview.sql': '-- ---\n-- graphql: false\n-- ---\nSELECT 1 AS a',
    });
    const html = await (await app.get('/graphql', { headers: { accept: 'text/html' } })).text();
    const options = /renderYogaGraphiQL\(\s*[^,]+,\s*(\{.*\}),?\s*\)/s.exec(html)?.[1];
    const { defaultTabs } = JSON.parse(options ?? '{}') as { defaultTabs: { query: string }[] };
    const tabs = defaultTabs.map(({ query }) => query).filter((query) => /rowLimit/.test(query));
    expect(tabs).toHaveLength(2);
    for (const query of tabs) await app.ask(query);
    expect(tabs[1]).toMatch(/^# Readings of some devices/);
  });

  test('the examples of the project fit its schema', async () => {
    const schema = await ownSchema();
    for (const query of await ownQueries()) {
      const example = graphqlExample(query);
      if (example !== undefined) expect(validate(schema, parse(example))).toEqual([]);
      expect(restExample(query)).toMatch(new RegExp(`^/queries/${query.name}`));
    }
  });
});

test('the built-in queries answer at /queries/ too, by a scan, and have no second field', async () => {
  const own = await appOver('plain');
  try {
    const json = async (url: string) => (await own.get(url)).json();
    expect((await json('/queries/overview')).rows).toEqual([await json('/overview')]);
    expect((await json('/queries/device_latest?device_ids=dev-2')).rows).toEqual(
      await json('/devices/latest?device_id=dev-2'),
    );
    expect(
      (await json('/queries/daily_summary?time_zone=Europe/Berlin&from=2026-03-02&device_ids=dev-1')).rows,
    ).toEqual(await json('/daily-summary?time_zone=Europe/Berlin&from=2026-03-02&device_id=dev-1'));
    const { errors } = await own.post('{ deviceLatest { truncated } }');
    expect(errors).toHaveLength(1);
    const { hourlyAvg } = await own.ask<{ hourlyAvg: Answer }>(
      '{ hourlyAvg { rows { deviceId hour avgVoltage avgTemperature avgSoc } truncated } }',
    );
    expect((await json('/queries/hourly_avg')).rows).toEqual(
      hourlyAvg.rows.map((row) => ({
        device_id: row['deviceId'],
        hour: row['hour'],
        avg_voltage: row['avgVoltage'],
        avg_temperature: row['avgTemperature'],
        avg_soc: row['avgSoc'],
      })),
    );
  } finally {
    await own.close();
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

test('the schema that is made is one that GraphQL can print and read again', async () => {
  const { ask } = await appWithQueries({
    'warm.sql': WARM,
    'defaults.sql': `-- ---
-- description: 'Quotes """ and \`ticks\`'
-- parameters:
--   since: { type: DateTime, default: "2026-01-01T00:00:00Z" }
--   days: { type: [Date], default: [2026-01-01, 2026-01-02] }
--   zone: { type: TimeZone, default: UTC }
--   text: { type: String, default: 'a "b" \\' }
-- ---
SELECT $since AS since, $days AS days, $zone AS zone, $text AS text`,
  });
  const client = buildClientSchema(await ask<IntrospectionQuery>(getIntrospectionQuery()));
  expect(printSchema(buildSchema(printSchema(client)))).toBe(printSchema(client));
  const field = client.getQueryType()?.getFields()['defaults'];
  expect(Object.fromEntries(field?.args.map(({ name, defaultValue }) => [name, defaultValue]) ?? [])).toEqual(
    {
      since: '2026-01-01T00:00:00.000Z',
      days: ['2026-01-01', '2026-01-02'],
      zone: 'UTC',
      text: 'a "b" \\',
    },
  );
  expect(await ask('{ defaults { rows { since days zone text } } }')).toEqual({
    defaults: {
      rows: [
        {
          since: '2026-01-01T00:00:00.000Z',
          days: ['2026-01-01', '2026-01-02'],
          zone: 'UTC',
          text: 'a "b" \\',
        },
      ],
    },
  });
});
