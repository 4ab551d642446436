import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DatasetChangedError, StatementCancelledError } from '../../src/errors.ts';
import { loadHttpfs } from '../../src/storage/httpfs.ts';
import { LocalStorage } from '../../src/storage/local.ts';
import { S3Bucket } from '../../src/storage/s3-bucket.ts';
import { S3CachedStorage } from '../../src/storage/s3-cached.ts';
import { createS3Client } from '../../src/storage/s3-client.ts';
import { S3DirectStorage } from '../../src/storage/s3-direct.ts';
import type { Storage, StoredObject } from '../../src/storage/storage.ts';
import { type S3Server, startS3Server } from '../support/s3-server.ts';
import { TestDuckDb } from './duckdb.ts';

interface Place {
  readonly storage: Storage;
  put(key: string, body: Uint8Array | string): Promise<void>;
  remove(key: string): Promise<void>;
}

const UNUSUAL_KEYS = [
  ' leading space.parquet',
  'UPPER.PARQUET',
  'a b/c d.parquet',
  'amp&amp;.parquet',
  'back\\slash.parquet',
  'glob*?[x].parquet',
  'hash#.parquet',
  'key=1&other=2.parquet',
  'percent%20.parquet',
  'plus+plus.parquet',
  'question?s3_endpoint=elsewhere.parquet',
  `quotes'".parquet`,
  'rest@:;,$!~()|{}^`.parquet',
  'ünïcödé-日本.parquet',
  '😀.parquet',
];

let server: S3Server;
let duckdb: TestDuckDb;
let folder: string;
let parquet: (value: number) => Promise<Buffer>;
let places = 0;

beforeAll(async () => {
  [server, duckdb, folder] = await Promise.all([
    startS3Server(),
    TestDuckDb.create(),
    mkdtemp(path.join(tmpdir(), 'telemetry-storage-')),
  ]);
  parquet = (value) => duckdb.parquet(value);
  await loadHttpfs(duckdb, undefined);
});

afterAll(async () => {
  duckdb.close();
  await Promise.all([server.stop(), rm(folder, { recursive: true })]);
});

async function localPlace(): Promise<Place> {
  const root = path.join(folder, `local [${places++}]*`);
  await mkdir(root);
  return {
    storage: new LocalStorage(root),
    async put(key, body) {
      const file = path.join(root, key);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(`${file}.new`, body);
      await rename(`${file}.new`, file);
    },
    remove: (key) => rm(path.join(root, key)),
  };
}

async function s3Place(
  prefix: string,
  create: (bucket: S3Bucket) => Storage | Promise<Storage>,
): Promise<Place> {
  const name = `place-${places++}`;
  await server.createBucket(name);
  const location = server.location(name, prefix);
  const bucket = new S3Bucket(createS3Client(location, { credentials: server.credentials }), location);
  return {
    storage: await create(bucket),
    async put(key, body) {
      await server.put(name, `${prefix}${key}`, body);
    },
    remove: (key) => server.remove(name, `${prefix}${key}`),
  };
}

const directPlace = () => s3Place('tele metry/', (bucket) => new S3DirectStorage(bucket, duckdb));
const cachedPlace = () =>
  s3Place('', (bucket) =>
    S3CachedStorage.create(bucket, {
      directory: path.join(folder, `cache ${places++}`),
      maxBytes: 10_000_000,
    }),
  );

async function withPlace(create: () => Promise<Place>, run: (place: Place) => Promise<void>): Promise<void> {
  const place = await create();
  try {
    await run(place);
  } finally {
    await place.storage.close();
  }
}

/** What a loader does. */
async function read(storage: Storage, objects: readonly StoredObject[]): Promise<unknown[]> {
  const opened = await storage.open(objects);
  try {
    const values = await duckdb.values(opened.paths);
    await opened.verify();
    return values;
  } finally {
    opened.release();
  }
}

async function only(storage: Storage): Promise<StoredObject> {
  const [object] = await storage.list();
  if (!object) throw new Error('expected an object');
  return object;
}

describe.each([
  ['local', localPlace],
  ['direct', directPlace],
  ['cached', cachedPlace],
] as const)('%s storage', (mode, create) => {
  test('lists Parquet objects at any depth by key, and nothing else', () =>
    withPlace(create, async ({ storage, put }) => {
      for (const key of [
        'b.parquet',
        'a/z/1.parquet',
        'a.parquet',
        'B.parquet',
        'a/b.txt',
        'parquet',
        'x.parquet.gz',
      ]) {
        await put(key, `bytes of ${key}`);
      }
      await put('empty.parquet', '');
      const objects = await storage.list();
      expect(objects.map(({ key }) => key)).toEqual([
        'B.parquet',
        'a.parquet',
        'a/z/1.parquet',
        'b.parquet',
        'empty.parquet',
      ]);
      expect(objects.map(({ size }) => size)).toEqual([18, 18, 22, 18, 0]);
      for (const { etag, lastModified } of objects) {
        expect(etag).toMatch(/^[0-9a-f]+$/);
        expect(lastModified.getTime()).toBeGreaterThan(Date.now() - 60_000);
      }
      expect(storage.source.mode).toBe(mode);
    }));

  test('an empty place lists nothing', () =>
    withPlace(create, async ({ storage }) => {
      expect(await storage.list()).toEqual([]);
    }));

  test('reads keys of every kind as they are', () =>
    withPlace(create, async ({ storage, put }) => {
      // No pattern of DuckDB matches a backslash, and the local folder has a name with pattern characters.
      const keys = UNUSUAL_KEYS.filter((key) => mode !== 'local' || !key.includes('\\')).toSorted();
      for (const [index, key] of keys.entries()) await put(key, await parquet(index));
      const objects = await storage.list();
      expect(objects.map(({ key }) => key)).toEqual(keys);
      for (const object of objects) {
        expect(Buffer.from(await storage.readRange(object, 0, 4)).toString()).toBe('PAR1');
      }
      // One by one, then together: few objects and many are verified by other requests.
      for (const [index, object] of objects.entries()) expect(await read(storage, [object])).toEqual([index]);
      expect(await read(storage, objects.toReversed())).toEqual([...keys.keys()].toReversed());
    }));

  test('lists and verifies more objects than a page holds', { timeout: 20_000 }, () =>
    withPlace(create, async ({ storage, put }) => {
      const keys = Array.from(
        { length: 1_100 },
        (_, index) => `day=${index % 7}/${index}.parquet`,
      ).toSorted();
      for (let index = 0; index < keys.length; index += 50) {
        await Promise.all(keys.slice(index, index + 50).map((key) => put(key, key)));
      }
      const objects = await storage.list();
      expect(objects.map(({ key }) => key)).toEqual(keys);
      const opened = await storage.open(objects.slice(900));
      await opened.verify();
      opened.release();
    }),
  );

  test('reads exactly the bytes asked for', () =>
    withPlace(create, async ({ storage, put }) => {
      await put('a.parquet', '0123456789');
      const object = await only(storage);
      const text = async (start: number, end: number) =>
        Buffer.from(await storage.readRange(object, start, end)).toString();
      expect(await text(0, 10)).toBe('0123456789');
      expect(await text(3, 5)).toBe('34');
      expect(await text(9, 10)).toBe('9');
      expect(await text(4, 4)).toBe('');
      await expect(storage.readRange(object, 0, 11)).rejects.toThrow('inside of 0 to 10, but got: 0 to 11');
      await expect(storage.readRange(object, -1, 5)).rejects.toThrow(RangeError);
      await expect(storage.readRange(object, 5, 4)).rejects.toThrow(RangeError);
    }));

  test('never takes another object for the one listed', () =>
    withPlace(create, async ({ storage, put }) => {
      await put('a.parquet', await parquet(1));
      const before = await only(storage);
      await put('a.parquet', await parquet(2));
      await expect(storage.readRange(before, 0, 4)).rejects.toThrow(DatasetChangedError);
      await expect(read(storage, [before])).rejects.toThrow(DatasetChangedError);

      const after = await only(storage);
      expect(after.size).toBe(before.size);
      expect(after.etag).not.toBe(before.etag);
      expect(await read(storage, [after])).toEqual([2]);
    }));

  test('says that a removed object is gone', () =>
    withPlace(create, async ({ storage, put, remove }) => {
      await put('a.parquet', await parquet(1));
      const object = await only(storage);
      await remove('a.parquet');
      await expect(storage.readRange(object, 0, 4)).rejects.toThrow(
        new DatasetChangedError(
          `${mode === 'local' ? 'File' : 'Object'} a.parquet was removed since it was listed`,
        ),
      );
      const verified = storage.open([object]).then((opened) => opened.verify());
      await expect(verified).rejects.toThrow(DatasetChangedError);
      expect(await storage.list()).toEqual([]);
    }));

  test.each([1, 12])('sees or survives a change while a statement reads (%i objects)', (count) =>
    withPlace(create, async ({ storage, put, remove }) => {
      for (let index = 0; index < count; index += 1) await put(`${10 + index}.parquet`, await parquet(index));
      const objects = await storage.list();
      const replaced = await storage.open(objects);
      await put('10.parquet', await parquet(99));
      if (mode === 'cached') {
        expect(await duckdb.values(replaced.paths)).toEqual([...Array(count).keys()]);
        await replaced.verify();
      } else {
        await expect(replaced.verify()).rejects.toThrow(DatasetChangedError);
      }
      replaced.release();

      const removed = await storage.open(await storage.list());
      await remove('10.parquet');
      if (mode === 'cached') await removed.verify();
      else await expect(removed.verify()).rejects.toThrow(/removed since it was listed/);
      removed.release();
    }),
  );

  test('stops for a caller who went away', () =>
    withPlace(create, async ({ storage, put }) => {
      await put('a.parquet', await parquet(1));
      const object = await only(storage);
      const signal = AbortSignal.abort();
      await expect(storage.list({ signal })).rejects.toThrow(StatementCancelledError);
      await expect(storage.readRange(object, 0, 4, { signal })).rejects.toThrow(StatementCancelledError);
      await expect(storage.open([object], { signal })).rejects.toThrow(StatementCancelledError);
      expect(await read(storage, [object])).toEqual([1]);
    }));
});
