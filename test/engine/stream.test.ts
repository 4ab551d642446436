import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { DuckDbStream } from '../../src/engine/duckdb-stream.ts';
import { ENDLESS, startEngine } from './start-engine.ts';

const numbers = (count: number) => ({ name: 'numbers', sql: `SELECT i FROM range(${count}) AS numbers(i)` });

async function count(stream: DuckDbStream): Promise<number> {
  let rows = 0;
  for await (const batch of stream) rows += batch.rowCount;
  return rows;
}

test('all rows, in order, and the connection is free again', async () => {
  const ends: unknown[] = [];
  const engine = await startEngine({ maxStreams: 1 }, (event) => ends.push(event));
  for (let round = 0; round < 3; round++) {
    let next = 0n;
    for await (const { columns } of await engine.stream(numbers(300_000))) {
      for (const value of columns[0] ?? []) expect(value === next++).toBe(true);
    }
    expect(next).toBe(300_000n);
  }
  expect(ends).toMatchObject(Array(3).fill({ name: 'numbers', rows: 300_000 }));
});

test('whoever breaks off frees the connection; one too many is refused', async () => {
  const engine = await startEngine({ maxStreams: 1 });
  for (let round = 0; round < 3; round++) {
    for await (const _ of await engine.stream(numbers(1e9))) break;
  }
  const open = await engine.stream(numbers(1e9));
  await open.next();
  await expect(engine.stream(numbers(1))).rejects.toMatchObject({ code: 'OVERLOADED' });
  // Other statements have connections of their own.
  expect(await engine.run({ name: 'one', sql: 'SELECT 1 AS n' })).toEqual([{ n: 1 }]);
  await open.return();
  expect(await count(await engine.stream(numbers(1)))).toBe(1);
});

test('an abort ends it within 250 ms: while it begins, while it is read, and while nobody reads', async () => {
  const engine = await startEngine({ maxStreams: 1 });
  const beginning = new AbortController();
  const never = engine
    .stream({ name: 'endless', sql: ENDLESS }, { signal: beginning.signal })
    .then((stream) => stream.next());
  never.catch(() => undefined);
  await delay(100);
  let aborted = performance.now();
  beginning.abort();
  await expect(never).rejects.toMatchObject({ code: 'STATEMENT_CANCELLED' });
  expect(performance.now() - aborted).toBeLessThan(250);

  const idle = new AbortController();
  const stream = await engine.stream(numbers(1e12), { signal: idle.signal });
  await stream.next();
  aborted = performance.now();
  idle.abort();
  await expect.poll(() => engine.stream(numbers(1)).then(count, () => 0), { interval: 10 }).toBe(1);
  expect(performance.now() - aborted).toBeLessThan(250);
  await expect(stream.next()).rejects.toMatchObject({ code: 'STATEMENT_CANCELLED' });
});

test('the deadline holds for the whole stream, asleep or not', async () => {
  const engine = await startEngine({ maxStreams: 1 });
  const stream = await engine.stream(numbers(1e12), { timeoutMs: 200 });
  await stream.next();
  await delay(300);
  await expect(stream.next()).rejects.toMatchObject({ code: 'STATEMENT_TIMEOUT' });
  await expect(stream.next()).rejects.toMatchObject({ code: 'STATEMENT_TIMEOUT' });
  expect(await count(await engine.stream(numbers(1)))).toBe(1);
});

test('an error on the way is told as what it is; closing the engine ends what is open', async () => {
  const engine = await startEngine({ maxStreams: 1 });
  const failing = await engine.stream({
    name: 'failing',
    sql: "SELECT CASE WHEN i < 200000 THEN i ELSE error('no') END AS n FROM range(300000) AS numbers(i)",
  });
  await expect(count(failing)).rejects.toMatchObject({ code: 'STATEMENT_FAILED' });
  await expect(engine.stream({ name: 'drop', sql: 'DROP TABLE x' })).rejects.toMatchObject({
    code: 'STATEMENT_FAILED',
  });
  const open = await engine.stream(numbers(1e12));
  await open.next();
  await engine.close();
  await expect(open.next()).rejects.toMatchObject({ code: 'STATEMENT_CANCELLED' });
});
