import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { DatasetChangedError, ObjectUnreadableError, StorageUnavailableError } from '../../src/errors.ts';
import { S3Bucket } from '../../src/storage/s3-bucket.ts';
import { S3CachedStorage } from '../../src/storage/s3-cached.ts';
import { createS3Client } from '../../src/storage/s3-client.ts';
import type { StoredObject } from '../../src/storage/storage.ts';
import { type Fault, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { type S3Server, startS3Server } from '../support/s3-server.ts';

const BODY = 'some bytes of an object '.repeat(1_000);
const WITHOUT_CHECKSUM = {
  'x-amz-checksum-crc32': undefined,
  'x-amz-checksum-crc64nvme': undefined,
  'x-amz-checksum-type': undefined,
};

let server: S3Server;
let proxy: FaultProxy;
let directory: string;
let storage: S3CachedStorage;
let object: StoredObject;

beforeAll(async () => {
  server = await startS3Server();
  proxy = await startFaultProxy(server.endpoint);
  await server.createBucket('lake');
  await server.put('lake', 'a.parquet', BODY);
});
afterAll(async () => {
  await proxy.stop();
  await server.stop();
});
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'telemetry-cached-'));
  const location = { ...server.location('lake'), endpoint: proxy.endpoint };
  const bucket = new S3Bucket(createS3Client(location, { credentials: server.credentials }), location);
  storage = await S3CachedStorage.create(bucket, { directory, maxBytes: 1_000_000 });
  [object] = (await storage.list()) as [StoredObject];
});
afterEach(async () => {
  proxy.fault = undefined;
  await storage.close();
  await rm(directory, { recursive: true });
});

/** Gives the first answers to GET these faults, and lets the later ones pass. */
function faults(...list: Fault[]): () => number {
  let gets = 0;
  proxy.fault = ({ method }) => (method === 'GET' ? list[gets++] : undefined);
  return () => gets;
}

async function openedText(): Promise<string> {
  const opened = await storage.open([object]);
  try {
    await opened.verify();
    return await readFile(String(opened.paths[0]), 'utf8');
  } finally {
    opened.release();
  }
}

test('asks for exactly the listed object and its checksum', async () => {
  const before = proxy.requests.length;
  expect(await openedText()).toBe(BODY);
  expect(await openedText()).toBe(BODY);
  const requests = proxy.requests.slice(before);
  expect(requests).toHaveLength(1);
  expect(requests[0]?.headers).toMatchObject({
    'if-match': `"${object.etag}"`,
    'x-amz-checksum-mode': 'ENABLED',
  });
});

test('a listing that does not fit into the cache is told of once, until it fits again', async () => {
  const logged: Record<string, unknown>[] = [];
  const log = pino({ base: null }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const location = { ...server.location('lake'), endpoint: proxy.endpoint };
  const bucket = new S3Bucket(createS3Client(location, { credentials: server.credentials }), location);
  const small = await S3CachedStorage.create(bucket, { directory, maxBytes: BODY.length + 5, log });
  await small.list();
  expect(logged).toEqual([]);
  for (let round = 1; round <= 2; round += 1) {
    await server.put('lake', 'b.parquet', 'ten bytes.');
    await small.list();
    await small.list();
    expect(logged).toHaveLength(round);
    await server.remove('lake', 'b.parquet');
    await small.list();
  }
  expect(logged[0]).toMatchObject({
    level: 40,
    needed: BODY.length + 10,
    allowed: BODY.length + 5,
    setting: 'OBJECT_CACHE_MAX_BYTES',
    msg: expect.stringContaining(`raise it to at least ${BODY.length + 10}`),
  });
  await small.close();
});

test('a cached file whose bytes were changed under the server never answers', async () => {
  const opened = await storage.open([object]);
  await writeFile(String(opened.paths[0]), BODY.replace('bytes', 'BYTES'));
  await expect(opened.verify()).rejects.toThrow(DatasetChangedError);
  opened.release();
  expect(await openedText()).toBe(BODY);
});

test('one damaged answer is fetched again', async () => {
  const gets = faults({ kind: 'flip' });
  expect(await openedText()).toBe(BODY);
  expect(gets()).toBe(2);
});

test('an object that stays damaged is unreadable, and nothing of it is kept', async () => {
  const gets = faults({ kind: 'flip' }, { kind: 'flip' }, { kind: 'flip' });
  const failed = openedText();
  await expect(failed).rejects.toThrow(ObjectUnreadableError);
  await expect(failed).rejects.toThrow('Object a.parquet differs from its checksum');
  expect(gets()).toBe(2);
  expect(await readdir(directory)).toEqual([]);
});

test('without a checksum the ETag tells, where it is an MD5', async () => {
  expect(object.etag).toBe(createHash('md5').update(BODY).digest('hex'));
  const damaged = BODY.replace('bytes', 'BYTES');
  const edit: Fault = { kind: 'edit', headers: WITHOUT_CHECKSUM };
  faults({ ...edit, body: damaged }, { ...edit, body: damaged });
  await expect(openedText()).rejects.toThrow(ObjectUnreadableError);
  faults(edit);
  expect(await openedText()).toBe(BODY);
});

test('an encrypted object without a checksum is taken by its length: its ETag is no MD5', async () => {
  const headers = { ...WITHOUT_CHECKSUM, 'x-amz-server-side-encryption': 'aws:kms' };
  const other = BODY.replace('bytes', 'BYTES');
  faults({ kind: 'edit', headers, body: other });
  expect(await openedText()).toBe(other);
});

test('a cut body and a lost connection are fetched again', async () => {
  faults({ kind: 'cut' }, { kind: 'cut' });
  expect(await openedText()).toBe(BODY);
});

test('a body that is always cut is unavailable storage', async () => {
  const gets = faults({ kind: 'cut' }, { kind: 'cut' }, { kind: 'cut' });
  await expect(openedText()).rejects.toThrow(StorageUnavailableError);
  expect(gets()).toBe(3);
  expect(await readdir(directory)).toEqual([]);
});

test('another object under the key is not kept', async () => {
  faults({ kind: 'edit', headers: { etag: '"another"' } });
  await expect(openedText()).rejects.toThrow(DatasetChangedError);
  expect(await readdir(directory)).toEqual([]);
});
