import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { s3Store } from '../../support/s3-server.ts';
import { queriesOn, startTrinoServer, type TrinoServer } from '../../support/trino-server.ts';
import { endless, numbers, startTrinoEngine } from './start-trino-engine.ts';

/** One of its own: all queries of a coordinator end with it. */
let server: TrinoServer;
beforeAll(async () => {
  server = await startTrinoServer(s3Store(inject('s3Endpoint')));
});
afterAll(() => server.stop());

test('a coordinator that is killed in the middle: coded errors, and then right answers again', async () => {
  const engine = startTrinoEngine({ url: server.url, timeoutMs: 120_000 });
  const running = engine.run(endless('killed'), { timeoutMs: 6_000 });
  running.catch(() => undefined);
  const stream = await engine.stream(numbers(5_000));
  await stream.next();
  await expect
    .poll(() => queriesOn(server.url, 'killed').then((list) => list.map(({ state }) => state)))
    .toEqual(['RUNNING']);
  const restarted = server.restart();
  const read = async () => {
    for await (const _ of stream);
  };
  await expect(read()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  await expect(running).rejects.toMatchObject({
    code: expect.stringMatching(/^(ENGINE_UNAVAILABLE|STATEMENT_TIMEOUT)$/),
  });
  await restarted;
  expect((await engine.run(numbers(1))).length).toBe(10_000);
  expect(engine.load).toEqual({ running: 0, queued: 0, streaming: 0 });
});
