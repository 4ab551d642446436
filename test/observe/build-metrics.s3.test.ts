import { afterAll, expect, onTestFinished, test } from 'vitest';
import { createLake, keyOf } from '../faults/lake.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { expectReadMode } from '../support/expect-read-mode.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { Places } from '../support/places.ts';

/** More than are read together, so that some are done while others are not. */
const OBJECTS = 40;
const TOKEN = 'a-token-for-the-scraper';

const places = new Places();
afterAll(() => places.stop());

/** The values by what follows `telemetry_rollup_build_` in their names. */
async function buildOf(app: TestApp): Promise<Record<string, number>> {
  const response = await app.get('/metrics', { headers: { authorization: `Bearer ${TOKEN}` } });
  const lines = (await response.text()).matchAll(/^telemetry_rollup_build_(\w+) (\S+)$/gm);
  return Object.fromEntries(Array.from(lines, ([, name = '', value]) => [name, Number(value)]));
}

test('metrics tell how far the build of the rollups is for as long as there is one', async () => {
  const lake = await createLake();
  onTestFinished(() => lake.remove());
  const { server, bucket } = await places.bucket();
  let bytes = 0;
  for (let day = 0; day < OBJECTS; day++) {
    const object = await lake.object(day);
    bytes += object.length;
    await server.put(bucket, `telemetry/${keyOf(day)}`, object);
  }
  const proxy = await startFaultProxy(server.endpoint);
  onTestFinished(() => proxy.stop());
  const released = Promise.withResolvers<void>();
  // The rows of the last object are on their way for as long as the test wants.
  proxy.fault = ({ method, url, headers }) =>
    method === 'GET' && url.includes(keyOf(OBJECTS - 1)) && !headers['user-agent']?.includes('aws-sdk')
      ? { kind: 'hold', until: released.promise }
      : undefined;
  const app = await startApp({
    ...places.environment(server, bucket),
    S3_ENDPOINT: proxy.endpoint,
    METRICS_TOKEN: TOKEN,
    REFRESH_SECONDS: '86400',
  });
  onTestFinished(() => app.close());

  const refreshed = app.refresh();
  await expect.poll(() => app.progress()?.objectsDone, { interval: 5, timeout: 20_000 }).toBeGreaterThan(0);
  const first = await buildOf(app);
  expect(first).toMatchObject({ objects: OBJECTS, bytes });
  expect(first['objects_done']).toBeGreaterThan(0);
  expect(first['objects_done']).toBeLessThan(OBJECTS);
  expect((first['bytes_done'] ?? 0) / bytes).toBeCloseTo((first['objects_done'] ?? 0) / OBJECTS, 2);

  released.resolve();
  await refreshed;
  await expectReadMode(app, 'direct');
  expect(await app.ask('{ dataset { rolledUp } }')).toEqual({ dataset: { rolledUp: true } });
  expect(await buildOf(app)).toEqual({});
});
