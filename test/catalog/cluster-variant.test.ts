import { expect, test } from 'vitest';
import { describeProblem } from '../../src/catalog/query-problem.ts';
import { loadTexts, ownQueries } from '../support/own-queries.ts';

const QUERY = `-- ---
-- parameters: { device_ids: { type: [String], optional: true }, from: { type: DateTime, optional: true } }
-- ---
SELECT device_id, max(voltage) AS v FROM {{TELEMETRY}}
WHERE ($device_ids IS NULL OR list_contains($device_ids, device_id)) AND ($from IS NULL OR "timestamp" >= $from)
GROUP BY device_id`;

const variantOf = async (variant: string, query = QUERY) => {
  const { files, problems } = await loadTexts({ 'q.sql': query, 'q.trino.sql': variant });
  return { clusterSql: files[0]?.query.clusterSql, problems: problems.map(describeProblem) };
};

const RELATION = 'expected {{TELEMETRY}}, a subquery, or the name of a WITH, but got';

test.each([
  'SELECT device_id, max(voltage) AS v FROM {{TELEMETRY}} WHERE $device_ids IS NULL OR contains($device_ids, device_id) GROUP BY 1;',
  'WITH a AS (SELECT * FROM {{ TELEMETRY }}), b (x) AS (SELECT count(*) FROM a) SELECT * FROM a, b JOIN (SELECT 1 AS y) AS c ON true',
  `SELECT extract(hour FROM "timestamp") AS h, trim(BOTH ' ' FROM device_id) AS t FROM {{TELEMETRY}} WHERE voltage IS DISTINCT FROM soc`,
  'SELECT * FROM ((SELECT * FROM {{TELEMETRY}})) AS t CROSS JOIN UNNEST(ARRAY[1, 2]) AS u (n), LATERAL (SELECT 1) AS l',
  'SELECT * FROM (VALUES 1, 2) AS t (x), (VALUES 3) AS u (y)',
])('%s', async (sql) => {
  expect(await variantOf(sql)).toEqual({ clusterSql: sql.replace(/;$/, ''), problems: [] });
});

test.each([
  ['', 'expected a SELECT, but got nothing'],
  ['INSERT INTO t SELECT 1', 'expected a SELECT, but got INSERT'],
  ['EXECUTE IMMEDIATE $from', 'expected a SELECT, but got EXECUTE'],
  ['SELECT 1; SELECT 2', 'expected exactly one SELECT, but here begins another statement'],
  ['SELECT * FROM {{S3_PATH}}', 'expected {{TELEMETRY}}, but got {{S3_PATH}}'],
  [
    'SELECT $to FROM {{TELEMETRY}}',
    'expected one of $device_ids, $from, as the query beside it has them, but got $to',
  ],
  ['SELECT ? FROM {{TELEMETRY}}', 'expected parameters with names, like $device_id, but got ?'],
  ['SELECT $1 FROM {{TELEMETRY}}', 'expected parameters with names, like $device_id, but got $1'],
  ['SELECT $s3_path FROM {{TELEMETRY}}', 'expected another name than $s3_path, which is taken'],
  ['SELECT $objects_0 FROM {{TELEMETRY}}', 'expected another name than $objects_0, which is taken'],
  ['SELECT * FROM telemetry', `${RELATION} telemetry`],
  ['SELECT * FROM "telemetry"', `${RELATION} "telemetry"`],
  ['SELECT * FROM (lake.t.telemetry)', `${RELATION} lake`],
  ['SELECT * FROM {{TELEMETRY}}, system.runtime.nodes', `${RELATION} system`],
  ['SELECT * FROM {{TELEMETRY}} AS a JOIN other ON true', `${RELATION} other`],
  ['SELECT (SELECT max(x) FROM other) FROM {{TELEMETRY}}', `${RELATION} other`],
  ['WITH lake AS (SELECT 1 AS x) SELECT * FROM lake.t', `${RELATION} lake`],
  ['WITH a AS (SELECT * FROM b), b AS (SELECT 1 AS x) SELECT * FROM a', `${RELATION} b`],
  ['WITH a AS (WITH b AS (SELECT 1) SELECT * FROM b) SELECT * FROM b', `${RELATION} b`],
  ['SELECT * FROM TABLE(sequence(1, 2))', 'expected nothing but readings to be read, but got TABLE'],
  ['SELECT 1 WHERE 1 IN (TABLE secret)', 'expected nothing but readings to be read, but got TABLE'],
])('%s: refused', async (sql, message) => {
  const { problems } = await variantOf(sql);
  expect(problems.join('\n')).toContain(message);
  expect(problems[0]).toMatch(/^queries\/q\.trino\.sql:/);
});

test('one beside no query, or beside one that the rollups answer, is refused', async () => {
  const { problems } = await loadTexts({ 'alone.trino.sql': 'SELECT 1 AS a' });
  expect(problems.map(describeProblem)).toEqual([
    'queries/alone.trino.sql: expected alone.sql beside it, but there is none',
  ]);
  const rolledUp = await variantOf('SELECT 1 AS a', 'SELECT count(*) AS a FROM {{DEVICES}}');
  expect(rolledUp.problems).toEqual([
    'queries/q.trino.sql: expected no such file, since the rollups answer q.sql, and no cluster is asked',
  ]);
});

test('one beside a query of hours is taken, for rollups may be of days', async () => {
  const { problems } = await variantOf(
    'SELECT count(*) AS a FROM {{TELEMETRY}}',
    'SELECT count(*) AS a FROM {{DEVICE_HOURS}}',
  );
  expect(problems).toEqual([]);
});

test('the project’s own queries have one, but for the one that only the order of rows answers', async () => {
  const without = (await ownQueries()).filter(({ clusterSql }) => clusterSql === null);
  expect(without.map(({ name }) => name)).toEqual(['device_latest']);
});
