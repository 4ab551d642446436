import { expect, inject, test } from 'vitest';
import type { StatementEvent } from '../../../src/engine/engine.ts';
import { startFaultProxy } from '../../support/fault-proxy.ts';
import { queriesOn } from '../../support/trino-server.ts';
import { endless, startTrinoEngine } from './start-trino-engine.ts';

const states = async (mark: string) => (await queriesOn(inject('trinoUrl'), mark)).map(({ state }) => state);
const running = (mark: string) => expect.poll(() => states(mark), { timeout: 20_000 }).toEqual(['RUNNING']);
const ended = (mark: string) => expect.poll(() => states(mark), { timeout: 10_000 }).toEqual(['FAILED']);

test('a statement that runs past its deadline ends, here and on the cluster', async () => {
  const events: StatementEvent[] = [];
  const engine = startTrinoEngine({}, (event) => events.push(event));
  const begun = performance.now();
  await expect(engine.run(endless('late'), { timeoutMs: 1_500 })).rejects.toMatchObject({
    code: 'STATEMENT_TIMEOUT',
    message: expect.stringMatching(/endless was stopped at its deadline after \d/),
  });
  expect(performance.now() - begun).toBeLessThan(2_000);
  await ended('late');
  expect(events).toMatchObject([{ rows: 0, error: { code: 'STATEMENT_TIMEOUT' } }]);
});

test('a statement whose caller goes away is told so at once, and ends on the cluster', async () => {
  const engine = startTrinoEngine();
  const controller = new AbortController();
  const asking = engine.run(endless('gone'), { signal: controller.signal });
  asking.catch(() => undefined);
  await running('gone');
  const aborted = performance.now();
  controller.abort();
  await expect(asking).rejects.toMatchObject({ code: 'STATEMENT_CANCELLED' });
  expect(performance.now() - aborted).toBeLessThan(100);
  await ended('gone');
  expect(engine.load).toEqual({ running: 0, queued: 0, streaming: 0 });
});

test('a statement that is cancelled while it is sent never runs', async () => {
  const proxy = await startFaultProxy(inject('trinoUrl'));
  const answered = Promise.withResolvers<void>();
  const accepted = Promise.withResolvers<void>();
  proxy.fault = ({ method }) => {
    if (method !== 'POST') return undefined;
    accepted.resolve();
    return { kind: 'hold', until: answered.promise };
  };
  const engine = startTrinoEngine({ url: proxy.endpoint });
  const controller = new AbortController();
  const asking = engine.run(endless('sent'), { signal: controller.signal });
  asking.catch(() => undefined);
  await accepted.promise;
  controller.abort();
  await expect(asking).rejects.toMatchObject({ code: 'STATEMENT_CANCELLED' });
  answered.resolve();
  // As long as it takes a statement to be sent, run and answered.
  await startTrinoEngine().run({ name: 'one', sql: 'SELECT 1' });
  expect((await states('sent')).filter((state) => state !== 'FAILED')).toEqual([]);
  await proxy.stop();
});

test('so many run, so many wait in order, and the next are refused', async () => {
  const engine = startTrinoEngine({ maxConcurrent: 2, maxQueued: 1 });
  const controller = new AbortController();
  const { signal } = controller;
  const busy = [1, 2].map((place) => engine.run(endless(`busy ${place}`), { signal }));
  for (const asking of busy) asking.catch(() => undefined);
  const waiting = engine.run({ name: 'waiting', sql: 'SELECT 1 AS n' });
  await running('busy 1');
  await running('busy 2');
  expect(engine.load).toEqual({ running: 2, queued: 1, streaming: 0 });
  await expect(engine.run({ name: 'refused', sql: 'SELECT 1 AS n /* refused */' })).rejects.toMatchObject({
    code: 'OVERLOADED',
    details: { limit: 'queuedStatements', asked: 2, allowed: 1 },
  });
  expect(await states('refused')).toEqual([]);
  const unrefusable = engine.run({ name: 'own', sql: 'SELECT 2 AS n' }, { unrefusable: true });
  controller.abort();
  expect(await Promise.all([waiting, unrefusable])).toEqual([[{ n: 1 }], [{ n: 2 }]]);
});

test('waiting counts towards the deadline', async () => {
  const engine = startTrinoEngine({ maxConcurrent: 1 });
  engine.run(endless('first')).catch(() => undefined);
  await running('first');
  await expect(engine.run({ name: 'late', sql: 'SELECT 1' }, { timeoutMs: 300 })).rejects.toMatchObject({
    code: 'STATEMENT_TIMEOUT',
  });
  expect(engine.load.queued).toBe(0);
});

test('closing ends what runs, what waits and what is streamed, and refuses what comes', async () => {
  const engine = startTrinoEngine({ maxConcurrent: 1 });
  const asking = [
    engine.run(endless('closing')),
    engine.run({ name: 'waiting', sql: 'SELECT 1' }),
    engine.stream(endless('closing stream')),
  ];
  for (const work of asking) work.catch(() => undefined);
  await running('closing');
  await running('closing stream');
  await engine.close();
  for (const work of asking) await expect(work).rejects.toMatchObject({ code: 'STATEMENT_CANCELLED' });
  // They were cancelled before it closed.
  await ended('closing');
  await ended('closing stream');
  await expect(engine.run({ name: 'after', sql: 'SELECT 1' })).rejects.toMatchObject({
    code: 'STATEMENT_CANCELLED',
  });
});
