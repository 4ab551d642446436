import { expect, test } from 'vitest';
import { loadTexts } from '../support/own-queries.ts';

const FROM = 'FROM {{TELEMETRY}}';

test.each([
  [`SELECT now() AS a ${FROM}`, 'now()'],
  [`SELECT count(*) AS a ${FROM} WHERE "timestamp" > Now() - INTERVAL 1 DAY`, 'now()'],
  [`SELECT current_date AS a ${FROM}`, 'current_date'],
  [`SELECT CURRENT_TIMESTAMP AS a ${FROM}`, 'current_timestamp'],
  [`SELECT today() AS a ${FROM}`, 'today()'],
  [`SELECT localtimestamp AS a ${FROM}`, 'localtimestamp'],
  [`SELECT get_current_timestamp() AS a ${FROM}`, 'get_current_timestamp()'],
  [`SELECT random() AS a ${FROM}`, 'random()'],
  [`SELECT a ${FROM}, (SELECT uuid() AS a)`, 'uuid()'],
  [`WITH t AS (SELECT gen_random_uuid() AS a) SELECT a FROM t`, 'gen_random_uuid()'],
  [`SELECT age("timestamp") AS a ${FROM}`, 'age()'],
  [`SELECT count(*) AS a ${FROM} WHERE "timestamp" > ago(INTERVAL 1 DAY)`, 'ago()'],
  [`SELECT device_id AS a ${FROM} USING SAMPLE 10%`, 'a sample'],
  [`SELECT device_id AS a ${FROM} TABLESAMPLE 10 ROWS`, 'a sample'],
  [`SELECT len({{S3_PATH}}) AS a, now() AS b`, 'now()'],
  ['SELECT device_id AS a FROM {{DEVICES}} WHERE last_seen < now() - INTERVAL 1 HOUR', 'now()'],
] as const)('%s depends on time or chance', async (sql, part) => {
  const { files, problems } = await loadTexts({ 'q.sql': sql });
  expect(problems).toEqual([]);
  expect(files[0]?.query.cacheSeconds).toBe(0);
  expect(files[0]?.notes).toEqual([
    `its answer depends on ${part}, so it is made anew each time; "cache: 60" in the front matter would let it be given again for 60 seconds`,
  ]);
});

test.each([
  `SELECT avg(voltage) AS a ${FROM}`,
  `SELECT exact_avg(voltage) AS a ${FROM}`,
  `SELECT 'now()' AS a, "timestamp" AS current ${FROM} -- random()`,
  `SELECT age("timestamp", TIMESTAMP '2026-01-01') AS a ${FROM}`,
  `SELECT t.current_date AS a FROM (SELECT DATE '2026-01-01' AS "current_date") AS t`,
  `SELECT count(*) AS a FROM read_parquet({{S3_PATH}})`,
  `SELECT hash(device_id) AS a ${FROM}`,
  `SELECT json_group_object(device_id, 1) AS a, error('x') AS b ${FROM}`,
  'SELECT device_id AS a FROM {{DEVICE_DAYS}}, range(2) AS r(i)',
])('%s does not', async (sql) => {
  const { files, problems } = await loadTexts({ 'q.sql': sql });
  expect(problems).toEqual([]);
  expect([files[0]?.query.cacheSeconds, files[0]?.notes]).toEqual([undefined, []]);
});

test('what the front matter says counts, and then there is nothing to note', async () => {
  const { files } = await loadTexts({
    'a.sql': '-- ---\n-- cache: 30\n-- ---\nSELECT now() AS a',
    'b.sql': '-- ---\n-- cache: 0\n-- ---\nSELECT 1 AS a',
    'c.sql': 'SELECT now() AS a, humidity FROM read_parquet({{S3_PATH}})',
  });
  expect(files.map(({ query, notes }) => [query.cacheSeconds, notes.length])).toEqual([
    [30, 0],
    [0, 0],
    [0, 2],
  ]);
});
