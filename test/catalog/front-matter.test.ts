import { expect, test } from 'vitest';
import { describeProblem } from '../../src/catalog/query-problem.ts';
import { loadTexts } from '../support/own-queries.ts';

const file = (yaml: string, sql: string) =>
  `-- ---\n${yaml
    .split('\n')
    .map((line) => `-- ${line}`)
    .join('\n')}\n-- ---\n${sql}`;

async function problemsOf(text: string): Promise<string[]> {
  return (await loadTexts({ 'q.sql': text })).problems.map(describeProblem);
}

test('everything that front matter can say arrives', async () => {
  const yaml = `description: |
  Devices that were warm.

  In °C.
tag: Charts
cache: 60
columns:
  max_temperature: The highest temperature in °C.
parameters:
  device_ids: { type: [ID], optional: true, description: Which devices, example: [dev-1] }
  limit: { type: Float, default: 20, min: -10.5, max: 100 }
  since: { type: DateTime, default: "2026-03-01T00:00:00+01:00", min: "2020-01-01T00:00:00Z" }
  day: { type: Date, default: 2026-03-01 }
  zone: { type: TimeZone, default: Europe/Berlin }
  kind: { type: String, default: warm, values: [warm, hot] }
  rows: { type: Int, optional: true }
  exact: { type: Boolean }
  levels: { type: [Int], default: [1, 2], max: 9 }`;
  const sql = `SELECT device_id, max(temperature) AS max_temperature FROM {{TELEMETRY}}
WHERE ($device_ids IS NULL OR list_contains($device_ids, device_id)) AND "timestamp" >= $since
  AND temperature > $limit AND $day < DATE '2100-01-01' AND $zone <> '' AND $kind <> '' AND ($exact OR $levels[1] = 1)
GROUP BY ALL LIMIT $rows`;
  const { files, problems } = await loadTexts({ 'warm.sql': file(yaml, sql) });
  expect(problems).toEqual([]);
  const query = files[0]?.query;
  expect(query).toMatchObject({
    name: 'warm',
    description: 'Devices that were warm.\n\nIn °C.',
    tag: 'Charts',
    cacheSeconds: 60,
    field: true,
    columns: [
      { name: 'device_id', graphqlName: 'deviceId', description: 'The column `device_id`.' },
      {
        name: 'max_temperature',
        graphqlName: 'maxTemperature',
        description: 'The highest temperature in °C.',
      },
    ],
  });
  expect(
    Object.fromEntries(query?.parameters.map((parameter) => [parameter.name, parameter]) ?? []),
  ).toMatchObject({
    device_ids: { graphqlName: 'deviceIds', type: 'ID', list: true, required: false, example: ['dev-1'] },
    limit: { type: 'Float', list: false, required: false, default: 20, min: -10.5, max: 100 },
    since: { default: '2026-02-28T23:00:00.000Z', min: '2020-01-01T00:00:00.000Z' },
    day: { type: 'Date', default: '2026-03-01' },
    zone: { type: 'TimeZone', default: 'Europe/Berlin' },
    kind: { values: ['warm', 'hot'] },
    rows: { required: false, default: undefined },
    exact: { required: true },
    levels: { list: true, default: [1, 2], max: 9 },
  });
});

test('a file without front matter is a query without parameters, whose answers last as long as the snapshot', async () => {
  const { files, problems } = await loadTexts({
    'plain.sql': '-- ----\n-- a rule of a comment\nSELECT 1 AS a',
  });
  expect(problems).toEqual([]);
  expect(files[0]?.query).toMatchObject({
    parameters: [],
    cacheSeconds: undefined,
    tag: 'Queries',
    field: true,
  });
});

test('an empty one, and one with Windows line ends', async () => {
  const { problems } = await loadTexts({
    'empty.sql': '-- ---\n-- ---\nSELECT 1 AS a',
    'windows.sql': '-- ---\r\n-- cache: 5\r\n-- ---\r\nSELECT 2 AS a\r\n',
  });
  expect(problems).toEqual([]);
});

test.each([
  [
    'not closed',
    '-- ---\n-- cache: 5\nSELECT 1 AS a',
    [/^queries\/q\.sql:3: expected a comment, or the line "-- ---" that ends the front matter of line 1$/],
  ],
  ['not closed, and the file ends', '-- ---\n-- cache: 5', [/^queries\/q\.sql:2: expected a comment, or/]],
  ['no YAML', file('a: [b', 'SELECT 1 AS a'), [/^queries\/q\.sql:2: expected YAML, but /]],
  [
    'a key twice',
    file('cache: 5\ncache: 6', 'SELECT 1 AS a'),
    [/^queries\/q\.sql:3: expected YAML, but map keys must be unique/],
  ],
  [
    'no map',
    file('- a', 'SELECT 1 AS a'),
    [/^queries\/q\.sql:1: expected keys and values, like description: …, but got: \["a"\]$/],
  ],
  [
    'an unknown key',
    file('tag: A\ndescripton: x', 'SELECT 1 AS a'),
    [
      /^queries\/q\.sql:3: descripton: expected one of description, tag, cache, graphql, parameters, columns, but got: descripton$/,
    ],
  ],
  [
    'values of other types',
    file('description: 5\ntag: [a]\ncache: soon\ngraphql: maybe', 'SELECT 1 AS a'),
    [
      /:2: description: expected text, but got: 5$/,
      /:3: tag: expected text, but got: \["a"\]$/,
      /:4: cache: expected whole seconds, but got: "soon"$/,
      /:5: graphql: expected true or false, but got: "maybe"$/,
    ],
  ],
  [
    'a cache out of bounds',
    file('cache: -1', 'SELECT 1 AS a'),
    [/:2: cache: expected whole seconds from 0, but got: -1$/],
  ],
  [
    'an unknown type',
    file('parameters:\n  a:\n    type: Text', 'SELECT $a AS a'),
    [
      /:4: parameters\.a\.type: expected one of String, ID, Int, Float, Boolean, Date, DateTime, TimeZone, or one of them as a list, like \[String\], but got: "Text"$/,
    ],
  ],
  [
    'no type',
    file('parameters:\n  a: { min: 1 }', 'SELECT $a AS a'),
    [/:3: parameters\.a\.type: expected one of String, .*, but got: nothing$/],
  ],
  [
    'an unknown key of a parameter',
    file('parameters:\n  a:\n    type: Int\n    minimum: 5', 'SELECT $a AS a'),
    [
      /:5: parameters\.a\.minimum: expected one of type, description, default, optional, min, max, values, example, but got: minimum$/,
    ],
  ],
  [
    'a name that is none',
    file('parameters:\n  A-b: { type: Int }', 'SELECT 1 AS a'),
    [/:3: parameters\.A-b: expected a name of a-z, 0-9 and _ that begins with a letter$/],
  ],
  [
    'declared, not used',
    file('parameters:\n  a: { type: Int }\n  b: { type: Int }', "SELECT $a AS a, '$b' AS t -- $b"),
    [/:4: parameters\.b: expected a parameter that the SQL uses, but there is no \$b in it$/],
  ],
  [
    'used, not declared',
    file('cache: 5', 'SELECT 1 AS a,\n  $b AS b'),
    [/:5: expected \$b to be declared in the front matter, as "parameters: \{ b: \{ type: String \} \}"$/],
  ],
  [
    'used without front matter',
    'SELECT\n $a AS a, $b AS b',
    [/:2: expected \$a to be declared/, /:2: expected \$b to be declared/],
  ],
  [
    'defaults of other types',
    file(
      'parameters:\n  a: { type: Int, default: 1.5 }\n  b: { type: Date, default: 2026-02-30 }\n  c: { type: [Int], default: 1 }\n  d: { type: Boolean, default: "yes" }\n  e: { type: TimeZone, default: Mars }\n  f: { type: Int, default: 5000000000 }',
      'SELECT $a, $b, $c, $d, $e, $f',
    ),
    [
      /:3: parameters\.a\.default: expected a whole number of at most 32 bits, but got: 1\.5$/,
      /:4: parameters\.b\.default: expected a day like 2026-01-31, but got: "2026-02-30"$/,
      /:5: parameters\.c\.default: expected a list, but got: 1$/,
      /:6: parameters\.d\.default: expected true or false, but got: "yes"$/,
      /:7: parameters\.e\.default: expected an IANA time zone like Europe\/Berlin, but got: "Mars"$/,
      /:8: parameters\.f\.default: expected a whole number of at most 32 bits, but got: 5000000000$/,
    ],
  ],
  [
    'a default or an example out of bounds',
    file(
      'parameters:\n  a: { type: Int, default: 0, min: 1 }\n  b: { type: String, default: x, values: [y] }\n  c: { type: [Float], example: [1, 7], max: 5 }',
      'SELECT $a, $b, $c',
    ),
    [
      /:3: parameters\.a\.default: expected at least 1, but got: 0$/,
      /:4: parameters\.b\.default: expected one of y, but got: x$/,
      /:5: parameters\.c\.example: expected at most 5, but got: 7$/,
    ],
  ],
  [
    'bounds that contradict each other',
    file(
      'parameters:\n  a: { type: Int, min: 5, max: 1 }\n  b: { type: String, min: a }\n  c: { type: Int, max: x }',
      'SELECT $a, $b, $c',
    ),
    [
      /:3: parameters\.a\.max: expected at least 5, which is `min`, but got: 1$/,
      /:4: parameters\.b\.min: expected none, since values of the type String have no order$/,
      /:5: parameters\.c\.max: expected a whole number of at most 32 bits, but got: "x"$/,
    ],
  ],
  [
    'optional and a default',
    file('parameters:\n  a:\n    type: Int\n    default: 1\n    optional: true', 'SELECT $a AS a'),
    [/:6: parameters\.a\.optional: expected either `optional` or `default`, but got both$/],
  ],
  [
    'two parameters of one name in GraphQL',
    file('parameters:\n  a_b: { type: Int }\n  a__b: { type: Int }', 'SELECT $a_b AS a, $a__b AS b'),
    [/:4: parameters\.a__b: expected a name of its own in GraphQL, but two parameters are aB there$/],
  ],
  [
    'a description of no column',
    file('columns:\n  b: The second', 'SELECT 1 AS a'),
    [/:3: columns\.b: expected one of a, but got: b$/],
  ],
] as const)('%s: the line, what was expected and what came', async (_, text, expected) => {
  const problems = await problemsOf(text);
  expect(problems).toHaveLength(expected.length);
  for (const [index, pattern] of expected.entries()) expect(problems[index]).toMatch(pattern);
});
