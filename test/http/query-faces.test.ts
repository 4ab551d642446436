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
import { ownQueries, ownSchema } from '../support/own-queries.ts';
import { appWithQueries } from '../support/queries-app.ts';
import { ECHO, WARM } from '../support/query-texts.ts';

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
    const tabs = defaultTabs.map(({ query }) => query).filter((query) => /^ {2}(echo|warm)\b/m.test(query));
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
