import { expect, test } from 'vitest';
import { parseDuckDbType } from '../../src/catalog/duckdb-type.ts';

const simple = (name: string, ...digits: number[]) => ({ kind: 'simple', name, digits });

test.each([
  ['INTEGER', simple('INTEGER')],
  ['DECIMAL(18,3)', simple('DECIMAL', 18, 3)],
  ['TIMESTAMP WITH TIME ZONE', simple('TIMESTAMP WITH TIME ZONE')],
  ['TIMESTAMP WITH TIME ZONE[]', { kind: 'list', of: simple('TIMESTAMP WITH TIME ZONE') }],
  ['INTEGER[3][]', { kind: 'list', of: { kind: 'list', of: simple('INTEGER') } }],
  ["ENUM('a', 'b''c', 'd, e)')", { kind: 'enum', values: ['a', "b'c", 'd, e)'] }],
  [
    'MAP(VARCHAR, DECIMAL(4,1)[])',
    { kind: 'map', key: simple('VARCHAR'), value: { kind: 'list', of: simple('DECIMAL', 4, 1) } },
  ],
  [
    'STRUCT("a ""b""" STRUCT(x DOUBLE), "TIME" TIME)[]',
    {
      kind: 'list',
      of: {
        kind: 'struct',
        fields: [
          { name: 'a "b"', type: { kind: 'struct', fields: [{ name: 'x', type: simple('DOUBLE') }] } },
          { name: 'TIME', type: simple('TIME') },
        ],
      },
    },
  ],
])('%s', (text, expected) => {
  expect(parseDuckDbType(text)).toEqual(expected);
});

test.each([
  '',
  'STRUCT(INTEGER, VARCHAR)',
  'UNION(a INTEGER)',
  'MAP(VARCHAR)',
  'INTEGER[',
  'INTEGER)',
  "ENUM('a",
  'a b',
  '§',
])('%j is of another kind', (text) => {
  expect(parseDuckDbType(text)).toEqual({ kind: 'other', text });
});
