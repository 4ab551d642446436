import { setTimeout as delay } from 'node:timers/promises';
import { expect, inject, test } from 'vitest';
import type { StatementEvent } from '../../../src/engine/engine.ts';
import { OperationScope } from '../../../src/engine/operation-scope.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { queriesOn } from '../../support/trino-server.ts';
import { endless, numbers, startTrinoEngine } from './start-trino-engine.ts';

const MILLION = 1_000_000;
const SUM = (MILLION * (MILLION - 1)) / 2;

test('a result without rows, as rows and as a stream', async () => {
  const engine = startTrinoEngine();
  const statement = { name: 'none', sql: 'SELECT 1 AS a WHERE 1 = 0' };
  expect(await engine.run(statement)).toEqual([]);
  expect(await (await engine.stream(statement)).next()).toEqual({ done: true, value: undefined });
});

test('a million rows over many pages, each of them once', async () => {
  const events: StatementEvent[] = [];
  const engine = startTrinoEngine({}, (event) => events.push(event));
  const rows = await engine.run(numbers(100));
  expect(rows.length).toBe(MILLION);
  expect(rows.reduce((sum, { n }) => sum + Number(n), 0)).toBe(SUM);
  expect(new Set(rows.map(({ n }) => n)).size).toBe(MILLION);
  expect(rows.every(({ n, text }) => text === `number ${n}`)).toBe(true);
  expect(events).toMatchObject([{ engine: 'trino', name: 'numbers', rows: MILLION }]);
});

test('a million rows as a stream, with a reader who takes their time, in batches that stay small', async () => {
  const engine = startTrinoEngine();
  let sum = 0;
  let rows = 0;
  let batches = 0;
  let largest = 0;
  for await (const { rowCount, columns } of await engine.stream(numbers(100))) {
    rows += rowCount;
    largest = Math.max(largest, rowCount);
    sum += (columns[0] ?? []).reduce<number>((part, value) => part + Number(value), 0);
    if (++batches % 10 === 0) await delay(50);
  }
  expect([rows, sum]).toEqual([MILLION, SUM]);
  expect(batches).toBeGreaterThan(20);
  expect(largest).toBeLessThan(100_000);
});

test('rows are asked for no sooner than they are wanted', async () => {
  const proxy = await startFaultProxy(inject('trinoUrl'));
  const engine = startTrinoEngine({ url: proxy.endpoint });
  const stream = await engine.stream(numbers(1_000));
  await stream.next();
  const asked = proxy.requests.length;
  await delay(500);
  expect(proxy.requests.length).toBe(asked);
  await stream.return();
  await engine.close();
  expect(proxy.requests.at(-1)?.method).toBe('DELETE');
  await proxy.stop();
});

test('an operation that may have so many rows is refused more, and the query ends', async () => {
  const engine = startTrinoEngine();
  const scope = new OperationScope('viewer', { statements: 2, rows: 10_000 });
  await expect(engine.run(numbers(1_000, 'too many'), { scope })).rejects.toMatchObject({
    code: 'ANSWER_TOO_LARGE',
  });
  await ended('too many');
  expect((await engine.run(numbers(1), { scope })).length).toBe(10_000);
  await expect(engine.run(numbers(1), { scope })).rejects.toMatchObject({ code: 'TOO_MANY_STATEMENTS' });
});

test('whoever leaves a stream early ends its query; one stream too many is refused', async () => {
  const engine = startTrinoEngine({ maxStreams: 1 });
  for await (const _ of await engine.stream(numbers(5_000, 'left early'))) break;
  await ended('left early');
  const open = await engine.stream(numbers(5_000));
  await expect(engine.stream(numbers(1))).rejects.toMatchObject({ code: 'OVERLOADED' });
  // Other statements have places of their own.
  expect(await engine.run({ name: 'one', sql: 'SELECT 1 AS n' })).toEqual([{ n: 1 }]);
  await open.return();
  expect(engine.load).toEqual({ running: 0, queued: 0, streaming: 0 });
});

test('the deadline ends a stream whose reader has gone to sleep, and its query', async () => {
  const events: StatementEvent[] = [];
  const engine = startTrinoEngine({ maxStreams: 1 }, (event) => events.push(event));
  const stream = await engine.stream(numbers(5_000, 'asleep'), { timeoutMs: 2_000 });
  await stream.next();
  await expect.poll(() => engine.load.streaming, { timeout: 5_000 }).toBe(0);
  await ended('asleep');
  await expect(stream.next()).rejects.toMatchObject({ code: 'STATEMENT_TIMEOUT' });
  await expect(stream.next()).rejects.toMatchObject({ code: 'STATEMENT_TIMEOUT' });
  expect(events).toMatchObject([{ name: 'numbers', error: { code: 'STATEMENT_TIMEOUT' } }]);
  expect(events[0]?.rows).toBeGreaterThan(0);
});

test('an abort ends a stream while it begins', async () => {
  const engine = startTrinoEngine({ maxStreams: 1 });
  const controller = new AbortController();
  const beginning = engine.stream(endless('beginning'), { signal: controller.signal });
  beginning.catch(() => undefined);
  await expect.poll(() => states('beginning')).toContain('RUNNING');
  controller.abort();
  await expect(beginning).rejects.toMatchObject({ code: 'STATEMENT_CANCELLED' });
  await ended('beginning');
  expect(engine.load.streaming).toBe(0);
});

test('an error after the first rows is told as what it is', async () => {
  const engine = startTrinoEngine();
  const failing = {
    name: 'failing',
    sql: `SELECT IF(i < 400, 1, 1 / (i - i)) AS n
      FROM UNNEST(sequence(0, 999)) AS a(i) CROSS JOIN UNNEST(sequence(0, 9999)) AS b(j)`,
  };
  const read = async () => {
    for await (const _ of await engine.stream(failing));
  };
  await expect(read()).rejects.toMatchObject({ code: 'STATEMENT_FAILED' });
  await expect(engine.run(failing)).rejects.toMatchObject({ code: 'STATEMENT_FAILED' });
});

async function states(mark: string): Promise<string[]> {
  return (await queriesOn(inject('trinoUrl'), mark)).map(({ state }) => state);
}

/** The cluster's own list says so. */
async function ended(mark: string): Promise<void> {
  await expect.poll(() => states(mark), { timeout: 10_000 }).toEqual(['FAILED']);
}
