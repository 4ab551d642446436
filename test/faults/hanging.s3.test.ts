import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startApp } from '../support/app.ts';
import { expectReadMode } from '../support/expect-read-mode.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { Places } from '../support/places.ts';
import type { S3Server } from '../support/s3-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { createLake, keyOf, type Lake } from './lake.ts';

/** A scan; the rollups know nothing of single readings. */
const SCAN = '/readings?device_id=pack-1&first=1';

const places = new Places();
let lake: Lake;
let server: S3Server;
let bucket: string;
let proxy: FaultProxy;

beforeAll(async () => {
  lake = await createLake();
  ({ server, bucket } = await places.bucket());
  await server.put(bucket, `telemetry/${keyOf(0)}`, await lake.object(0));
});
afterAll(async () => {
  await places.stop();
  await lake.remove();
});
beforeEach(async () => {
  proxy = await startFaultProxy(server.endpoint);
});
afterEach(() => proxy.stop());

const environment = (changes: Record<string, string>) => ({
  ...places.environment(server, bucket),
  S3_ENDPOINT: proxy.endpoint,
  REFRESH_SECONDS: '86400',
  RESPONSE_CACHE_MAX_BYTES: '0',
  ...changes,
});

/** Resolves when a request for an object hangs. */
function hang(): Promise<void> {
  return new Promise((resolve) => {
    proxy.fault = ({ url }) => {
      if (!url.includes('.parquet')) return undefined;
      resolve();
      return { kind: 'stall' };
    };
  });
}

test.each(['direct', 'cached'] as const)(
  '%s: a client that goes while the store hangs holds nothing for longer than the request itself',
  async (mode) => {
    const ends: { name: string; code: unknown }[] = [];
    const state = await temporaryFolder();
    const settings = environment({
      S3_TIMEOUT_SECONDS: '1',
      STATE_DIR: state,
      ENGINE_MAX_CONCURRENT: '1',
    });
    // The rollups are there, and nothing of the objects is.
    const earlier = await startApp(settings);
    await earlier.refresh();
    await earlier.close();
    const cache = mode === 'cached' ? { OBJECT_CACHE_DIR: path.join(state, 'objects') } : {};
    const app = await startApp(
      { ...settings, ...cache },
      {
        onStatement: ({ name, error }) =>
          ends.push({ name, code: error === undefined ? undefined : Reflect.get(Object(error), 'code') }),
      },
    );
    const listening = createServer(app.handler).listen(0, '127.0.0.1');
    await once(listening, 'listening');
    const { port } = listening.address() as AddressInfo;
    try {
      await app.refresh();
      await expectReadMode(app, mode);
      ends.length = 0;
      const hanging = hang();
      const client = request({ port, path: SCAN, agent: false }).on('error', () => undefined);
      client.end();
      await hanging;
      client.destroy();
      if (mode === 'direct') {
        await expect
          .poll(() => ends.find(({ name }) => name === 'readings')?.code, { interval: 5 })
          .toBe('STATEMENT_CANCELLED');
      }
      proxy.fault = undefined;
      // The only connection is free again once the request that hangs is given up.
      expect((await app.get(SCAN)).status).toBe(200);
      await expect.poll(() => proxy.pending, { timeout: 10_000 }).toBe(0);
    } finally {
      listening.closeAllConnections();
      listening.close();
      await app.close();
    }
  },
);
