import { expect, test } from 'vitest';
import { drawable, drawn, groupsOf, MOST_LINES } from '../../dashboard/views/queries/drawable.ts';
import { givenValues, namedQueries, queryPath, writeValues } from '../../dashboard/views/queries/openapi.ts';
import { openApiDocument } from '../../src/http/rest/openapi.ts';
import { ownQueries } from '../support/own-queries.ts';

// As the browser gets it.
const queries = namedQueries(JSON.parse(JSON.stringify(openApiDocument('0', await ownQueries()))));
const daily = queries.find(({ name }) => name === 'daily_summary');

test('the queries of the service, and nothing else of its document', async () => {
  expect(queries.map(({ name }) => name).sort()).toEqual((await ownQueries()).map(({ name }) => name).sort());
});

test('each parameter is of its kind', () => {
  expect(
    daily?.parameters.map(({ name, kind, isList, required, standard }) => [
      name,
      kind,
      isList,
      required,
      standard,
    ]),
  ).toEqual([
    ['device_ids', 'text', true, false, ''],
    ['from', 'date', false, false, ''],
    ['to', 'date', false, false, ''],
    ['time_zone', 'zone', false, false, 'UTC'],
  ]);
});

test('kinds, bounds and choices of a document', () => {
  const parameter = (name: string, schema: object) => ({ name, in: 'query', schema });
  const [query] = namedQueries({
    paths: {
      '/queries/q': {
        get: {
          parameters: [
            parameter('n', { type: 'integer', minimum: 1, maximum: 9, default: 5 }),
            parameter('x', { type: 'number' }),
            parameter('b', { type: 'boolean', default: true }),
            parameter('t', { type: 'string', format: 'date-time' }),
            parameter('c', { type: 'string', enum: ['a', 'b'] }),
            parameter('l', { type: 'array', items: { type: 'integer' }, default: [1, 2] }),
          ],
        },
      },
      '/queries/{name}': { get: {} },
      '/overview': { get: {} },
    },
  });
  expect(query?.parameters.map(({ kind }) => kind)).toEqual([
    'whole',
    'number',
    'flag',
    'instant',
    'choice',
    'whole',
  ]);
  expect(query?.parameters.map(({ standard }) => standard)).toEqual(['5', '', 'true', '', '', '1, 2']);
  expect(query?.parameters[0]).toMatchObject({ min: 1, max: 9 });
  expect(query?.parameters[4]?.choices).toEqual(['a', 'b']);
  if (query === undefined) throw new Error('expected a query');
  expect(queryPath(query, { t: '2026-01-01T10:00', l: '1,,2', n: ' ' })).toBe(
    '/queries/q?t=2026-01-01T10%3A00%3A00Z&l=1&l=2',
  );
  expect(queryPath(query, { t: '2026-01-01T10:00:30' })).toContain('10%3A00%3A30Z');
  expect(queryPath(query, { t: '2026-01-01T10:00:30+02:00' })).toContain('10%3A00%3A30%2B02%3A00');
});

test('values are in the address, and what is left empty is not said', () => {
  if (daily === undefined) throw new Error('expected the query daily_summary');
  const search = new URLSearchParams('tz=UTC&p.from=2026-01-01');
  writeValues(search, { device_ids: 'pack-001, pack-002', time_zone: '' });
  expect(search.toString()).toBe('tz=UTC&p.device_ids=pack-001%2C+pack-002');
  const values = givenValues(daily, search);
  expect(values).toEqual({ device_ids: 'pack-001, pack-002', from: '', to: '', time_zone: '' });
  expect(queryPath(daily, values, 'csv')).toBe(
    '/queries/daily_summary.csv?device_ids=pack-001&device_ids=pack-002',
  );
  expect(queryPath(daily, {})).toBe('/queries/daily_summary');
});

const rows = [
  { id: 'a', day: '2026-01-01', mean: 1.5, n: 3 },
  { id: 'a', day: '2026-01-02', mean: null, n: 4 },
  { id: 'b', day: '2026-01-02', mean: 7, n: 5 },
];

test('rows with a time and a figure make a chart', () => {
  const how = drawable(rows);
  expect(how).toEqual({ time: 'day', isDaily: true, numbers: ['mean', 'n'], group: 'id' });
  if (how === undefined) throw new Error('expected a chart');
  const [first, second] = [Date.parse('2026-01-01'), Date.parse('2026-01-02')];
  expect(drawn(rows, how, 'mean', null)).toMatchObject({
    timestamps: [first, second],
    lines: [
      { label: 'a', values: [1.5, null] },
      { label: 'b', values: [null, 7] },
    ],
    leftOut: 0,
  });
  expect(drawn(rows, how, 'n', 'b').lines.map(({ label, values }) => [label, values])).toEqual([['b', [5]]]);
  expect(groupsOf(rows, how)).toEqual(['a', 'b']);
});

test('rows without a time or a figure make none', () => {
  expect(drawable([])).toBeUndefined();
  expect(drawable([{ id: 'a', n: 1 }])).toBeUndefined();
  expect(drawable([{ at: '2026-01-01T00:00:00Z', id: 'a' }])).toBeUndefined();
  expect(drawable([{ at: '2026-01-01T00:00:00.000Z', n: 1 }])).toMatchObject({ isDaily: false, group: null });
});

test('what is left out is counted', () => {
  const many = Array.from({ length: 20 }, (_, index) => ({
    id: `d${index}`,
    at: '2026-01-01T00:00:00Z',
    n: index,
  }));
  const how = drawable(many);
  if (how === undefined) throw new Error('expected a chart');
  expect(drawn(many, how, 'n', null)).toMatchObject({ leftOut: 20 - MOST_LINES });
});
