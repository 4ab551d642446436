import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { lineAt, replaceParameters, sqlParameters } from '../../src/catalog/sql-text.ts';

const CASES: readonly (readonly [sql: string, ...names: string[]])[] = [
  ['SELECT 1'],
  ['SELECT $a', 'a'],
  ['SELECT $b, $a, $b, $a', 'b', 'a'],
  ['SELECT $from_2::DATE + $_x', 'from_2', '_x'],
  ['SELECT ($a)+$b||$c', 'a', 'b', 'c'],
  ['SELECT [$a,$b][$c]', 'a', 'b', 'c'],
  ['-- $no\nSELECT $a -- $no $no', 'a'],
  ['/* $no\n $no */ SELECT $a /* $no */', 'a'],
  ["SELECT '$no', $a, 'it''s $no'", 'a'],
  ["SELECT '-- no comment', $a, '/*', $b, '*/'", 'a', 'b'],
  ["-- it's no text\nSELECT $a, 'x'", 'a'],
  ['SELECT $a AS "$no", $b AS "a""$no"', 'a', 'b'],
  ['SELECT "--", $a FROM (SELECT 1 AS "--")', 'a'],
  ['SELECT $$ $no $$, $a, $tag$ $no $$ $tag$, $b', 'a', 'b'],
  ["SELECT $$it's$$, $a, 'x'", 'a'],
  ["SELECT E'it\\'s $no', $a, e'\\\\', $b", 'a', 'b'],
  ['SELECT a$no, $a FROM (SELECT 1 AS a$no)', 'a'],
  ['SELECT $a FROM range(3) AS t(i) WHERE i < $a AND $b IS NULL', 'a', 'b'],
];

test.each(CASES)('%s', (sql, ...names) => {
  expect([...sqlParameters(sql).keys()]).toEqual(names);
});

test('DuckDB finds the same parameters in these statements', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    for (const [sql, ...names] of CASES) {
      const prepared = await connection.prepare(sql);
      const found = Array.from({ length: prepared.parameterCount }, (_, index) =>
        prepared.parameterName(index + 1),
      );
      prepared.destroySync();
      expect(found.sort(), sql).toEqual([...names].sort());
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
});

test('expressions take the places of parameters, and nothing else moves', () => {
  const sql = "SELECT $a, '$a', -- $a\n $ab + $a";
  expect(replaceParameters(sql, (name) => `<${name}>`)).toBe("SELECT <a>, '$a', -- $a\n <ab> + <a>");
  expect(replaceParameters('SELECT 1', () => 'never')).toBe('SELECT 1');
  expect(lineAt(sql, sql.indexOf('$ab'))).toBe(2);
});
