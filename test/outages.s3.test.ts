import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startApp, type TestApp } from './support/app.ts';
import { datasets } from './support/datasets.ts';
import { effort } from './support/effort.ts';
import { expectReadMode } from './support/expect-read-mode.ts';
import { type FaultProxy, startFaultProxy } from './support/fault-proxy.ts';
import { Places } from './support/places.ts';
import type { S3Server } from './support/s3-server.ts';

const OVERVIEW = '{ overview { totalRows } }';

const places = new Places();
let directory: string;
let object: Buffer;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'telemetry-outages-'));
  await datasets.plain(directory);
  const [key = ''] = (await readdir(directory)).filter((name) => name.endsWith('.parquet'));
  object = await readFile(path.join(directory, key));
});
afterAll(async () => {
  await places.stop();
  await rm(directory, { recursive: true, force: true });
});

describe.each(effort<readonly ('direct' | 'cached')[]>(['direct'], ['direct', 'cached']))(
  '%s: the server starts, says why it cannot answer, and recovers',
  (mode) => {
    let server: S3Server;
    let bucket: string;
    let proxy: FaultProxy;
    let environment: Record<string, string>;
    let app: TestApp | undefined;

    beforeEach(async () => {
      ({ server, bucket } = await places.bucket());
      proxy = await startFaultProxy(server.endpoint);
      environment = { ...places.environment(server, bucket), S3_ENDPOINT: proxy.endpoint };
    });
    afterEach(async () => {
      await app?.close();
      app = undefined;
      vi.unstubAllEnvs();
      await proxy.stop();
    });

    const start = async (changes: Record<string, string> = {}): Promise<TestApp> => {
      const cache = mode === 'cached' ? { OBJECT_CACHE_DIR: path.join(directory, `cache-${bucket}`) } : {};
      app = await startApp({ ...environment, ...cache, ...changes });
      return app;
    };

    const expectOutage = async (running: TestApp, code: string) => {
      expect((await running.get('/health')).status).toBe(200);
      const ready = await running.get('/ready');
      expect(ready.status).toBe(503);
      expect(ready.headers.get('retry-after')).toMatch(/^\d+$/);
      const problem = await ready.json();
      expect(problem).toMatchObject({ code, detail: expect.stringMatching(/.{20,}/) });
      expect(JSON.stringify(problem)).not.toContain(server.credentials.secretAccessKey);
      const { status, errors } = await running.post(OVERVIEW);
      expect([status, errors?.[0]?.extensions.code]).toEqual([503, code]);
      expect((await running.get('/overview')).status).toBe(503);
      // What needs no data goes on.
      expect(await running.ask('{ __typename }')).toEqual({ __typename: 'Query' });
    };

    const expectRecovery = async (running: TestApp) => {
      await running.refresh();
      await expect.poll(async () => (await running.get('/ready')).status, { timeout: 10_000 }).toBe(200);
      await expectReadMode(running, mode);
      const { overview } = await running.ask<{ overview: { totalRows: number } }>(OVERVIEW);
      expect(overview.totalRows).toBeGreaterThan(0);
    };

    test('a store that does not answer', async () => {
      await server.put(bucket, 'telemetry/day_001.parquet', object);
      proxy.fault = () => ({ kind: 'reset' });
      const running = await start();
      await expectOutage(running, 'STORAGE_UNAVAILABLE');
      proxy.fault = undefined;
      await expectRecovery(running);
    });

    test('nor is it asked more often before there is an answer', async () => {
      await server.put(bucket, 'telemetry/day_001.parquet', object);
      proxy.fault = () => ({ kind: 'status', status: 403 });
      const running = await start();
      await running.refresh();
      const before = proxy.requests.length;
      for (let round = 0; round < 5; round++) {
        const asked = await Promise.all(Array.from({ length: 20 }, () => running.get('/ready')));
        expect(asked.map(({ status }) => status)).toEqual(Array(20).fill(503));
      }
      // One listing for all of them, and perhaps the service's own beside it.
      expect(proxy.requests.length - before).toBeLessThanOrEqual(2);
    });

    test('however often and by however many it is asked whether it is ready, the store is asked once', async () => {
      await server.put(bucket, 'telemetry/day_001.parquet', object);
      const running = await start();
      await running.refresh();
      const reads = () => proxy.requests.filter(({ url }) => url.includes('.parquet')).length;
      const before = reads();
      for (let round = 0; round < 3; round++) {
        const asked = await Promise.all(Array.from({ length: 20 }, () => running.get('/ready')));
        expect(asked.map(({ status }) => status)).toEqual(Array(20).fill(200));
      }
      expect(reads() - before).toBe(1);
    });

    test('a store that goes away later: not ready, coded errors, and back again', async () => {
      await server.put(bucket, 'telemetry/day_001.parquet', object);
      const running = await start();
      await expectRecovery(running);
      proxy.fault = () => ({ kind: 'status', status: 503 });
      // What the store said a moment ago is told to whoever asks until a second is over.
      await expect
        .poll(async () => (await (await running.get('/ready')).json()).code, { timeout: 10_000 })
        .toBe('STORAGE_UNAVAILABLE');
      // The rollups are here: the answer rests on the snapshot that it names.
      const { overview } = await running.ask<{ overview: { totalRows: number } }>(
        '{ overview { totalRows deviceCount } }',
      );
      expect(overview.totalRows).toBeGreaterThan(0);
      const scanned = running.executeQuery('overview');
      if (mode === 'cached') expect(await scanned).toMatchObject([{ total_rows: overview.totalRows }]);
      else await expect(scanned).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
      proxy.fault = undefined;
      await expectRecovery(running);
    });

    test('an empty prefix, until the first object comes', async () => {
      const running = await start();
      await expectOutage(running, 'DATASET_EMPTY');
      expect(await running.ask('{ dataset { objectCount bytes } }')).toEqual({
        dataset: { objectCount: 0, bytes: 0 },
      });
      await server.put(bucket, 'telemetry/date=2026-03-01/part-0.parquet', object);
      await expectRecovery(running);
    });

    test('objects of which none is readable', async () => {
      await server.put(bucket, 'telemetry/day_001.parquet', 'not Parquet at all, though long enough');
      const running = await start();
      await expectOutage(running, 'DATASET_EMPTY');
      const { dataset } = await running.ask<{ dataset: { quarantined: { key: string }[] } }>(
        '{ dataset { quarantined { key } } }',
      );
      expect(dataset.quarantined).toEqual([{ key: 'day_001.parquet' }]);
      await server.put(bucket, 'telemetry/day_001.parquet', object);
      await expectRecovery(running);
    });

    test('no such bucket', async () => {
      const running = await start({ S3_BUCKET: 'no-such-bucket' });
      await expectOutage(running, 'STORAGE_NOT_FOUND');
    });

    describe('credentials', { timeout: 20_000 }, () => {
      const profile = ({ accessKeyId, secretAccessKey }: S3Server['credentials']) =>
        `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;

      /** Refused credentials are looked for anew at most every few seconds. */
      const expectRecoveryInTime = async (running: TestApp) => {
        await vi.waitFor(
          async () => {
            await running.refresh();
            expect((await running.get('/ready')).status).toBe(200);
          },
          { timeout: 10_000, interval: 200 },
        );
        await expectRecovery(running);
      };

      test('wrong in the environment, then right', async () => {
        await server.put(bucket, 'telemetry/day_001.parquet', object);
        vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wrong');
        const running = await start();
        await expectOutage(running, 'STORAGE_ACCESS_DENIED');
        vi.stubEnv('AWS_SECRET_ACCESS_KEY', server.credentials.secretAccessKey);
        await expectRecoveryInTime(running);
      });

      test.each(['wrong', 'missing'])('%s in a profile file, then right', async (fault) => {
        await server.put(bucket, 'telemetry/day_001.parquet', object);
        const file = path.join(directory, `credentials-${bucket}`);
        for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE']) {
          vi.stubEnv(name, undefined);
        }
        vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
        vi.stubEnv('AWS_CONFIG_FILE', path.join(directory, 'no-such-file'));
        vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', file);
        const wrong = profile({ ...server.credentials, secretAccessKey: 'wrong' });
        if (fault === 'wrong') await writeFile(file, wrong);
        const running = await start();
        await expectOutage(running, 'STORAGE_ACCESS_DENIED');
        await writeFile(file, profile(server.credentials));
        await expectRecoveryInTime(running);
      });
    });

    test('listing is allowed, reading is not', async () => {
      await server.put(bucket, 'telemetry/day_001.parquet', object);
      proxy.fault = ({ url }) => (url.includes('.parquet') ? { kind: 'status', status: 403 } : undefined);
      const running = await start();
      await expectOutage(running, 'STORAGE_ACCESS_DENIED');
      proxy.fault = undefined;
      await expectRecovery(running);
    });
  },
);
