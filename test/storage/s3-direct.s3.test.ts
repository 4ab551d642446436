import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { sqlString } from '../../src/engine/sql-string.ts';
import {
  ConfigError,
  StatementCancelledError,
  StorageAccessDeniedError,
  StorageUnavailableError,
} from '../../src/errors.ts';
import { HTTPFS_DEFAULT_PATH, loadHttpfs } from '../../src/storage/httpfs.ts';
import { S3Bucket } from '../../src/storage/s3-bucket.ts';
import { createS3Client, type S3ClientOverrides } from '../../src/storage/s3-client.ts';
import { S3DirectStorage } from '../../src/storage/s3-direct.ts';
import { type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { type S3Server, startS3Server } from '../support/s3-server.ts';
import { TestDuckDb } from './duckdb.ts';

let server: S3Server;
let proxy: FaultProxy;
let duckdb: TestDuckDb;

beforeAll(async () => {
  server = await startS3Server();
  proxy = await startFaultProxy(server.endpoint);
  await server.createBucket('lake');
  const maker = await TestDuckDb.create();
  for (let index = 0; index < 12; index += 1) {
    await server.put('lake', `telemetry/${10 + index}.parquet`, await maker.parquet(index));
  }
  maker.close();
});
afterAll(async () => {
  await proxy.stop();
  await server.stop();
});
beforeEach(async () => {
  duckdb = await TestDuckDb.create();
});
afterEach(() => {
  proxy.fault = undefined;
  duckdb.close();
});

function directStorage(overrides: S3ClientOverrides = {}, endpoint = server.endpoint): S3DirectStorage {
  const location = { ...server.location('lake', 'telemetry/'), endpoint };
  const client = createS3Client(location, { credentials: server.credentials, ...overrides });
  return new S3DirectStorage(new S3Bucket(client, location), duckdb);
}

const secrets = () => duckdb.statements.filter((statement) => statement.includes('SECRET'));

// Where DuckDB's own site can be reached, the setup script leaves the extension with DuckDB and no copy here.
const given = existsSync(HTTPFS_DEFAULT_PATH) ? HTTPFS_DEFAULT_PATH : undefined;

test('loads httpfs from where the setup script puts it, with paths taken as they are', async () => {
  expect(await loadHttpfs(duckdb, given)).toEqual({ loaded: true, from: given ?? expect.any(String) });
  const [settings] = await duckdb.rows(
    `SELECT current_setting('s3_url_compatibility_mode') AS mode, current_setting('validate_external_file_cache') AS cache`,
  );
  expect(settings).toEqual({ mode: true, cache: 'VALIDATE_ALL' });
});

test('an extension that was named and cannot be loaded is a mistake in the configuration', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'telemetry-httpfs-'));
  const file = path.join(folder, "it's broken.duckdb_extension");
  await writeFile(file, 'not an extension');
  for (const given of [file, path.join(folder, 'missing')]) {
    const failed = loadHttpfs(duckdb, given);
    await expect(failed).rejects.toThrow(ConfigError);
    await expect(failed).rejects.toThrow(/HTTPFS_EXTENSION: expected .* cannot be loaded: /);
  }
  await rm(folder, { recursive: true });
});

test('says in one line why httpfs cannot be had', async () => {
  const refusing = {
    async execute(sql: string) {
      throw new Error(`IO Error: no ${sql.split(' ')[0]}\nmore lines`);
    },
  };
  const outcome = await loadHttpfs(refusing, undefined);
  expect(outcome).toMatchObject({ loaded: false });
  expect(outcome).toHaveProperty('reason', expect.stringMatching(/^httpfs cannot be loaded from .*INSTALL$/));
});

test('quotes text for SQL', async () => {
  const text = `it's; DROP 'x' -- \\ "`;
  expect(await duckdb.rows(`SELECT ${sqlString(text)} AS text`)).toEqual([{ text }]);
  expect(() => sqlString('a\0b')).toThrow(RangeError);
});

test('DuckDB gets new credentials when the SDK has new ones, and only then', async () => {
  await loadHttpfs(duckdb, undefined);
  let secretAccessKey = 'old';
  // They count as about to expire, so that each look asks the provider anew.
  const provider = async () => ({
    accessKeyId: server.credentials.accessKeyId,
    secretAccessKey,
    expiration: new Date(Date.now() + 1_000),
  });
  const storage = directStorage({ credentials: provider });
  await storage.open([]);
  await storage.open([]);
  expect(secrets()).toHaveLength(1);
  await expect(duckdb.values(['s3://lake/telemetry/10.parquet'])).rejects.toThrow(/403|Forbidden/);
  secretAccessKey = server.credentials.secretAccessKey;
  await Promise.all([storage.open([]), storage.open([]), storage.open([])]);
  expect(secrets()).toHaveLength(2);
  expect(await duckdb.values(['s3://lake/telemetry/10.parquet'])).toEqual([0]);
  await storage.close();
});

test('the secret holds for the prefix alone', async () => {
  await loadHttpfs(duckdb, undefined);
  const storage = directStorage();
  await storage.open([]);
  const [secret] = await duckdb.rows('SELECT scope, secret_string FROM duckdb_secrets()');
  expect(secret?.['secret_string']).not.toContain(server.credentials.secretAccessKey);
  expect(JSON.stringify(secret?.['scope'])).toContain('s3://lake/telemetry/');
  await storage.close();
});

test('a statement that DuckDB refuses does not give the secret away', async () => {
  const leaky = {
    async execute(sql: string) {
      throw new Error(`Parser Error: syntax error\nLINE 1: ${sql}`, { cause: sql });
    },
  };
  const location = server.location('lake');
  const client = createS3Client(location, { credentials: server.credentials });
  const storage = new S3DirectStorage(new S3Bucket(client, location), leaky);
  const error = await storage.open([]).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StorageUnavailableError);
  expect(error).toMatchObject({ message: 'DuckDB did not accept the credentials for S3 (Parser Error)' });
  expect((error as Error).cause).toBeUndefined();
  await storage.close();
});

test('credentials that cannot be had end the statement before it starts', async () => {
  const storage = directStorage({
    credentials: async () => {
      throw Object.assign(new Error('expired'), { name: 'TokenProviderError' });
    },
  });
  await expect(storage.open([])).rejects.toThrow(StorageAccessDeniedError);
  await storage.close();
});

test('few objects are verified by a HEAD each, many by a listing that all who came before it share', async () => {
  await loadHttpfs(duckdb, undefined);
  const storage = directStorage({}, proxy.endpoint);
  const objects = await storage.list();
  const few = await storage.open(objects.slice(0, 8));
  const many = await storage.open(objects);
  const requestsOf = async (run: () => Promise<unknown>) => {
    const before = proxy.requests.length;
    await run();
    return proxy.requests.slice(before).map(({ method }) => method);
  };
  expect(await requestsOf(() => few.verify())).toEqual(Array(8).fill('HEAD'));
  expect(await requestsOf(() => many.verify())).toEqual(['GET']);
  // The first starts a listing at once. The others came after it started, so they share a second.
  expect(await requestsOf(() => Promise.all([many.verify(), many.verify(), many.verify()]))).toEqual([
    'GET',
    'GET',
  ]);
  await storage.close();
});

test('a verification that cannot be made is not passed', async () => {
  const storage = directStorage({ maxAttempts: 1 }, proxy.endpoint);
  await loadHttpfs(duckdb, undefined);
  const objects = await storage.list();
  proxy.fault = () => ({ kind: 'status', status: 500 });
  for (const wanted of [objects.slice(0, 1), objects]) {
    await expect((await storage.open(wanted)).verify()).rejects.toThrow(StorageUnavailableError);
  }
  proxy.fault = undefined;
  await (await storage.open(objects)).verify();
  await storage.close();
});

test.each([1, 12])('a verification that hangs ends with its caller (%i objects)', async (count) => {
  const storage = directStorage({ maxAttempts: 1 }, proxy.endpoint);
  await loadHttpfs(duckdb, undefined);
  const leaving = new AbortController();
  const opened = await storage.open((await storage.list()).slice(0, count), { signal: leaving.signal });
  proxy.fault = () => {
    queueMicrotask(() => leaving.abort());
    return { kind: 'stall' };
  };
  await expect(opened.verify()).rejects.toThrow(StatementCancelledError);
  await storage.close();
});
