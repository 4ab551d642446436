import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GetObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { upload } from '../../src/cli/generate/upload.ts';
import { createS3Client } from '../../src/storage/s3-client.ts';
import { BIN, telemetryApi } from '../support/cli.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { type S3Server, startS3Server } from '../support/s3-server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

vi.setConfig({ testTimeout: 120_000 });

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server.stop());

const LITTLE = ['--readings', '100', '--devices', '2', '--days', '1', '--objects', '2'];

async function proxied(): Promise<FaultProxy> {
  const proxy = await startFaultProxy(server.endpoint);
  onTestFinished(() => proxy.stop());
  return proxy;
}

const generate = (bucket: string, endpoint: string, ...args: string[]) =>
  telemetryApi(['generate', '--bucket', bucket, '--endpoint', endpoint, ...LITTLE, ...args], {
    env: {
      AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
      AWS_MAX_ATTEMPTS: '1',
    },
  });
const refusing = (status: number, code: string) => ({
  kind: 'status' as const,
  status,
  body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`,
  headers: { 'content-type': 'application/xml' },
});
/** What a run of these keys leaves that was broken off. */
const markOf = (keys: Readonly<Record<string, unknown>>) =>
  JSON.stringify({ days: 1, end: '2026-03-31T00:00:00.000Z', objects: 2, layout: 'day', ...keys });
const keysIn = async (bucket: string) => {
  const { Contents = [] } = await server.client.send(new ListObjectsV2Command({ Bucket: bucket }));
  return Contents.map(({ Key }) => Key);
};

test('a refusal names what the credentials would have to be allowed', async () => {
  await server.createBucket('write-only');
  const proxy = await proxied();
  const isOfBucket = (url: string) => /^\/[^/]+\/?(\?|$)/.test(url);
  proxy.fault = ({ method, url }) =>
    method === 'PUT' && !isOfBucket(url) ? refusing(403, 'AccessDenied') : [];
  const put = await generate('write-only', proxy.endpoint);
  expect([put.code, put.stderr]).toEqual([
    1,
    expect.stringMatching(/^STORAGE_ACCESS_DENIED: .+ they need s3:PutObject below the prefix$/m),
  ]);
  proxy.fault = ({ method, url }) =>
    method === 'PUT' && isOfBucket(url) ? refusing(403, 'AccessDenied') : [];
  const made = await generate('not-mine', proxy.endpoint, '--create-bucket');
  expect([made.code, made.stderr]).toEqual([
    1,
    expect.stringMatching(/^STORAGE_ACCESS_DENIED: .+ they need s3:CreateBucket on the bucket$/m),
  ]);
});

test('a bucket of another account is no bucket that is there already', async () => {
  const proxy = await proxied();
  proxy.fault = ({ method }) => refusing(method === 'PUT' ? 409 : 403, 'BucketAlreadyExists');
  const { code, stderr } = await generate('taken', proxy.endpoint, '--create-bucket');
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/^STORAGE_ACCESS_DENIED: Bucket taken at .+: another account has that name/m),
  ]);
  // Nothing was generated before that.
  expect(stderr).not.toContain('1/2');
});

test('a store that says so of one’s own bucket is no obstacle', async () => {
  await server.createBucket('own');
  const proxy = await proxied();
  proxy.fault = ({ method, url }) =>
    method === 'PUT' && /^\/own\/?$/.test(url.split('?')[0] ?? '')
      ? refusing(409, 'BucketAlreadyExists')
      : [];
  expect(await generate('own', proxy.endpoint, '--create-bucket')).toMatchObject({ code: 0 });
  expect(await keysIn('own')).toHaveLength(2);
});

test('--region is what requests are signed for', async () => {
  const proxy = await proxied();
  proxy.fault = () => refusing(403, 'AccessDenied');
  await generate('any', proxy.endpoint, '--region', 'eu-west-3', '--if-empty');
  expect(proxy.requests[0]?.headers.authorization).toContain('/eu-west-3/s3/');
});

const PART = 5 * 1024 ** 2;

test('a file that is larger than a part is sent in parts, and arrives as it is', async () => {
  await server.createBucket('large');
  const file = path.join(await temporaryFolder(), 'large');
  const bytes = Buffer.alloc(2 * PART + 12_345, 'telemetry ');
  await writeFile(file, bytes);
  const proxy = await proxied();
  const client = createS3Client(
    { ...server.location('large'), endpoint: proxy.endpoint },
    { credentials: server.credentials, maxAttempts: 1 },
  );
  onTestFinished(() => client.destroy());
  await upload(client, { bucket: 'large', key: 'a/b' }, file, PART);
  expect(proxy.requests.filter(({ url }) => url.includes('partNumber='))).toHaveLength(3);
  const { Body } = await server.client.send(new GetObjectCommand({ Bucket: 'large', Key: 'a/b' }));
  expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);

  proxy.fault = ({ url }) => (url.includes('partNumber=2') ? refusing(403, 'AccessDenied') : []);
  await expect(upload(client, { bucket: 'large', key: 'c' }, file, PART)).rejects.toThrow();
  expect(await keysIn('large')).toEqual(['a/b']);
  const { Uploads = [] } = await server.client.send(new ListMultipartUploadsCommand({ Bucket: 'large' }));
  expect(Uploads).toEqual([]);
});

test('a bucket that a run has filled in part is filled, and one that is filled is left alone', async () => {
  await server.createBucket('half');
  const proxy = await proxied();
  proxy.fault = ({ method, url }) =>
    method === 'PUT' && url.includes('part_002') ? refusing(403, 'AccessDenied') : [];
  expect(await generate('half', proxy.endpoint, '--if-empty')).toMatchObject({ code: 1 });
  const half = await keysIn('half');
  expect(half).toContain('telemetry/_unfinished');
  expect(half).not.toContain('telemetry/part_002.parquet');
  // As if it had been of more objects.
  await server.put('half', 'telemetry/_unfinished', markOf({ objects: 3 }));
  await server.put('half', 'telemetry/part_003.parquet', 'of the run that was broken off');
  await server.put('half', 'telemetry/part_001.parquet', 'of the run that was broken off');

  proxy.fault = undefined;
  expect(await generate('half', proxy.endpoint, '--if-empty')).toMatchObject({ code: 0 });
  expect(await keysIn('half')).toEqual(['telemetry/part_001.parquet', 'telemetry/part_002.parquet']);
  const again = await generate('half', proxy.endpoint, '--if-empty');
  expect([again.code, again.stderr]).toEqual([0, expect.stringMatching(/^Nothing to do: /)]);
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s leaves nothing that is unfinished', async (signal) => {
  const out = path.join(await temporaryFolder(), 'out');
  const args = [BIN, 'generate', '--out', out, '--readings', '200000000', '--objects', '1', '--days', '1'];
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const left = () => readdir(out).catch(() => []);
  await expect
    .poll(async () => (await left()).some((name) => name.startsWith('.unfinished-')), { timeout: 30_000 })
    .toBe(true);
  const ended = once(child, 'exit');
  child.kill(signal);
  expect(await ended).toEqual([null, signal]);
  expect(await left()).toEqual([]);
});

test('in a folder a run that was broken off is done anew too', async () => {
  const out = await temporaryFolder();
  await writeFile(path.join(out, 'part_001.parquet'), 'half');
  const run = () => telemetryApi(['generate', '--out', out, '--if-empty', ...LITTLE]);
  expect((await run()).stderr).toMatch(/^Nothing to do: /);
  await writeFile(path.join(out, '_unfinished'), '');
  expect(await run()).toMatchObject({ code: 0 });
  expect((await readdir(out)).toSorted()).toEqual(['part_001.parquet', 'part_002.parquet']);
  expect((await readFile(path.join(out, 'part_001.parquet'))).length).toBeGreaterThan(100);
});

test('what a run has left that was broken off goes, whatever its day, objects and layout', async () => {
  const out = await temporaryFolder();
  const run = (...args: string[]) =>
    telemetryApi(['generate', '--out', out, '--if-empty', ...LITTLE, ...args]);
  const keys = async () =>
    (await readdir(out, { recursive: true })).filter((name) => name.endsWith('.parquet')).toSorted();
  const hive = ['--layout', 'hive', '--end'];
  expect(await run(...hive, '2026-03-31')).toMatchObject({ code: 0 });
  const first = ['date=2026-03-30/part-0.parquet', 'date=2026-03-30/part-1.parquet'];
  expect(await keys()).toEqual(first);
  await writeFile(path.join(out, '_unfinished'), markOf({ layout: 'hive' }));
  expect(await run(...hive, '2026-04-01')).toMatchObject({ code: 0 });
  const second = ['date=2026-03-31/part-0.parquet', 'date=2026-03-31/part-1.parquet'];
  expect(await keys()).toEqual(second);
  expect(await readdir(out)).not.toContain('_unfinished');

  // The mark is of another run than these objects.
  await writeFile(path.join(out, '_unfinished'), markOf({ layout: 'hive' }));
  const refused = await run();
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringMatching(
      /^- --if-empty: expected beside _unfinished in .+, but got: date=2026-03-31\/part-0\.parquet and 1 more\. Delete the objects/,
    ),
  ]);
  expect(await keys()).toEqual(second);
});

test('the mark of a run says what it writes', async () => {
  const out = await temporaryFolder();
  // Its second object cannot be written.
  await mkdir(path.join(out, 'part_002.parquet'));
  const run = (...args: string[]) =>
    telemetryApi(['generate', '--out', out, '--if-empty', ...LITTLE, '--end', '2026-03-31', ...args]);
  expect(await run()).toMatchObject({ code: 1 });
  expect(await readFile(path.join(out, '_unfinished'), 'utf8')).toBe(markOf({}));
  await rmdir(path.join(out, 'part_002.parquet'));
  expect(await run('--objects', '1')).toMatchObject({ code: 0 });
  expect(await readdir(out)).toEqual(['day_001.parquet']);
});
