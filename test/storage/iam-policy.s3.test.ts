import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { DeltaLog } from '../../src/dataset/delta/delta-log.ts';
import { S3Bucket } from '../../src/storage/s3-bucket.ts';
import { createS3Client } from '../../src/storage/s3-client.ts';
import { S3DirectStorage } from '../../src/storage/s3-direct.ts';
import { readText } from '../docs/markdown.ts';
import { startApp } from '../support/app.ts';
import { datasets } from '../support/datasets.ts';
import { deltaCommit } from '../support/delta-commit.ts';
import { type FaultProxy, type ProxiedRequest, startFaultProxy } from '../support/fault-proxy.ts';
import { Places } from '../support/places.ts';
import { type S3Server, startS3Server } from '../support/s3-server.ts';

/** As the policy has it, for which users put in theirs. */
const BUCKET = 'my-bucket';
const PREFIX = 'telemetry/';

const policy = z
  .object({
    Statement: z.array(
      z.object({
        Effect: z.literal('Allow'),
        Action: z.string(),
        Resource: z.string(),
        Condition: z.object({ StringLike: z.object({ 's3:prefix': z.string() }) }).optional(),
      }),
    ),
  })
  .parse(JSON.parse(readText('docs/iam-policy.json')));

/** `*` stands for any text, none too, as in policies. */
const isLike = (pattern: string, text: string) =>
  new RegExp(`^${pattern.split('*').map(escaped).join('[^]*')}$`).test(text);
const escaped = (text: string) => text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');

interface Access {
  readonly action: 's3:ListBucket' | 's3:GetObject' | 'other';
  readonly resource: string;
  readonly prefix: string | null;
}

/** What IAM would be asked about a request. */
function accessOf({ method, url }: ProxiedRequest): Access {
  const { pathname, searchParams } = new URL(url, 'http://store');
  const [bucket = '', ...key] = decodeURIComponent(pathname.slice(1)).split('/');
  const resource = `arn:aws:s3:::${[bucket, ...key].join('/').replace(/\/$/, '')}`;
  const isRead = method === 'GET' || method === 'HEAD';
  if (!isRead) return { action: 'other', resource, prefix: null };
  return key.join('') === ''
    ? { action: 's3:ListBucket', resource, prefix: searchParams.get('prefix') }
    : { action: 's3:GetObject', resource, prefix: null };
}

function isAllowed({ action, resource, prefix }: Access): boolean {
  return policy.Statement.some(
    ({ Action, Resource, Condition }) =>
      Action === action &&
      isLike(Resource, resource) &&
      (Condition === undefined || (prefix !== null && isLike(Condition.StringLike['s3:prefix'], prefix))),
  );
}

let server: S3Server;
let folder: string;
beforeAll(async () => {
  server = await startS3Server();
  await server.createBucket(BUCKET);
  folder = await mkdtemp(path.join(tmpdir(), 'telemetry-policy-'));
  await datasets.plain(folder);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.parquet'));
  const files = await Promise.all(
    names.map(async (key) => ({ key, body: await readFile(path.join(folder, key)) })),
  );
  for (const { key, body } of files) await server.put(BUCKET, `${PREFIX}${key}`, body);
  const log = deltaCommit(
    files.map(({ key, body }) => ({ key, size: body.length })),
    'timestamp_ntz',
  );
  await server.put(BUCKET, `${PREFIX}_delta_log/${'0'.repeat(20)}.json`, log);
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A way to the store that refuses as S3 would under the policy. */
async function underPolicy(): Promise<{ proxy: FaultProxy; refused: Access[] }> {
  const proxy = await startFaultProxy(server.endpoint);
  onTestFinished(() => proxy.stop());
  const refused: Access[] = [];
  proxy.fault = (request) => {
    const access = accessOf(request);
    if (isAllowed(access)) return undefined;
    refused.push(access);
    const body = '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>no</Message></Error>';
    return { kind: 'status', status: 403, body, headers: { 'content-type': 'application/xml' } };
  };
  return { proxy, refused };
}

test.each(['direct', 'cached'] as const)(
  '%s: the service needs no more than the policy allows',
  async (mode) => {
    const { proxy, refused } = await underPolicy();
    const places = new Places();
    const app = await startApp({
      ...places.environment(server, BUCKET),
      S3_ENDPOINT: proxy.endpoint,
      ...(mode === 'cached' && { OBJECT_CACHE_DIR: path.join(folder, 'cache') }),
    });
    onTestFinished(() => app.close());
    await app.refresh();
    const { dataset, overview } = await app.ask<{
      dataset: { readMode: string; quarantined: unknown[] };
      overview: { totalRows: number };
    }>('{ dataset { readMode quarantined { key } } overview { totalRows } }');
    expect(dataset).toEqual({ readMode: mode.toUpperCase(), quarantined: [] });
    expect(overview.totalRows).toBeGreaterThan(0);
    expect((await app.get('/queries/hourly_avg')).status).toBe(200);
    await app.refresh();
    expect(refused).toEqual([]);
    expect(proxy.requests.length).toBeGreaterThan(3);
  },
);

test('the log of a Delta table can be read and read on under the policy', async () => {
  const { proxy, refused } = await underPolicy();
  const location = { ...server.location(BUCKET, PREFIX), endpoint: proxy.endpoint };
  const client = createS3Client(location, { credentials: server.credentials });
  onTestFinished(() => client.destroy());
  const storage = new S3DirectStorage(new S3Bucket(client, location, { anyName: true }), {
    execute: () => Promise.reject(new Error('expected no object to be opened')),
  });
  const log = new DeltaLog(storage);
  const first = await log.current();
  expect(first.keys.size).toBeGreaterThan(0);
  expect(await log.current()).toBe(first);
  expect((await storage.list()).length).toBeGreaterThan(first.keys.size);
  expect(refused).toEqual([]);
  const prefixes = proxy.requests.map((request) => accessOf(request).prefix);
  expect(new Set(prefixes)).toEqual(new Set([PREFIX, `${PREFIX}_delta_log/`, `${PREFIX}_delta_log/0`, null]));
});

test('other prefixes, other objects and writing are not allowed', () => {
  const resource = `arn:aws:s3:::${BUCKET}`;
  for (const prefix of ['', 'telemetry', 'other/', null])
    expect(isAllowed({ action: 's3:ListBucket', resource, prefix })).toBe(false);
  expect(isAllowed({ action: 's3:GetObject', resource: `${resource}/other/a.parquet`, prefix: null })).toBe(
    false,
  );
  expect(isAllowed({ action: 'other', resource: `${resource}/${PREFIX}a.parquet`, prefix: null })).toBe(
    false,
  );
});
