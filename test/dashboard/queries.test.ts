import { expect, test } from 'vitest';
import { lonePoints } from '../../dashboard/parts/lone-points.ts';
import { drawable, drawn, groupsOf, isInstant, MOST_LINES } from '../../dashboard/views/queries/drawable.ts';
import {
  fieldNote,
  givenValues,
  namedQueries,
  queryPath,
  writeValues,
} from '../../dashboard/views/queries/openapi.ts';
import { changeResult, resultAddress } from '../../dashboard/views/queries/result-url.ts';
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
  // A time without a zone is sent as UTC, as the field says.
  expect(query?.parameters.map(fieldNote)).toEqual(['', '', '', 'UTC', '', '']);
  expect(fieldNote({ kind: 'instant', required: true })).toBe('UTC, required');
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
      { label: 'b', values: [undefined, 7] },
    ],
    leftOut: 0,
  });
  expect(drawn(rows, how, 'n', 'b').lines.map(({ label, values }) => [label, values])).toEqual([['b', [5]]]);
  expect(groupsOf(rows, how)).toEqual(['a', 'b']);
});

test('devices that report seconds apart are lines, and a row without a value breaks one', () => {
  const apart = [0, 1, 2, 3].flatMap((minute) => [
    { id: 'a', at: `2026-01-01T00:0${minute}:00Z`, n: minute },
    { id: 'b', at: `2026-01-01T00:0${minute}:07Z`, n: minute === 2 ? null : minute },
  ]);
  const how = drawable(apart);
  if (how === undefined) throw new Error('expected a chart');
  const [a, b] = drawn(apart, how, 'n', null).lines.map(({ values }) => values);
  // uPlot goes on over what is undefined, and stops at null.
  expect(a).toEqual([0, undefined, 1, undefined, 2, undefined, 3, undefined]);
  expect(b).toEqual([undefined, 0, undefined, 1, undefined, null, undefined, 3]);
  expect(lonePoints(a ?? [])).toEqual([]);
  // What stands between two breaks, or after the last one, has no line.
  expect(lonePoints(b ?? [])).toEqual([7]);
  expect(lonePoints([1, null, 2, undefined, 3, null, undefined, 4, null])).toEqual([0, 7]);
  expect([lonePoints([]), lonePoints([5]), lonePoints([5, 6])]).toEqual([[], [0], []]);
});

test('a column of instants is told from days and other texts', () => {
  const mixed = [
    { at: null, day: '2026-01-01', id: 'a', none: null },
    { at: '2026-01-01T00:00:00.5Z', day: '2026-01-02', id: 'b', none: null },
  ];
  expect(Object.keys(mixed[0] ?? {}).filter((name) => isInstant(mixed, name))).toEqual(['at']);
});

test('how rows are shown is in the address', () => {
  const search = new URLSearchParams('run=1&p.page=9');
  expect(resultAddress(search)).toEqual({ figure: null, group: null, page: 0 });
  changeResult(search, { figure: 'mean', group: 'pack 1', page: 2 });
  expect(search.toString()).toBe('run=1&p.page=9&figure=mean&group=pack+1&page=3');
  expect(resultAddress(search)).toEqual({ figure: 'mean', group: 'pack 1', page: 2 });
  changeResult(search, { group: null, page: 0 });
  expect(search.toString()).toBe('run=1&p.page=9&figure=mean');
  for (const odd of ['0', '-1', '1.5', 'x', '']) {
    expect(resultAddress(new URLSearchParams({ page: odd })).page).toBe(0);
  }
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
