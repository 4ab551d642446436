import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { StatementListener } from '../../src/engine/engine.ts';
import { startApp } from '../support/app.ts';
import { expectReadMode } from '../support/expect-read-mode.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { Places } from '../support/places.ts';
import type { S3Server } from '../support/s3-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { createLake, keyOf, type Lake } from './lake.ts';

/** A scan; the rollups know nothing of single readings. */
const SCAN = '/readings?device_id=pack-1&first=1';

const ROUNDS = 3;

interface Ended {
  readonly name: string;
  readonly code: unknown;
  readonly at: number;
}

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
  '%s: a client that goes while the store hangs is noticed, and holds nothing for longer than the request itself',
  async (mode) => {
    const ends: Ended[] = [];
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
    const start = async (round: number) => {
      const cache = mode === 'cached' ? { OBJECT_CACHE_DIR: path.join(state, `objects-${round}`) } : {};
      const onStatement: StatementListener = ({ name, error }) => {
        ends.push({ name, code: Reflect.get(Object(error), 'code'), at: performance.now() });
      };
      const app = await startApp({ ...settings, ...cache }, { onStatement });
      await app.refresh();
      await expectReadMode(app, mode);
      return app;
    };
    /** How long what was begun for the client goes on after it, ms. */
    const outlives = async (round: number): Promise<number> => {
      const app = await start(round);
      const listening = createServer(app.handler).listen(0, '127.0.0.1');
      await once(listening, 'listening');
      const { port } = listening.address() as AddressInfo;
      try {
        ends.length = 0;
        const hanging = hang();
        const client = request({ port, path: SCAN, agent: false }).on('error', () => undefined);
        client.end();
        await hanging;
        const gone = performance.now();
        client.destroy();
        let noticed: number;
        if (mode === 'direct') {
          const statement = () => ends.find(({ name }) => name === 'readings');
          await expect.poll(() => statement()?.code, { interval: 5 }).toBe('STATEMENT_CANCELLED');
          noticed = statement()?.at ?? Number.POSITIVE_INFINITY;
        } else {
          // The object is fetched before the statement: the request is broken off, and the statement does not begin.
          await expect.poll(() => proxy.pending, { interval: 5 }).toBe(0);
          noticed = performance.now();
          expect(ends.map(({ name }) => name)).not.toContain('readings');
        }
        proxy.fault = undefined;
        // The only connection is free again once the request that hangs is given up.
        expect((await app.get(SCAN)).status).toBe(200);
        await expect.poll(() => proxy.pending, { timeout: 10_000 }).toBe(0);
        return noticed - gone;
      } finally {
        listening.closeAllConnections();
        listening.close();
        await app.close();
      }
    };
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) times.push(await outlives(round));
    // The middle one: the machine has other things to do.
    expect(times.toSorted((a, b) => a - b)[ROUNDS >> 1]).toBeLessThan(250);
  },
);
