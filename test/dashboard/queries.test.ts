import { expect, test } from 'vitest';
import { lonePoints } from '../../dashboard/parts/lone-points.ts';
import { drawable, drawn, groupsOf, isInstant, MOST_LINES } from '../../dashboard/views/queries/drawable.ts';
import { changeResult, resultAddress } from '../../dashboard/views/queries/result-url.ts';
import {
  argumentsOf,
  fieldNote,
  filePath,
  givenValues,
  type NamedQuery,
  type Parameter,
  textOf,
  writeValues,
} from '../../dashboard/views/queries/values.ts';

const parameter = (name: string, type: Parameter['type'], others: Partial<Parameter> = {}): Parameter => ({
  name,
  type,
  isList: false,
  isRequired: false,
  description: '',
  default: null,
  min: null,
  max: null,
  values: null,
  ...others,
});
const daily: NamedQuery = {
  name: 'daily_summary',
  description: '',
  parameters: [
    parameter('device_ids', 'STRING', { isList: true }),
    parameter('from', 'DATE'),
    parameter('to', 'DATE'),
    parameter('time_zone', 'TIME_ZONE', { default: 'UTC' }),
  ],
};

test('what a field shows of defaults, and says of itself', () => {
  expect([5, true, 'a', [1, 2], null, undefined].map(textOf)).toEqual(['5', 'true', 'a', '1, 2', '', '']);
  // A time without a zone is sent as UTC, as the field says.
  expect(fieldNote(parameter('t', 'DATE_TIME'))).toBe('UTC');
  expect(fieldNote(parameter('t', 'DATE_TIME', { isRequired: true }))).toBe('UTC, required');
  expect(fieldNote(parameter('n', 'INT'))).toBe('');
});

test('values are asked with as their types are, and sent as they were typed where they are of none', () => {
  const query: NamedQuery = {
    name: 'q',
    description: '',
    parameters: [
      parameter('n', 'INT'),
      parameter('x', 'FLOAT', { isList: true }),
      parameter('b', 'BOOLEAN'),
      parameter('t', 'DATE_TIME'),
      parameter('c', 'INT', { values: [1, 2] }),
      parameter('l', 'ID', { isList: true }),
    ],
  };
  expect(
    argumentsOf(query, { n: ' 5', x: '1.5, -2e3', b: 'true', t: '2026-01-01T10:00', c: '2', l: '1,,2' }),
  ).toEqual({
    n: 5,
    x: [1.5, -2000],
    b: true,
    t: '2026-01-01T10:00:00Z',
    c: 2,
    l: ['1', '2'],
  });
  expect(
    argumentsOf(query, { n: 'five', x: '1, many', b: 'false', t: '2026-01-01T10:00:30', c: '', l: ' , ' }),
  ).toEqual({
    n: 'five',
    x: [1, 'many'],
    b: false,
    t: '2026-01-01T10:00:30Z',
  });
  expect(argumentsOf(query, { b: 'perhaps', t: '2026-01-01T10:00:30+02:00' })).toEqual({
    b: 'perhaps',
    t: '2026-01-01T10:00:30+02:00',
  });
  // As REST takes whole numbers: digits.
  expect(filePath(query, { n: '1e3', x: '1.0,0x10' }, 'csv')).toBe('/queries/q.csv?n=1000&x=1&x=16');
  expect(filePath(query, { n: 'five' }, 'csv')).toBe('/queries/q.csv?n=five');
  expect(filePath(query, { t: '2026-01-01T10:00', l: '1,,2', n: ' ' }, 'csv')).toBe(
    '/queries/q.csv?t=2026-01-01T10%3A00%3A00Z&l=1&l=2',
  );
});

test('values are in the address, and what is left empty is not said', () => {
  const search = new URLSearchParams('tz=UTC&p.from=2026-01-01');
  writeValues(search, { device_ids: 'pack-001, pack-002', time_zone: '' });
  expect(search.toString()).toBe('tz=UTC&p.device_ids=pack-001%2C+pack-002');
  const values = givenValues(daily, search);
  expect(values).toEqual({ device_ids: 'pack-001, pack-002', from: '', to: '', time_zone: '' });
  expect(argumentsOf(daily, values)).toEqual({ device_ids: ['pack-001', 'pack-002'] });
  expect(filePath(daily, values, 'csv')).toBe(
    '/queries/daily_summary.csv?device_ids=pack-001&device_ids=pack-002',
  );
  expect(filePath(daily, {}, 'parquet')).toBe('/queries/daily_summary.parquet');
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
