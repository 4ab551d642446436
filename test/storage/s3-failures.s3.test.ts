import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { S3Location } from '../../src/config/config.ts';
import {
  DatasetChangedError,
  StatementCancelledError,
  StatementTimeoutError,
  StorageAccessDeniedError,
  StorageNotFoundError,
  StorageUnavailableError,
} from '../../src/errors.ts';
import { S3Bucket } from '../../src/storage/s3-bucket.ts';
import { createS3Client, resolveBucketRegion, type S3ClientOverrides } from '../../src/storage/s3-client.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { type S3Server, startS3Server } from '../support/s3-server.ts';

const KEY = 'a.parquet';
const BODY = '0123456789';

let server: S3Server;
let proxy: FaultProxy;
const opened: S3Bucket[] = [];

beforeAll(async () => {
  server = await startS3Server();
  proxy = await startFaultProxy(server.endpoint);
  await server.createBucket('lake');
  await server.put('lake', `telemetry/${KEY}`, BODY);
});
afterAll(async () => {
  await proxy.stop();
  await server.stop();
});
beforeEach(() => {
  proxy.fault = undefined;
});
afterEach(() => {
  for (const bucket of opened.splice(0)) bucket.client.destroy();
  vi.unstubAllEnvs();
});

function bucketAt(location: Partial<S3Location> = {}, overrides: S3ClientOverrides = {}): S3Bucket {
  const whole = { ...server.location('lake', 'telemetry/'), ...location };
  const client = createS3Client(whole, { credentials: server.credentials, maxAttempts: 1, ...overrides });
  const bucket = new S3Bucket(client, whole);
  opened.push(bucket);
  return bucket;
}

const proxied = (overrides?: S3ClientOverrides) => bucketAt({ endpoint: proxy.endpoint }, overrides);

test('an unknown access key is refused, and the error says what to check', async () => {
  const bucket = bucketAt({}, { credentials: { accessKeyId: 'nobody', secretAccessKey: 'hidden-value' } });
  const error = await bucket.list().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StorageAccessDeniedError);
  expect(error).toMatchObject({
    code: 'STORAGE_ACCESS_DENIED',
    message: `Bucket lake at ${new URL(server.endpoint).host} refuses: the store does not know this access key; check AWS_ACCESS_KEY_ID`,
    cause: { name: 'XAdminUserNotFound' },
  });
  expect(String(error)).not.toContain('hidden-value');
});

test('a wrong secret is refused', async () => {
  const bucket = bucketAt({}, { credentials: { ...server.credentials, secretAccessKey: 'wrong' } });
  await expect(bucket.list()).rejects.toThrow(/refuses: the secret does not fit the access key/);
});

test('no credentials anywhere is refused before anything is sent', async () => {
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE', 'AWS_SESSION_TOKEN']) {
    vi.stubEnv(name, undefined);
  }
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', path.join(tmpdir(), 'no-such-file'));
  vi.stubEnv('AWS_CONFIG_FILE', path.join(tmpdir(), 'no-such-file'));
  const location = server.location('lake');
  const bucket = new S3Bucket(createS3Client(location), location);
  opened.push(bucket);
  await expect(bucket.list()).rejects.toThrow(StorageAccessDeniedError);
  await expect(bucket.list()).rejects.toThrow(/no credentials were found; set AWS_ACCESS_KEY_ID/);
});

test('refused credentials are looked for anew, but not at each refusal', async () => {
  let secretAccessKey = 'wrong';
  const provider = vi.fn(async () => ({ ...server.credentials, secretAccessKey }));
  const bucket = bucketAt({}, { credentials: provider });
  await Promise.allSettled(Array.from({ length: 5 }, () => bucket.list()));
  await expect(bucket.list()).rejects.toThrow(StorageAccessDeniedError);
  expect(provider).toHaveBeenCalledTimes(2);

  secretAccessKey = server.credentials.secretAccessKey;
  const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 3_000);
  expect(await bucket.list()).toHaveLength(1);
  expect(provider).toHaveBeenCalledTimes(3);
  clock.mockRestore();
});

test('the default chain reads the environment', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', server.credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', server.credentials.secretAccessKey);
  const location = server.location('lake');
  const bucket = new S3Bucket(createS3Client(location), location);
  opened.push(bucket);
  expect(await bucket.list()).toHaveLength(1);
});

test.each(['ExpiredToken', 'InvalidAccessKeyId', 'AccessDenied', 'RequestTimeTooSkewed'])(
  '%s is a refusal',
  async (code) => {
    proxy.fault = () => ({ kind: 'status', status: 403, body: `<Error><Code>${code}</Code></Error>` });
    await expect(proxied().list()).rejects.toThrow(StorageAccessDeniedError);
  },
);

test('a refusal of HEAD, which has no body to tell why, is one all the same', async () => {
  const [object] = await bucketAt().list();
  proxy.fault = () => ({ kind: 'status', status: 400 });
  await expect(proxied().check(object as never)).rejects.toThrow(/refuses: the credentials have expired/);
});

test('a bucket that does not exist is named', async () => {
  const missing = bucketAt({ bucket: 'no-such-bucket' }).list();
  await expect(missing).rejects.toThrow(StorageNotFoundError);
  await expect(missing).rejects.toThrow(/Bucket no-such-bucket at .* does not exist; check S3_BUCKET/);
});

test('an endpoint that nobody listens at is unavailable, and its password stays out of the message', async () => {
  const port = await unusedPort();
  const error = await bucketAt({ endpoint: `http://user:password@127.0.0.1:${port}` })
    .list()
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StorageUnavailableError);
  expect(error).toMatchObject({
    code: 'STORAGE_UNAVAILABLE',
    message: `Bucket lake at 127.0.0.1:${port} does not answer as it should (ECONNREFUSED)`,
  });
});

test('503 SlowDown is tried again, then unavailable', async () => {
  const before = proxy.requests.length;
  proxy.fault = () => ({ kind: 'status', status: 503, body: '<Error><Code>SlowDown</Code></Error>' });
  await expect(proxied({ maxAttempts: 2 }).list()).rejects.toThrow(
    /does not answer as it should \(HTTP 503, SlowDown\)/,
  );
  expect(proxy.requests.length - before).toBe(2);
});

test('a refused object is not taken for a changed one', async () => {
  const [object] = await bucketAt().list();
  proxy.fault = () => ({ kind: 'status', status: 403 });
  await expect(proxied().check(object as never)).rejects.toThrow(StorageAccessDeniedError);
  proxy.fault = () => ({ kind: 'status', status: 500 });
  await expect(proxied().check(object as never)).rejects.toThrow(StorageUnavailableError);
});

test('a key that is gone is told apart from a forbidden one where the store says "forbidden" of both', async () => {
  await server.createBucket('shrinking');
  const keys = ['a', 'b', 'c'].map((name) => `${name}.parquet`);
  for (const key of keys) await server.put('shrinking', key, BODY);
  const bucket = bucketAt({ bucket: 'shrinking', prefix: '', endpoint: proxy.endpoint });
  const [gone, changed, forbidden] = await bucket.list();
  await server.remove('shrinking', 'a.parquet');
  await server.put('shrinking', 'b.parquet', `${BODY}${BODY}`);
  proxy.fault = ({ url }) => (url.includes('.parquet') ? { kind: 'status', status: 403 } : undefined);
  const requests = [
    (object: unknown) => bucket.check(object as never),
    (object: unknown) => bucket.get(object as never),
    (object: unknown) => bucket.readRange(object as never, 0, 4),
  ];
  for (const request of requests) {
    await expect(request(gone)).rejects.toThrow(/a\.parquet was removed since it was listed/);
    await expect(request(changed)).rejects.toThrow(DatasetChangedError);
    await expect(request(forbidden)).rejects.toThrow(StorageAccessDeniedError);
  }
  // Those who are refused together share listings.
  const before = proxy.requests.length;
  await Promise.allSettled(Array.from({ length: 10 }, () => bucket.check(gone as never)));
  const listings = proxy.requests.slice(before).filter(({ url }) => url.includes('list-type'));
  expect(listings.length).toBeLessThanOrEqual(3);
});

test('a store that ignores If-Match and answers with another object is found out', async () => {
  const bucket = proxied();
  const [object] = await bucket.list();
  proxy.fault = () => ({ kind: 'edit', headers: { etag: '"another"' } });
  await expect(bucket.readRange(object as never, 0, 4)).rejects.toThrow(DatasetChangedError);
  await expect(bucket.get(object as never)).rejects.toThrow(DatasetChangedError);
  await expect(bucket.check(object as never)).rejects.toThrow(DatasetChangedError);
});

test('a store that ignores Range is found out', async () => {
  const bucket = proxied();
  const [object] = await bucket.list();
  proxy.fault = () => ({ kind: 'edit', body: BODY, headers: { 'content-range': undefined } });
  await expect(bucket.readRange(object as never, 0, 4)).rejects.toThrow(/does not answer range requests/);
});

test('a body that is cut is fetched again, three times at most', async () => {
  const bucket = proxied();
  const [object] = await bucket.list();
  let cuts = 2;
  proxy.fault = () => (cuts-- > 0 ? { kind: 'cut' } : undefined);
  expect(Buffer.from(await bucket.readRange(object as never, 2, 6)).toString()).toBe('2345');
  proxy.fault = () => ({ kind: 'cut' });
  await expect(bucket.readRange(object as never, 2, 6)).rejects.toThrow(StorageUnavailableError);
});

test('a body of another length than asked for is an error', async () => {
  const bucket = proxied();
  const [object] = await bucket.list();
  for (const body of ['234', '23456']) {
    proxy.fault = () => ({ kind: 'edit', body });
    await expect(bucket.readRange(object as never, 2, 6)).rejects.toThrow(StorageUnavailableError);
  }
});

test('a caller who goes away ends a request that hangs, with the reason of its signal', async () => {
  const bucket = proxied();
  const leaving = new AbortController();
  proxy.fault = () => {
    queueMicrotask(() => leaving.abort());
    return { kind: 'stall' };
  };
  await expect(bucket.list({ signal: leaving.signal })).rejects.toThrow(StatementCancelledError);
  const late = AbortSignal.abort(new StatementTimeoutError('too late'));
  await expect(bucket.list({ signal: late })).rejects.toThrow(StatementTimeoutError);
});

test('a caller who goes away while the region is asked for ends that too', async () => {
  const location = { bucket: 'lake', prefix: '', region: 'us-east-1' };
  const client = createS3Client(location, { credentials: server.credentials });
  const send = vi.spyOn(client, 'send').mockImplementation(async () => ({ BucketRegion: 'eu-north-1' }));
  const { signal } = new AbortController();
  await resolveBucketRegion(client, location, { signal });
  expect(send.mock.calls[0]?.[1]).toEqual({ abortSignal: signal });
});

test('the region is the configured one, else that of the SDK, else a default', async () => {
  const region = (location: Partial<S3Location>) => bucketAt(location).client.config.region();
  for (const name of ['AWS_REGION', 'AWS_PROFILE']) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_CONFIG_FILE', path.join(tmpdir(), 'no-such-file'));
  expect(await region({ region: 'eu-central-1' })).toBe('eu-central-1');
  expect(await region({ region: undefined })).toBe('us-east-1');
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  expect(await region({ region: undefined })).toBe('eu-west-1');
});

test("DuckDB is told the bucket's own region", async () => {
  const location = { bucket: 'lake', prefix: '', region: 'us-east-1' };
  const client = createS3Client(location, { credentials: server.credentials });
  const send = vi.spyOn(client, 'send');
  send.mockImplementation(async () => ({ BucketRegion: 'eu-north-1' }));
  expect(await resolveBucketRegion(client, location)).toBe('eu-north-1');
  const refused = Object.assign(new Error('403'), {
    $response: { headers: { 'x-amz-bucket-region': 'eu-south-1' } },
  });
  send.mockImplementation(async () => {
    throw refused;
  });
  expect(await resolveBucketRegion(client, location)).toBe('eu-south-1');
  send.mockImplementation(async () => {
    throw new Error('no answer');
  });
  await expect(resolveBucketRegion(client, location)).rejects.toThrow('no answer');
  expect(await resolveBucketRegion(client, server.location('lake'))).toBe('us-east-1');
});

async function unusedPort(): Promise<number> {
  const closed = await startFaultProxy(server.endpoint);
  await closed.stop();
  return Number(new URL(closed.endpoint).port);
}
