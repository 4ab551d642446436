import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { DuckDbEngine } from '../../src/engine/duckdb.ts';
import { createStorage } from '../../src/storage/create-storage.ts';
import { type S3Server, startS3Server } from '../support/s3-server.ts';
import { TestDuckDb } from './duckdb.ts';

const KEY = `a 'b' [c]*?s3_endpoint=x&y#%20.parquet`;

let server: S3Server;
let folder: string;

beforeAll(async () => {
  [server, folder] = await Promise.all([startS3Server(), mkdtemp(path.join(tmpdir(), 'telemetry-sandbox-'))]);
  const maker = await TestDuckDb.create();
  const parquet = await maker.parquet(7);
  maker.close();
  for (const bucket of ['lake', 'other']) {
    await server.createBucket(bucket);
    await server.put(bucket, `telemetry/${KEY}`, parquet);
  }
  await writeFile(path.join(folder, KEY), parquet);
});
afterAll(() => Promise.all([server.stop(), rm(folder, { recursive: true })]));
beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', server.credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', server.credentials.secretAccessKey);
  return () => vi.unstubAllEnvs();
});

const s3 = () => ({
  S3_BUCKET: 'lake',
  S3_PREFIX: 'telemetry/',
  S3_ENDPOINT: server.endpoint,
  AWS_REGION: server.region,
});

test.each([
  ['local', () => ({ DATA_DIR: folder })],
  ['direct', s3],
  ['cached', () => ({ ...s3(), OBJECT_CACHE_DIR: path.join(folder, 'cache') })],
])('%s: the locked engine reads the objects and nothing beside them', async (mode, variables) => {
  const config = loadConfig({ STATE_DIR: path.join(folder, '.state', mode), ...variables() });
  const engine = await DuckDbEngine.create(config.engine);
  const { storage, readable } = await createStorage(config, engine, pino({ level: 'silent' }));
  expect(storage.source.mode).toBe(mode);
  await engine.lock(readable);

  const objects = await storage.list();
  expect(objects.map(({ key }) => key)).toEqual([KEY]);
  const opened = await storage.open(objects);
  const read = (paths: readonly string[]) =>
    engine.run({ name: 'read', sql: 'SELECT a FROM read_parquet($paths)', params: { paths } });
  expect(await read(opened.paths)).toEqual([{ a: 7 }]);
  await opened.verify();
  opened.release();

  for (const beside of [`s3://other/telemetry/${KEY}`, '/etc/passwd', 'https://example.com/a.parquet']) {
    await expect(read([beside])).rejects.toMatchObject({
      cause: { message: expect.stringMatching(/^Permission Error/) },
    });
  }
  await engine.close();
  await storage.close();
});
