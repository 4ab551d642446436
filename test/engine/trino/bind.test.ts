import { expect, test } from 'vitest';
import { boundStatement } from '../../../src/engine/trino/bind.ts';

const bound = (sql: string, params: Parameters<typeof boundStatement>[0]['params'] = {}) =>
  boundStatement({ name: 'q', sql, params });

test('a statement without parameters goes as it is', () => {
  expect(bound("SELECT 'it''s'")).toBe("SELECT 'it''s'");
});

test('each place of a name gets the value', () => {
  expect(bound('SELECT $a, $b, $a', { a: 1, b: 'x' })).toBe(
    "EXECUTE IMMEDIATE 'SELECT ?, ?, ?' USING BIGINT '1', 'x', BIGINT '1'",
  );
});

test('text, quoted names and comments hold no parameters', () => {
  expect(bound(`SELECT '$a', "$a", $a -- $a\n/* $a */`, { a: true })).toBe(
    `EXECUTE IMMEDIATE 'SELECT ''$a'', "$a", ? -- $a\n/* $a */' USING true`,
  );
});

test.each([
  [null, 'NULL'],
  [true, 'true'],
  [-7, "BIGINT '-7'"],
  [2n ** 62n, "BIGINT '4611686018427387904'"],
  [1.5, "DOUBLE '1.5'"],
  [-1e-300, "DOUBLE '-1e-300'"],
  [Number.NaN, "DOUBLE 'NaN'"],
  [Number.NEGATIVE_INFINITY, "DOUBLE '-Infinity'"],
  ["'; DROP TABLE t; --", "'''; DROP TABLE t; --'"],
  ["\\'\0", "U&'\\\\''\\0000'"],
  [['a', "b'"], "CAST(ARRAY['a', 'b'''] AS array(varchar))"],
  [[], 'CAST(ARRAY[] AS array(varchar))'],
] as const)('%s is bound as %s', (value, text) => {
  expect(bound('SELECT $v', { v: value })).toBe(`EXECUTE IMMEDIATE 'SELECT ?' USING ${text}`);
});

test('a parameter without a value is refused', () => {
  expect(() => bound('SELECT $toString', {})).toThrow('$toString of the statement q has no value');
});

test.each([
  'SELECT 1',
  '  select 1',
  '-- why\n/* and how */ WITH a AS (SELECT 1) SELECT * FROM a',
  '((SELECT 1))',
  'VALUES 1',
  'TABLE t',
])('a query is one: %s', (sql) => {
  expect(bound(sql)).toBe(sql);
});

test.each([
  ['', 'expected a SELECT, but got nothing'],
  ['DROP TABLE t', 'expected a SELECT, but got DROP'],
  ["EXECUTE IMMEDIATE 'DROP TABLE t'", 'expected a SELECT, but got EXECUTE'],
  ['CALL system.unregister_table()', 'expected a SELECT, but got CALL'],
  ['/* SELECT */ EXPLAIN ANALYZE SELECT 1', 'expected a SELECT, but got EXPLAIN'],
  // For Trino the comment ends at its first end.
  ['/* /* */ DROP TABLE t -- */ SELECT 1', 'expected comments that hold no others'],
])('all else is refused: %s', (sql, message) => {
  expect(() => bound(sql)).toThrow(message);
});
