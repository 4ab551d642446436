import fc from 'fast-check';
import { execute, isObjectType, isUnionType, parse, validate } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import { expect, test } from 'vitest';
import { createSchema, schema } from '../../schema/index.ts';
import { asksForPlainRows, withPlainRows } from '../../src/http/plain-rows.ts';
import { usePlainRows } from '../../src/http/plugins/use-plain-rows.ts';

const DAY = {
  deviceId: 'a',
  date: '2026-01-01',
  readingCount: 3,
  avgVoltage: 0.1,
  minVoltage: null,
  maxSoc: -0,
};
const READING = {
  deviceId: 'a',
  timestamp: '2026-01-01T00:00:00.000001Z',
  voltage: 1,
  temperature: null,
  soc: 2,
};

interface Rows {
  readonly days: unknown;
  readonly readings: unknown;
}

/** Two servers that differ in the plugin alone, over rows as they should or should not be. */
function servers({ days, readings }: Partial<Rows>) {
  const answer = (value: unknown) => async () => {
    if (value instanceof Error) throw value;
    return value;
  };
  const telemetry = {
    dailySummaries: answer(days ?? [DAY, { ...DAY, date: '2026-01-02' }]),
    deviceDailySummaries: answer(days ?? [DAY]),
    latestReadings: answer(readings ?? [READING]),
    latestReading: answer(READING),
    deviceSummary: async (deviceId: string) => ({ ...DAY, deviceId }),
    overview: async () => ({ totalRows: 1, deviceCount: 1, firstTimestamp: null, lastTimestamp: null }),
  };
  const server = (plugins: Plugin[]) => {
    const yoga = createYoga({ schema, context: { telemetry }, plugins, logging: false, maskedErrors: false });
    return async (query: string, variables: object = {}) => {
      const response = await yoga.fetch('http://localhost/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      });
      return `${response.status} ${await response.text()}`;
    };
  };
  return { usual: server([]), plain: server([usePlainRows(createSchema)]) };
}

test.each([
  ['{ dailySummaries { date } }', true],
  [
    '{ d: dailySummaries(deviceIds: ["a"]) { __typename x: date ... on DailySummary { maxSoc } ...F } } fragment F on DailySummary { avgSoc }',
    true,
  ],
  ['{ latestReadings { soc } overview { totalRows } __typename }', true],
  ['{ device(deviceId: "a") { dailySummaries { date } } }', true],
  ['{ overview { totalRows } }', false],
  ['{ dailySummaries { date device { deviceId } } }', false],
  ['{ dailySummaries { date ...F } } fragment F on DailySummary { device { deviceId } }', false],
  ['{ dailySummaries { __proto__: date } }', false],
  ['{ dailySummaries { date } __schema { queryType { name } } }', false],
  ['{ dailySummaries { date } __type(name: "Query") { name } }', false],
])('%s asks for plain rows: %s', (query, expected) => {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  expect(asksForPlainRows(schema, document)).toBe(expected);
});

const selection = fc.letrec((tie) => ({
  condition: fc.constantFrom(
    '',
    '',
    '',
    ' @skip(if: $yes)',
    ' @skip(if: $no)',
    ' @include(if: $yes)',
    ' @include(if: $no)',
    ' @skip(if: $no) @include(if: $yes)',
  ),
  field: fc
    .tuple(
      fc.constantFrom('', '', 'a: ', 'zz: '),
      fc.constantFrom(
        'date',
        'deviceId',
        'readingCount',
        'avgVoltage',
        'minVoltage',
        'maxSoc',
        '__typename',
        'device { deviceId }',
      ),
      tie('condition'),
    )
    .map(([alias, name, condition]) =>
      name.startsWith('device {') ? `device${condition} { deviceId }` : `${alias}${name}${condition}`,
    ),
  fragment: fc
    .tuple(fc.constantFrom('...', '... on DailySummary'), tie('condition'), tie('selections'))
    .map(([head, condition, inner]) => `${head}${condition} { ${inner} }`),
  spread: tie('condition').map((condition) => `...F${condition}`),
  selections: fc
    .array(fc.oneof({ depthSize: 'small' }, tie('field'), tie('field'), tie('spread'), tie('fragment')), {
      minLength: 1,
      maxLength: 5,
    })
    .map((parts) => parts.join(' ')),
}));

test('any selection of any rows has the same answer as without the plugin, to the byte', async () => {
  const value = fc.constantFrom<unknown[]>(
    null,
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    2 ** 53,
    1.5,
    '1',
    7,
    true,
    {},
    [],
    () => 7,
    new Error('broken'),
    3n,
  );
  const odd = fc.record(
    { date: value, deviceId: value, readingCount: value, avgVoltage: value },
    { requiredKeys: [] },
  );
  const days = fc.oneof(
    fc.constant([DAY, { ...DAY, date: '2026-01-02' }]),
    fc.array(
      odd.map((part) => ({ ...DAY, ...part })),
      { maxLength: 3 },
    ),
    fc.constantFrom<unknown[]>(
      null,
      7,
      new Error('no rows'),
      [DAY, null],
      [Promise.resolve(DAY)],
      new Set([DAY]),
    ),
  );
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(
      selection.selections,
      selection.selections,
      days,
      fc.boolean(),
      async (main, inner, days, nested) => {
        const field = nested
          ? 'device(deviceId: "a") { deviceId dailySummaries { PARTS } }'
          : 'dailySummaries { PARTS }';
        const fragment = inner.replaceAll(/\.\.\.F\b/g, '__typename');
        const query = `query ($yes: Boolean!, $no: Boolean!) { ${field.replace('PARTS', main)} overview @skip(if: $yes) { totalRows } o: overview @skip(if: $no) { totalRows } dailySummaries @skip(if: true) { ...F } } fragment F on DailySummary { ${fragment} }`;
        if (validate(schema, parse(query)).length > 0) return;
        compared++;
        const { usual, plain } = servers({ days });
        const variables = { yes: true, no: false };
        expect(await plain(query, variables)).toBe(await usual(query, variables));
      },
    ),
    { numRuns: 1000 },
  );
  expect(compared).toBeGreaterThan(200);
});

test('one document with other variables selects other columns', async () => {
  const { usual, plain } = servers({});
  const query = 'query ($soc: Boolean = true) { dailySummaries { date maxSoc @include(if: $soc) } }';
  for (const variables of [{}, { soc: false }, { soc: true }, {}]) {
    expect(await plain(query, variables)).toBe(await usual(query, variables));
  }
  expect(await plain(query, { soc: false })).toBe(
    '200 {"data":{"dailySummaries":[{"date":"2026-01-01"},{"date":"2026-01-02"}]}}',
  );
});

test('a row that breaks its type is reported as ever: where it is, and why', async () => {
  const { usual, plain } = servers({ days: [DAY, { ...DAY, readingCount: null }] });
  const answer = await plain('{ dailySummaries { date readingCount } }');
  expect(answer).toBe(await usual('{ dailySummaries { date readingCount } }'));
  expect(JSON.parse(answer.slice(4))).toMatchObject({
    data: null,
    errors: [
      {
        message: 'Cannot return null for non-nullable field DailySummary.readingCount.',
        path: ['dailySummaries', 1, 'readingCount'],
      },
    ],
  });
});

test('rows are what the writing takes for granted: objects of one type, told by nothing but their field', () => {
  for (const name of ['DailySummary', 'LatestReading']) {
    const type = schema.getType(name);
    if (!isObjectType(type)) throw new Error(`expected an object type, but got: ${String(type)}`);
    expect(type.getInterfaces()).toEqual([]);
    expect(type.isTypeOf).toBeUndefined();
    const unions = Object.values(schema.getTypeMap()).filter(isUnionType);
    expect(unions.filter((union) => union.getTypes().includes(type))).toEqual([]);
  }
});

test('fragments that spread the next one twice take no longer than they are', async () => {
  const fragments = Array.from(
    { length: 60 },
    (_, i) => `fragment F${i} on DailySummary { ...F${i + 1} ...F${i + 1} }`,
  );
  const document = parse(
    `{ dailySummaries { ...F0 } } ${fragments.join(' ')} fragment F60 on DailySummary { date }`,
  );
  expect(asksForPlainRows(schema, document)).toBe(true);
  const contextValue = { telemetry: { dailySummaries: () => [DAY] } };
  // Without validation, which such a document keeps busy for longer than a test should take.
  const answer = await execute({ schema: withPlainRows(createSchema()), document, contextValue });
  expect(answer).toEqual({ data: { dailySummaries: [{ date: '2026-01-01' }] } });
});
