import { expect, inject, test } from 'vitest';
import type { SqlValue } from '../../../src/engine/engine.ts';
import { executeOn } from '../../support/trino-server.ts';
import { startTrinoEngine } from './start-trino-engine.ts';

const TEXTS = [
  '',
  "it's",
  "''",
  "'; DROP SCHEMA lake.kept; --",
  "' OR '1' = '1",
  "\\'; SELECT 1; --",
  '"quoted" $name ? :x',
  '/* no comment */ -- nor this',
  'line\nbreak\r\n\ttab',
  'ünïcode 漢字 🔋 \u0301',
  'U&\\0041',
  'NUL \0 within',
  'x'.repeat(100_000),
];

const VALUES: readonly (readonly [kind: string, value: SqlValue, expected?: unknown])[] = [
  ...TEXTS.map((text) => [`the text ${text.slice(0, 30)}`, text] as const),
  ['true', true],
  ['false', false],
  ['null', null],
  ['an integer', 42],
  ['a negative integer', -7],
  ['the last safe integer', Number.MAX_SAFE_INTEGER],
  ['a bigint', 2n ** 53n + 1n],
  ['the least bigint', -(2n ** 63n)],
  ['a double', 0.1],
  ['a small double', -5e-324],
  ['the largest double', Number.MAX_VALUE],
  ['NaN', Number.NaN],
  ['an infinity', Number.NEGATIVE_INFINITY],
  ['an empty list', []],
  ['a list', TEXTS],
];

test('values of each kind come back as they were bound, and are nothing but values', async () => {
  await executeOn(inject('trinoUrl'), 'CREATE SCHEMA IF NOT EXISTS lake.kept');
  const engine = startTrinoEngine();
  const params = Object.fromEntries(VALUES.map(([, value], place) => [`v${place}`, value]));
  const sql = `SELECT ${VALUES.map((_, place) => `$v${place} AS c${place}`).join(', ')}`;
  const [row = {}] = await engine.run({ name: 'bound', sql, params });
  expect(VALUES.map(([kind], place) => [kind, row[`c${place}`]])).toEqual(
    VALUES.map(([kind, value]) => [kind, value]),
  );
  expect(await executeOn(inject('trinoUrl'), "SHOW SCHEMAS FROM lake LIKE 'kept'")).toEqual([['kept']]);
});

test('bound values decide, in each place of their name', async () => {
  const statement = {
    name: 'places',
    sql: `SELECT n, $text AS "text", '$n ?' AS quoted, $text || '!' AS more -- $n
      FROM UNNEST(ARRAY['a', 'b', 'it''s']) WITH ORDINALITY AS t(word, n)
      WHERE contains($words, word) AND n > $n OR word = $text`,
    params: { text: "it's", words: ['b'], n: 1 },
  };
  expect(await startTrinoEngine().run(statement)).toEqual([
    { n: 2, text: "it's", quoted: '$n ?', more: "it's!" },
    { n: 3, text: "it's", quoted: '$n ?', more: "it's!" },
  ]);
});

test('a number that no BIGINT holds is refused with a code', async () => {
  const statement = { name: 'wide', sql: 'SELECT $n AS n', params: { n: 2n ** 63n } };
  await expect(startTrinoEngine().run(statement)).rejects.toMatchObject({ code: 'STATEMENT_FAILED' });
});

test.each([
  'DROP SCHEMA lake.kept',
  "EXECUTE IMMEDIATE 'DROP SCHEMA lake.kept'",
  '/* /* */ DROP SCHEMA lake.kept -- */ SELECT 1',
  'SELECT 1; DROP SCHEMA lake.kept',
  'WITH a AS (SELECT 1) DROP SCHEMA lake.kept',
  'SELECT $$x$$ FROM (DROP SCHEMA lake.kept)',
])('whatever is no single query changes nothing: %s', async (sql) => {
  await executeOn(inject('trinoUrl'), 'CREATE SCHEMA IF NOT EXISTS lake.kept');
  const engine = startTrinoEngine();
  await expect(engine.run({ name: 'drop', sql })).rejects.toMatchObject({ code: 'STATEMENT_FAILED' });
  expect(await executeOn(inject('trinoUrl'), "SHOW SCHEMAS FROM lake LIKE 'kept'")).toEqual([['kept']]);
});
