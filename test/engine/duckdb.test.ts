import { execFile } from 'node:child_process';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual as equals, promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { DuckDbEngine } from '../../src/engine/duckdb.ts';
import type { SqlValue, StatementListener } from '../../src/engine/engine.ts';
import {
  OutOfMemoryError,
  OverloadedError,
  StatementCancelledError,
  StatementFailedError,
  StatementTimeoutError,
} from '../../src/errors.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { ENDLESS, startEngine } from './start-engine.ts';

type Event = Parameters<StatementListener>[0];

const select = (engine: DuckDbEngine, sql: string, params: Readonly<Record<string, SqlValue>> = {}) =>
  engine.run({ name: 'test', sql, params });

/** An expression of SQL → the plain value that it becomes. */
const VALUES: Readonly<Record<string, unknown>> = {
  NULL: null,
  true: true,
  '(-128)::TINYINT': -128,
  '255::UTINYINT': 255,
  '(-32768)::SMALLINT': -32768,
  '65535::USMALLINT': 65535,
  '(-2147483648)::INTEGER': -2147483648,
  '4294967295::UINTEGER': 4294967295,
  '42::BIGINT': 42,
  '9007199254740991::BIGINT': Number.MAX_SAFE_INTEGER,
  '9007199254740992::BIGINT': 2n ** 53n,
  '9007199254740993::BIGINT': 2n ** 53n + 1n,
  '(-9007199254740991)::BIGINT': Number.MIN_SAFE_INTEGER,
  '(-9007199254740993)::BIGINT': -(2n ** 53n) - 1n,
  '18446744073709551615::UBIGINT': 2n ** 64n - 1n,
  '7::HUGEINT': 7,
  '170141183460469231731687303715884105727::HUGEINT': 2n ** 127n - 1n,
  '340282366920938463463374607431768211455::UHUGEINT': 2n ** 128n - 1n,
  'count(*)': 1,
  '0.1::FLOAT': Math.fround(0.1),
  '0.1::DOUBLE': 0.1,
  "'-0'::DOUBLE": -0,
  "'nan'::DOUBLE": Number.NaN,
  "'inf'::DOUBLE": Number.POSITIVE_INFINITY,
  "'-inf'::FLOAT": Number.NEGATIVE_INFINITY,
  '3.14::DECIMAL(3,2)': 3.14,
  '(-0.05)::DECIMAL(9,2)': -0.05,
  '123456789012.345::DECIMAL(18,3)': 123456789012.345,
  '12345678901234567890123456789.5::DECIMAL(38,1)': 1.2345678901234568e28,
  "'it''s “ünïcode” 🔋'": "it's “ünïcode” 🔋",
  "''": '',
  "'x'::ENUM('x', 'y')": 'x',
  "'00000000-0000-0000-0000-00000000002a'::UUID": '00000000-0000-0000-0000-00000000002a',
  [`'{"a": 1}'::JSON`]: '{"a": 1}',
  "'\\xAAb'::BLOB": '\\xAAb',
  "INTERVAL '1 day 02:00:00'": '1 day 02:00:00',
  "TIME '01:02:03.5'": '01:02:03.5',
  "DATE '2026-01-02'": '2026-01-02',
  "DATE '1969-12-31'": '1969-12-31',
  "DATE 'infinity'": null,
  "TIMESTAMP_S '2026-01-01 00:00:01'": '2026-01-01T00:00:01.000Z',
  "TIMESTAMP_MS '2026-01-01 00:00:00.25'": '2026-01-01T00:00:00.250Z',
  "TIMESTAMP '2026-01-01 00:00:00.000001'": '2026-01-01T00:00:00.000001Z',
  "TIMESTAMP '1969-12-31 23:59:59.999999'": '1969-12-31T23:59:59.999999Z',
  "TIMESTAMP_NS '2026-01-01 00:00:00.123456789'": '2026-01-01T00:00:00.123456789Z',
  "TIMESTAMPTZ '2026-01-01 05:45:00+05:45'": '2026-01-01T00:00:00.000Z',
  "TIMESTAMP 'infinity'": null,
  "TIMESTAMP '-infinity'": null,
  "TIMESTAMPTZ 'infinity'": null,
  "TIMESTAMP_S 'infinity'": null,
  "TIMESTAMP_MS '-infinity'": null,
  "TIMESTAMP_NS 'infinity'": null,
  "TIMESTAMP_NS '-infinity'": null,
  '[1, NULL, 3]': [1, null, 3],
  '[]::INTEGER[]': [],
  "[[TIMESTAMP '2026-01-01'], NULL]": [['2026-01-01T00:00:00.000Z'], null],
  '[1.5, 2.5]::DOUBLE[2]': [1.5, 2.5],
  "{'a': 1, 'b': {'c': [DATE '2026-01-01'], 'd': NULL, 'e': 9007199254740993}}": {
    a: 1,
    b: { c: ['2026-01-01'], d: null, e: 2n ** 53n + 1n },
  },
  "MAP {'k': 1.5::DECIMAL(2,1), 'l': NULL}": [
    { key: 'k', value: 1.5 },
    { key: 'l', value: null },
  ],
};

test('every type becomes the plain value that Row promises', async () => {
  const engine = await startEngine();
  const expressions = Object.keys(VALUES);
  const columns = expressions.map((expression, index) => `${expression} AS c${index}`);
  const [row] = await select(engine, `SELECT ${columns.join(', ')}`);
  const values = Object.fromEntries(expressions.map((expression, index) => [expression, row?.[`c${index}`]]));
  expect(values).toStrictEqual(VALUES);
});

test('every type keeps values and NULLs apart: in constant, looked-up and sorted columns, over many chunks', async () => {
  const engine = await startEngine();
  const rowCount = 3 * 2048 + 7;
  for (const [expression, expected] of Object.entries(VALUES)) {
    if (expression === 'count(*)') continue;
    for (const order of ['', 'ORDER BY i']) {
      const rows = await select(
        engine,
        `WITH two AS MATERIALIZED (SELECT * FROM (VALUES (0, NULL), (1, ${expression})) AS t(k, v))
         SELECT ${expression} AS constant, k, v FROM range(${rowCount}) AS t(i) JOIN two ON k = i % 2 ${order}`,
      );
      expect(rows, expression).toHaveLength(rowCount);
      const wrong = rows.find(
        ({ constant, k, v }) => !equals(constant, expected) || !equals(v, k === 0 ? null : expected),
      );
      expect(wrong, expression).toBeUndefined();
    }
  }
});

test('rows of many chunks arrive whole and in order, NULLs in their places', async () => {
  const engine = await startEngine();
  const rows = await select(
    engine,
    'SELECT i, CASE WHEN i % 3 = 0 THEN NULL ELSE i / 2 END AS half FROM range(10000) AS t(i) ORDER BY i',
  );
  expect(rows).toEqual(Array.from({ length: 10_000 }, (_, i) => ({ i, half: i % 3 === 0 ? null : i / 2 })));
  expect(await select(engine, 'SELECT 1 AS one WHERE false')).toEqual([]);
  expect(await select(engine, 'SELECT 1 AS a, 2 AS a')).toEqual([{ a: 1, 'a:1': 2 }]);
});

test.each<[string, SqlValue, string, unknown]>([
  [
    'text',
    'it\'s; -- $x "q" \\ {{S3_PATH}} 🔋\n\0end',
    'VARCHAR',
    'it\'s; -- $x "q" \\ {{S3_PATH}} 🔋\n\0end',
  ],
  ['empty text', '', 'VARCHAR', ''],
  ['a whole number', 42, 'BIGINT', 42],
  ['a negative number', -7, 'BIGINT', -7],
  ['the greatest safe number', Number.MAX_SAFE_INTEGER, 'BIGINT', Number.MAX_SAFE_INTEGER],
  ['a number past 2^53', 2 ** 60, 'DOUBLE', 2 ** 60],
  ['a fraction', 0.1, 'DOUBLE', 0.1],
  ['NaN', Number.NaN, 'DOUBLE', Number.NaN],
  ['infinity', Number.NEGATIVE_INFINITY, 'DOUBLE', Number.NEGATIVE_INFINITY],
  ['a bigint', 2n ** 63n - 1n, 'BIGINT', 2n ** 63n - 1n],
  ['true', true, 'BOOLEAN', true],
  ['a list', ["O'Neill", '', '"', '],[', '🔋'], 'VARCHAR[]', ["O'Neill", '', '"', '],[', '🔋']],
  ['an empty list', [], 'VARCHAR[]', []],
  ['NULL', null, '"NULL"', null],
])('binds %s', async (_, value, type, expected) => {
  const engine = await startEngine();
  expect(await select(engine, 'SELECT $v AS v, typeof($v) AS type', { v: value })).toEqual([
    { v: expected, type },
  ]);
});

test('binds by name wherever the name stands, and a bound value is never SQL', async () => {
  const engine = await startEngine();
  expect(
    await select(engine, "SELECT $b AS b, $a AS a, $b || $a AS ba, '$a' AS text -- $missing", {
      a: 'A',
      b: 'B',
    }),
  ).toEqual([{ b: 'B', a: 'A', ba: 'BA', text: '$a' }]);
  expect(
    await select(
      engine,
      `SELECT wanted, place FROM (SELECT unnest($ids) AS wanted, generate_subscripts($ids, 1) AS place)
       WHERE wanted = $id`,
      { ids: ["x' OR true --", 'b'], id: "x' OR true --" },
    ),
  ).toEqual([{ wanted: "x' OR true --", place: 1 }]);
});

test('a parameter without a value is refused by its name; a value without a parameter is left alone', async () => {
  const engine = await startEngine();
  await expect(select(engine, 'SELECT $a, $b', { a: 1 })).rejects.toThrow(
    new StatementFailedError('The parameter $b has no value'),
  );
  await expect(select(engine, 'SELECT $constructor')).rejects.toThrow(
    new StatementFailedError('The parameter $constructor has no value'),
  );
  await expect(select(engine, 'SELECT $big', { big: 2n ** 63n })).rejects.toThrow(StatementFailedError);
  expect(await select(engine, 'SELECT $a AS a', { a: 1, b: 2 })).toEqual([{ a: 1 }]);
});

test('runs exactly one SELECT, and nothing of what it refuses', async () => {
  const engine = await startEngine();
  for (const [sql, message] of [
    ['SELECT 1; SELECT 2', 'The statement test: expected exactly one SELECT, but got 2 statements'],
    [
      'SELECT 1; CREATE TABLE t (a INTEGER)',
      'The statement test: expected exactly one SELECT, but got 2 statements',
    ],
    ['CREATE TABLE t (a INTEGER)', 'The statement test: expected a SELECT, but got CREATE'],
    ['SET threads = 1', 'The statement test: expected a SELECT, but got SET'],
    ['SHOW TABLES', 'The statement test: expected a SELECT, but got SHOW'],
    ['PRAGMA database_list', 'The statement test: expected a SELECT, but got PRAGMA'],
    ['explain SELECT 1', 'The statement test: expected a SELECT, but got EXPLAIN'],
    ['/* SELECT */ -- SELECT\n SET threads = 1', 'The statement test: expected a SELECT, but got SET'],
    ['', 'The statement test: expected a SELECT, but got nothing'],
    ['-- nothing', 'The statement test: expected a SELECT, but got nothing'],
    ['SELEC 1', 'The statement test: expected a SELECT, but got SELEC'],
    ['SELECT 1 +', 'The statement test failed'],
    ['WITH t AS (SELECT 1) DELETE FROM t', 'The statement test failed'],
  ] as const) {
    await expect(select(engine, sql), sql).rejects.toThrow(new StatementFailedError(message));
  }
  expect(await select(engine, 'SELECT table_name FROM duckdb_tables()')).toEqual([]);
  expect(await select(engine, "SELECT current_setting('threads') AS threads")).toEqual([{ threads: 2 }]);
  for (const sql of [
    'SELECT 1 AS a;',
    '-- why\n/* and how */ select 1 AS a',
    '((SELECT 1 AS a))',
    'FROM (VALUES (1)) AS t(a)',
    'WITH t AS (SELECT 1 AS a) SELECT a FROM t',
  ]) {
    expect(await select(engine, sql), sql).toEqual([{ a: 1 }]);
  }
});

test('stops at the deadline, by default the one configured', async () => {
  const engine = await startEngine({ timeoutMs: 50 });
  await expect(engine.run({ name: 'slow', sql: ENDLESS })).rejects.toThrow(StatementTimeoutError);
  await expect(engine.run({ name: 'slow', sql: ENDLESS })).rejects.toThrow(
    /^The statement slow was stopped at its deadline after \d\.\d s$/,
  );
  const patient = await startEngine();
  await expect(patient.run({ name: 'slow', sql: ENDLESS }, { timeoutMs: 50 })).rejects.toMatchObject({
    code: 'STATEMENT_TIMEOUT',
  });
});

test('waiting in the queue counts towards the deadline', async () => {
  const engine = await startEngine({ maxConcurrent: 1 });
  const controller = new AbortController();
  const inside = engine.run({ name: 'inside', sql: ENDLESS }, { signal: controller.signal });
  await expect(engine.run({ name: 'queued', sql: 'SELECT 1' }, { timeoutMs: 50 })).rejects.toThrow(
    StatementTimeoutError,
  );
  controller.abort();
  await expect(inside).rejects.toThrow(StatementCancelledError);
});

test('refuses what does not fit into the queue, and goes on with the rest', async () => {
  const engine = await startEngine({ maxConcurrent: 1, maxQueued: 1 });
  const controller = new AbortController();
  const inside = engine.run({ name: 'inside', sql: ENDLESS }, { signal: controller.signal });
  const queued = select(engine, 'SELECT 1 AS a');
  await expect(select(engine, 'SELECT 2')).rejects.toThrow(OverloadedError);
  controller.abort();
  await expect(inside).rejects.toThrow(StatementCancelledError);
  expect(await queued).toEqual([{ a: 1 }]);
});

test('an abort is heeded whenever it comes, and the connection serves on', async () => {
  const engine = await startEngine({ maxConcurrent: 1, timeoutMs: 10_000 });
  const aborts: readonly (readonly [string, (controller: AbortController) => unknown])[] = [
    ['before the call', (controller) => controller.abort()],
    // Right after the call the statement is being prepared: an interrupt is lost then, and must be repeated.
    ['in the same tick', (controller) => queueMicrotask(() => controller.abort())],
    ...[0, 1, 2, 3, 5, 10, 30].map(
      (ms) =>
        [
          `after ${ms} ms`,
          (controller: AbortController) => setTimeout(() => controller.abort(), ms),
        ] as const,
    ),
  ];
  for (const [when, abort] of aborts) {
    const controller = new AbortController();
    abort(controller);
    const aborted = engine.run({ name: 'aborted', sql: ENDLESS }, { signal: controller.signal });
    await expect(aborted, when).rejects.toThrow(
      new StatementCancelledError('The statement aborted was cancelled'),
    );
    // The only connection: neither busy nor hit by an interrupt that came late.
    const [row] = await select(engine, 'SELECT sum(i) AS sum FROM range(300000) AS t(i)');
    expect(row, when).toEqual({ sum: 44_999_850_000 });
  }
});

test('an abort while queued leaves the others as they are', async () => {
  const engine = await startEngine({ maxConcurrent: 1 });
  const [first, second] = [new AbortController(), new AbortController()];
  let insideEnded = false;
  const inside = engine.run({ name: 'inside', sql: ENDLESS }, { signal: first.signal }).finally(() => {
    insideEnded = true;
  });
  const leaver = engine.run({ name: 'leaver', sql: 'SELECT 1' }, { signal: second.signal });
  const patient = select(engine, 'SELECT 3 AS a');
  second.abort();
  await expect(leaver).rejects.toThrow(StatementCancelledError);
  expect(insideEnded).toBe(false);
  first.abort();
  await expect(inside).rejects.toThrow(StatementCancelledError);
  expect(await patient).toEqual([{ a: 3 }]);
});

test('many statements at once on few connections each get their own answer', async () => {
  const engine = await startEngine({ maxConcurrent: 3, maxQueued: 200 });
  const numbers = Array.from({ length: 200 }, (_, i) => i);
  const answers = await Promise.all(
    numbers.map((n) =>
      select(engine, 'SELECT $n AS n, $ids AS ids, sum(i) AS sum FROM range(1000) AS t(i) WHERE i < $n', {
        n,
        ids: [`device ${n}`],
      }),
    ),
  );
  expect(answers).toEqual(
    numbers.map((n) => [{ n, ids: [`device ${n}`], sum: n === 0 ? null : (n * (n - 1)) / 2 }]),
  );
});

test.each([0, 20])(
  'closing after %d ms interrupts what runs, turns away what waits and what comes, and does not hang',
  async (ms) => {
    const engine = await startEngine({ maxConcurrent: 2 });
    const statements = ['running 1', 'running 2', 'queued 1', 'queued 2'].map((name) =>
      engine.run({ name, sql: ENDLESS }).catch((error: unknown) => error),
    );
    await delay(ms);
    await engine.close();
    for (const error of await Promise.all(statements)) expect(error).toBeInstanceOf(StatementCancelledError);
    await expect(select(engine, 'SELECT 1')).rejects.toThrow(StatementCancelledError);
    await engine.close();
  },
);

test('a statement that needs too much memory fails alone', async () => {
  const engine = await startEngine({ memoryBytes: 60e6 });
  const hungry = select(engine, "SELECT length(string_agg(i::VARCHAR, ',')) FROM range(50000000) AS t(i)");
  await expect(hungry).rejects.toThrow(OutOfMemoryError);
  await expect(hungry).rejects.toThrow('The statement needs more memory than ENGINE_MEMORY_LIMIT allows');
  expect(await select(engine, 'SELECT count(*) AS n FROM range(1000000)')).toEqual([{ n: 1_000_000 }]);
});

test('what fits the disk but not the memory is spilt, also in the sandbox', async () => {
  const engine = await startEngine({ memoryBytes: 60e6 });
  await engine.lock([]);
  // 4 million pairs of 16 bytes, to be sorted.
  const [row] = await select(
    engine,
    `SELECT max(place) AS places, max(i) FILTER (place = 1) AS first
     FROM (SELECT i, row_number() OVER (ORDER BY hash(i)) AS place FROM range(4000000) AS t(i))`,
  );
  expect(row).toEqual({ places: 4_000_000, first: expect.any(Number) });
});

test('the session is in UTC, whatever zone the process is in', async () => {
  const directory = await temporaryFolder();
  const script = `
    import { DuckDBInstance } from '@duckdb/node-api';
    import { DuckDbEngine } from './src/engine/duckdb.ts';
    const sql = "SELECT current_setting('TimeZone') AS zone, TIMESTAMPTZ '2026-01-01 12:00' AS noon, " +
      "(TIMESTAMPTZ '2026-01-01 20:00:00+00')::DATE AS day";
    const plain = await (await (await DuckDBInstance.create()).connect()).runAndReadAll(sql);
    const engine = await DuckDbEngine.create(${JSON.stringify({
      threads: 1,
      memoryBytes: 200e6,
      tempDirectory: directory,
      maxConcurrent: 2,
      maxQueued: 1,
      timeoutMs: 10_000,
    })});
    const rows = await Promise.all([engine.run({ name: 'a', sql }), engine.run({ name: 'b', sql })]);
    console.log(JSON.stringify({ plain: plain.getRowObjectsJson()[0].zone, engine: rows.flat() }));
    await engine.close();`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    cwd: path.join(import.meta.dirname, '../..'),
    env: { ...process.env, TZ: 'Asia/Kathmandu' },
  });
  const inUtc = { zone: 'UTC', noon: '2026-01-01T12:00:00.000Z', day: '2026-01-01' };
  expect(JSON.parse(stdout)).toEqual({ plain: 'Asia/Kathmandu', engine: [inUtc, inUtc] });
});

test('tells the listener of every statement when it ends, however it ends', async () => {
  const events: Event[] = [];
  const engine = await startEngine({ maxConcurrent: 1, maxQueued: 1 }, (event) => events.push(event));
  const fail = (promise: Promise<unknown>) =>
    promise.then(
      () => expect.unreachable(),
      (error: unknown) => error,
    );
  await engine.run({ name: 'rows', sql: 'SELECT * FROM range(3)' });
  const failed = await fail(engine.run({ name: 'fails', sql: 'SELECT no_such_column' }));
  const controller = new AbortController();
  const inside = fail(engine.run({ name: 'inside', sql: ENDLESS }, { signal: controller.signal }));
  const queued = fail(engine.run({ name: 'queued', sql: ENDLESS }, { timeoutMs: 30 }));
  const refused = await fail(engine.run({ name: 'refused', sql: 'SELECT 1' }));
  const timedOut = await queued;
  controller.abort();
  const cancelled = await inside;

  expect(events.map(({ name, rows, error }) => ({ name, rows, error }))).toEqual([
    { name: 'rows', rows: 3, error: undefined },
    { name: 'fails', rows: 0, error: failed },
    { name: 'refused', rows: 0, error: refused },
    { name: 'queued', rows: 0, error: timedOut },
    { name: 'inside', rows: 0, error: cancelled },
  ]);
  for (const { durationMs } of events) expect(durationMs).toBeGreaterThanOrEqual(0);
  expect(events.find(({ name }) => name === 'queued')?.durationMs).toBeGreaterThanOrEqual(29);
});
