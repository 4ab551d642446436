import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bareSql, lineAt, plainSql, replaceParameters, sqlParameters } from '../../src/catalog/sql-text.ts';

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
  ['SELECT /* /* */ $no */ $a', 'a'],
  ['SELECT $a, /*/ $no */ $b /**/ + $c /***/', 'a', 'b', 'c'],
  ["SELECT /* it's */ $a /* ' */, $b", 'a', 'b'],
  ['SELECT $a -- $no\r, $b', 'a', 'b'],
  ['SELECT $a -- $no\u2028, $no', 'a'],
  ['SELECT $a*/* $no */$b, 2 --$no\n -$c', 'a', 'b', 'c'],
  ["SELECT E'a'\n'b\\'$no', $a", 'a'],
  ["SELECT e'a' -- it's\n\t 'b\\'$no', $a", 'a'],
  ["SELECT 'a'\n'b\\', $a", 'a'],
  ["SELECT date E'2026-01-01\\'$no', $a", 'a'],
  ["SELECT x'41', b'\\', N'$no', $a", 'a'],
  ['SELECT $é$ $no $e$ $é$, $a1$ $no $a1$, $_$ $no $_$, $t$ $T$ $no $t$, $a', 'a'],
  ['SELECT a$$no, $a FROM (SELECT 1 AS a$$no)', 'a'],
  ['SELECT $é, $aé', 'é', 'aé'],
  ['SELECT "a\\", $a, "b/*" FROM (SELECT 1 AS "a\\", 2 AS "b/*")', 'a'],
  ['SELECT $a.b, $c::INT[], ($d)', 'a', 'c', 'd'],
  ['SELECT $a FROM range(3) AS t(i) WHERE i < $a AND $b IS NULL', 'a', 'b'],
];

test.each(CASES)('%j', (sql, ...names) => {
  expect([...sqlParameters(sql).keys()]).toEqual(names);
});

/** What lexers fall over. */
const FRAGMENTS = [
  ...["'", "''", '"', '--', '/*', '*/', '/', '*', '$$', '$a$', '$é$', "E'", "e'", "U&'", "x'", "b'", "N'"],
  ...[
    '\\',
    "\\'",
    '\n',
    '\r',
    '\r\n',
    '\t',
    ' ',
    ', ',
    '+',
    '-',
    '||',
    '(',
    ')',
    '{',
    '}',
    ';',
    '::text',
    ' AS ',
  ],
  ...['$p', '$q1', 'mark', 'x', 'é', 'a$b', '1', '"c"', "'t'", 'SELECT '],
];

let instance: DuckDBInstance;
let connection: DuckDBConnection;
beforeAll(async () => {
  instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  connection = await instance.connect();
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

/** What DuckDB's parser makes of a text, without the places; undefined when it does not understand it. */
async function parsed(sql: string): Promise<{ statements: unknown[]; parameters: string[] } | undefined> {
  const reader = await connection.runAndReadAll('SELECT json_serialize_sql(CAST($sql AS VARCHAR))', { sql });
  const parameters = new Set<string>();
  const json = String(reader.getRows()[0]?.[0]);
  // For strings that it has no code for it writes nothing.
  if (json === '') return undefined;
  const { error, statements } = JSON.parse(json, (key, value) => {
    if (value?.class === 'PARAMETER') parameters.add(value.identifier);
    return key === 'query_location' ? undefined : value;
  });
  return error ? undefined : { statements, parameters: [...parameters].sort() };
}

test.each(CASES)('DuckDB finds the same parameters in %j', async (sql, ...names) => {
  const prepared = await connection.prepare(sql);
  const found = Array.from({ length: prepared.parameterCount }, (_, index) =>
    prepared.parameterName(index + 1),
  );
  prepared.destroySync();
  expect(found.sort()).toEqual([...names].sort());
});

test('whatever text DuckDB understands, it ends its pieces where we do', async () => {
  let understood = 0;
  const fragments = fc.array(fc.constantFrom(...FRAGMENTS), { minLength: 1, maxLength: 9 });
  await fc.assert(
    fc.asyncProperty(fragments, fc.boolean(), async (pieces, goesOn) => {
      const sql = `SELECT ${pieces.join('')}${goesOn ? ', mark' : ''}`;
      const tree = await parsed(sql);
      // Parameters like `$ a` and `$1` are refused by their sign.
      if (tree === undefined || /\$(?![A-Za-z_é])/.test(bareSql(sql).replaceAll(/[\wé][\wé$]*/g, 'w')))
        return;
      understood++;
      expect([...sqlParameters(sql).keys()].sort()).toEqual(tree.parameters);
      const statements = bareSql(sql)
        .split(';')
        .filter((statement) => statement.trim() !== '');
      expect(statements).toHaveLength(tree.statements.length);
      const plain = plainSql(sql);
      expect(plain).toHaveLength(sql.length);
      // Some signs in a row mean something before a comment only; then the plain text is refused.
      const again = await parsed(plain);
      if (again !== undefined) expect(again.statements).toEqual(tree.statements);
    }),
    { numRuns: 3000 },
  );
  expect(understood).toBeGreaterThan(100);
}, 60_000);

test('without comments, and with plain spaces, every character keeps its place', () => {
  expect(plainSql('SELECT\u00a0\'\u00a0-- x\' -- é\n/* a\n/* */ b */, "/*"')).toBe(
    'SELECT \'\u00a0-- x\'     \n    \n          , "/*"',
  );
  expect(bareSql('SELECT "a;b", \';\' /* ; */;')).toBe('SELECT      ,            ;');
});

test('expressions take the places of parameters, and nothing else moves', () => {
  const sql = "SELECT $a, '$a', -- $a\n $ab + $a";
  expect(replaceParameters(sql, (name) => `<${name}>`)).toBe("SELECT <a>, '$a', -- $a\n <ab> + <a>");
  expect(replaceParameters('SELECT 1', () => 'never')).toBe('SELECT 1');
  expect(lineAt(sql, sql.indexOf('$ab'))).toBe(2);
});
