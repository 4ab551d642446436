import { createClient } from 'graphql-sse';
import { expect, test } from 'vitest';
import { subscriber } from '../support/event-stream.ts';
import { startServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { changingFolder, row } from './changing-folder.ts';

const LATEST =
  'subscription ($since: ID) { latestReadings(deviceIds: ["one", "two"], since: $since) { reset readings { deviceId soc } gone } }';

test('SIGTERM completes what is subscribed to and exits with 0; after the restart it goes on where it was', async () => {
  const folder = await changingFolder();
  await folder.put('a.parquet', [row('one', '2026-03-01T10:00', 1), row('two', '2026-03-01T10:00', 1)]);
  const environment = { DATA_DIR: folder.directory, STATE_DIR: await temporaryFolder() };
  const first = await startServerProcess(environment);
  const subscribe = subscriber(first.url);
  const events = await Promise.all(Array.from({ length: 20 }, () => subscribe(LATEST)));
  const { id } = (await Promise.all(events.map((each) => each.data()))).at(-1) ?? { id: '' };
  const client = createClient({ url: `${first.url}/graphql`, retryAttempts: 0 });
  const iterated = client.iterate({ query: LATEST });
  await iterated.next();

  const told = performance.now();
  first.kill('SIGTERM');
  for (const each of events) {
    expect((await each.next())?.event).toBe('complete');
    expect(await each.next()).toBeUndefined();
  }
  expect((await iterated.next()).done).toBe(true);
  expect(await first.exit).toBe(0);
  // Connections are not kept as long as they are otherwise, 5 s.
  expect(performance.now() - told).toBeLessThan(4_500);
  expect(first.lines.filter((line) => line.includes('Subscription ended'))).toHaveLength(21);

  await folder.put('b.parquet', [row('two', '2026-03-02T10:00', 2), row('two', '2026-02-01T10:00', 2)]);
  const second = await startServerProcess(environment);
  const resumed = await subscriber(second.url)(LATEST, { since: id });
  expect(await resumed.data()).toMatchObject({
    latestReadings: { reset: false, readings: [{ deviceId: 'two', soc: 2 }], gone: [] },
  });
  // Nobody but us holds up the end.
  second.kill('SIGTERM');
  expect(await second.exit).toBe(0);
});

test('a client that takes nothing is cut off, and one that takes what there is never is', async () => {
  const folder = await changingFolder();
  await folder.put('a.parquet', [row('one', '2026-03-01T10:00', 1)]);
  const server = await startServerProcess({
    DATA_DIR: folder.directory,
    STATE_DIR: await temporaryFolder(),
    REFRESH_SECONDS: '1',
    RESPONSE_STALL_SECONDS: '1',
    RESPONSE_TIMEOUT_SECONDS: '1',
    SUBSCRIPTION_HEARTBEAT_SECONDS: '1',
  });
  const subscribe = subscriber(server.url);
  const CHANGED = `subscription { datasetChanged { version complete devices { edges { cursor node { deviceId days } } } } }`;
  const lazy = await subscribe(CHANGED);
  const eager = await subscribe(
    'subscription { latestReadings(deviceIds: ["one", "last"]) { readings { deviceId } } }',
  );
  await eager.data();
  // One event of some ten megabytes, which is more than the buffers on the way take.
  const many = Array.from({ length: 60_000 }, (_, index) =>
    row(`a-device-with-a-rather-long-name-${index}`, '2026-03-02T10:00', 1),
  );
  await folder.put('many.parquet', many);
  const ended = (reason: string) =>
    server.lines.filter((line) => line.includes('Subscription ended') && line.includes(reason));
  await expect.poll(() => ended('client'), { timeout: 30_000 }).toHaveLength(1);
  expect(server.lines.join('\n')).toContain('Answer cut off: the client took');
  await folder.put('last.parquet', [row('last', '2026-03-03T10:00', 1)]);
  expect(await eager.data()).toMatchObject({ latestReadings: { readings: [{ deviceId: 'last' }] } });
  expect(eager.comments()).toBeGreaterThan(1);
  lazy.close();
  server.kill('SIGTERM');
  expect((await eager.next())?.event).toBe('complete');
  expect(await server.exit).toBe(0);
}, 120_000);
