import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { ReadingEngines } from '../../src/engine/reading-engines.ts';
import { sqlString } from '../../src/engine/sql-string.ts';
import { createStorage } from '../../src/storage/create-storage.ts';
import { loadTexts } from '../support/own-queries.ts';
import { type S3Server, startS3Server } from '../support/s3-server.ts';
import {
  engineState,
  lure,
  otherStatements,
  readersOf,
  refusalOf,
  urlsTo,
} from '../support/sandbox-holes.ts';
import { TestDuckDb } from './duckdb.ts';

const KEY = `a 'b' [c]*?s3_endpoint=x&y#%20.parquet`;
/** Objects like those of the snapshot, where named queries have no business. */
const BESIDE = [
  ['other', `telemetry/${KEY}`],
  ['lake', `telemetry-secret/${KEY}`],
  ['lake', `secret/${KEY}`],
] as const;

let server: S3Server;
let folder: string;

beforeAll(async () => {
  [server, folder] = await Promise.all([startS3Server(), mkdtemp(path.join(tmpdir(), 'telemetry-sandbox-'))]);
  const maker = await TestDuckDb.create();
  const parquet = await maker.parquet(7);
  maker.close();
  await Promise.all(['lake', 'other'].map((bucket) => server.createBucket(bucket)));
  for (const [bucket, key] of [['lake', `telemetry/${KEY}`] as const, ...BESIDE]) {
    await server.put(bucket, key, parquet);
  }
  // Of the prefix, and of no snapshot.
  await server.put('lake', 'telemetry/notes.txt', 'text');
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

/** The engine for questions as the service locks it, with the snapshot's only object open. */
async function lockedEngine(mode: string, variables: Readonly<Record<string, string>>) {
  const config = loadConfig({ STATE_DIR: path.join(folder, '.state', mode), ...variables });
  const engines = await ReadingEngines.create(config.engine);
  const { storage, readable } = await createStorage(config, engines, pino({ level: 'silent' }));
  onTestFinished(async () => {
    await engines.close();
    await storage.close();
  });
  expect(storage.source.mode).toBe(mode);
  await engines.lock(readable);
  const opened = await storage.open(await storage.list());
  onTestFinished(() => opened.release());
  return { engine: engines.asking, storage, opened };
}

/** Every object of both buckets. */
async function stored() {
  const listed = await Promise.all(
    ['lake', 'other'].map((Bucket) => server.client.send(new ListObjectsV2Command({ Bucket }))),
  );
  return listed.flatMap(({ Contents = [] }) => Contents.map(({ Key, ETag }) => [Key, ETag]));
}

test.each([
  ['local', () => ({ DATA_DIR: folder })],
  ['direct', s3],
  ['cached', () => ({ ...s3(), OBJECT_CACHE_DIR: path.join(folder, 'cache') })],
])('%s: the locked engine reads the objects and nothing beside them', async (mode, variables) => {
  const { engine, storage, opened } = await lockedEngine(mode, variables());
  const { host, connections } = await lure();

  const objects = await storage.list();
  expect(objects.map(({ key }) => key)).toEqual([KEY]);
  const read = { name: 'read', sql: 'SELECT a FROM read_parquet($paths)', params: { paths: opened.paths } };
  expect(await engine.run(read)).toEqual([{ a: 7 }]);
  await opened.verify();

  const paths = [
    '/etc/passwd',
    ...BESIDE.map(([bucket, key]) => `s3://${bucket}/${key}`),
    's3://lake/*',
    `${server.endpoint}/lake/telemetry/notes.txt`,
    ...urlsTo(host),
  ];
  for (const from of paths.flatMap(readersOf)) {
    expect(await refusalOf(engine, `SELECT * FROM ${from}`), from).toMatch(
      from.startsWith("'") ? /^(Permission|Catalog) Error/ : /^Permission Error/,
    );
  }
  expect(connections()).toBe(0);
});

test('direct: in a path of the prefix, `?s3_endpoint=` and `..` are parts of a key that the store has not', async () => {
  const { engine } = await lockedEngine('direct', s3());
  const { host, connections } = await lure();
  const keys = [
    `a.parquet?s3_endpoint=${host}`,
    `a.parquet?s3_endpoint=${host}&s3_use_ssl=false&s3_url_style=path&s3_region=x`,
    `../secret/${KEY}`,
    `../../other/telemetry/${KEY}`,
    '*.parquet',
  ];
  for (const path of keys.map((key) => sqlString(`s3://lake/telemetry/${key}`))) {
    for (const from of [path, `read_parquet(${path})`, `read_blob(${path})`, `sniff_csv(${path})`]) {
      const refusal = await refusalOf(engine, `SELECT * FROM ${from}`);
      expect(connections(), from).toBe(0);
      expect(refusal, from).toMatch(from.startsWith("'") ? /^(HTTP|IO|Catalog) Error/ : /^(HTTP|IO) Error/);
    }
  }
});

test('direct: run() takes nothing that writes into the bucket, or changes secrets and settings', async () => {
  const { engine } = await lockedEngine('direct', s3());
  const before = { objects: await stored(), engine: await engineState(engine) };
  for (const sql of ['s3://lake/telemetry', 's3://other'].flatMap(otherStatements)) {
    expect(await refusalOf(engine, sql), sql).toMatch(
      /expected (a|exactly one) SELECT|^Catalog Error|CTE needs/,
    );
  }
  expect({ objects: await stored(), engine: await engineState(engine) }).toEqual(before);
});

test('direct: DuckDB itself would still write within the prefix when it is locked; beyond it, it does not', async () => {
  const { engine } = await lockedEngine('direct', s3());
  const written = 'telemetry/written.csv';
  await engine.execute(`COPY (SELECT 1 AS a) TO 's3://lake/${written}'`);
  expect((await stored()).map(([key]) => key)).toContain(written);
  await server.remove('lake', written);
  for (const place of ['s3://lake/secret', 's3://other', '/tmp', server.endpoint]) {
    await expect(engine.execute(`COPY (SELECT 1 AS a) TO '${place}/x.csv'`), place).rejects.toThrow(
      /^Permission Error/,
    );
  }
  for (const sql of [
    "ATTACH 's3://other/x.db' AS x (READ_ONLY)",
    "SET s3_endpoint = 'evil.example'",
    'SET GLOBAL s3_url_compatibility_mode = false',
    'INSTALL aws',
    "LOAD '/tmp/evil.duckdb_extension'",
  ]) {
    await expect(engine.execute(sql), sql).rejects.toThrow(/^Permission Error|configuration has been locked/);
  }
});

test('direct: what else a SELECT could read of the prefix and of the secret, the check of query files closes', async () => {
  const { engine } = await lockedEngine('direct', s3());
  for (const [sql, rows] of [
    ["SELECT content AS a FROM read_text('s3://lake/telemetry/notes.txt')", [{ a: 'text' }]],
    ['SELECT name AS a FROM duckdb_secrets()', [{ a: 'telemetry_objects' }]],
    ["SELECT name AS a FROM which_secret('s3://lake/telemetry/a', 's3')", [{ a: 'telemetry_objects' }]],
  ] as const) {
    expect(await engine.run({ name: 'test', sql }), sql).toEqual(rows);
    const { problems } = await loadTexts({ 'q.sql': sql });
    expect(problems, sql).toMatchObject([{ file: 'q.sql', line: 1 }]);
  }
  const told = JSON.stringify(await engine.run({ name: 'test', sql: 'FROM duckdb_secrets()' }));
  expect(told).toContain('secret=redacted');
  expect(told).not.toContain(server.credentials.secretAccessKey);
});
