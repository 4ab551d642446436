import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { ConfigError } from '../../src/errors.ts';
import { createStorage } from '../../src/storage/create-storage.ts';

let folder: string;
let logged: { msg: string; level: number }[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'telemetry-create-'));
  logged = [];
});
afterEach(() => rm(folder, { recursive: true }));

const able = { execute: async () => {} };
const unable = {
  execute: async () => {
    throw new Error('IO Error: not here');
  },
};

async function create(variables: Record<string, string>, admin: { execute(sql: string): Promise<void> }) {
  const log = pino({ base: null }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const { storage, readable } = await createStorage(
    loadConfig({ STATE_DIR: folder, ...variables }),
    admin,
    log,
  );
  await storage.close();
  return { ...storage.source, readable };
}

const S3 = { S3_BUCKET: 'lake', S3_PREFIX: 'telemetry' };

test.each([
  ['sample data', {}, 'sample', 'local', 'sample'],
  ['a folder', { DATA_DIR: '/data/telemetry' }, 'local', 'local', '/data/telemetry'],
  ['a bucket', S3, 's3', 'direct', 's3://lake/telemetry/'],
] as const)('%s', async (_, variables, kind, mode, place) => {
  const location = place === 'sample' ? path.join(folder, 'sample') : place;
  expect(await create(variables, able)).toEqual({ kind, mode, location, readable: [location] });
  expect(logged.slice(-1)).toMatchObject([{ msg: 'Storage chosen', kind, mode, location }]);
});

test('a bucket with a cache folder is read through it, whether or not DuckDB could read S3', async () => {
  const cache = path.join(folder, 'cache');
  const created = await create({ ...S3, OBJECT_CACHE_DIR: cache }, unable);
  expect(created).toMatchObject({ mode: 'cached', location: 's3://lake/telemetry/', readable: [cache] });
  expect(logged).toHaveLength(1);
});

test('a bucket is read through the fallback folder when httpfs cannot be had, and the log says so', async () => {
  const fallback = path.join(folder, 'objects');
  expect(await create(S3, unable)).toMatchObject({ mode: 'cached', readable: [fallback] });
  expect(logged).toHaveLength(2);
  expect(logged[0]).toMatchObject({ level: 40, reason: expect.stringContaining('IO Error: not here') });
  expect(logged[0]?.msg).toContain('npm run setup:httpfs');
});

test('an extension that was asked for and cannot be loaded is not passed over', async () => {
  await expect(create({ ...S3, HTTPFS_EXTENSION: '/no/such/file' }, unable)).rejects.toThrow(ConfigError);
});

test.skipIf(path.sep === '\\').each([
  ['DATA_DIR', { DATA_DIR: '/data/we\\ird[1]' }],
  ['STATE_DIR', { STATE_DIR: '/state/we\\ird*' }],
  ['STATE_DIR', { ...S3, STATE_DIR: '/state/we\\ird*' }],
  ['OBJECT_CACHE_DIR', { ...S3, OBJECT_CACHE_DIR: '/cache/we\\ird?' }],
])('a folder that DuckDB cannot open is refused: %s', async (setting, variables) => {
  const refused = create(variables, unable);
  await expect(refused).rejects.toThrow(ConfigError);
  await expect(refused).rejects.toThrow(`${setting}: expected a path that DuckDB can open`);
});
