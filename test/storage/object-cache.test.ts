import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  ConfigError,
  DatasetChangedError,
  ObjectCacheTooSmallError,
  StatementCancelledError,
  StorageUnavailableError,
} from '../../src/errors.ts';
import { ObjectCache, type ObjectCacheOptions } from '../../src/storage/object-cache.ts';
import type { StoredObject } from '../../src/storage/storage.ts';

let directory: string;
let downloads: string[];

beforeEach(async () => {
  directory = path.join(await mkdtemp(path.join(tmpdir(), 'telemetry-cache-')), 'objects');
  downloads = [];
});
afterEach(() => rm(path.dirname(directory), { recursive: true }));

const object = (key: string, size = 10, etag = 'v1'): StoredObject => ({
  key,
  etag,
  size,
  lastModified: new Date(0),
});
const bytesOf = ({ key, etag, size }: StoredObject) => `${key}${etag}`.padEnd(size, '.');

const write: ObjectCacheOptions['download'] = async (wanted, file) => {
  downloads.push(wanted.key);
  const bytes = bytesOf(wanted);
  await writeFile(file, bytes);
  return createHash('sha256').update(bytes).digest('hex');
};

function createCache(maxBytes: number, download = write): Promise<ObjectCache> {
  return ObjectCache.create({ directory, maxBytes, namespace: 's3://bucket/', download });
}

/** Fetches and lets go at once. */
async function touch(cache: ObjectCache, ...keys: string[]): Promise<void> {
  for (const key of keys) (await cache.acquire([object(key)])).release();
}

/** Downloads that end when the test says so. */
function heldDownloads() {
  const started: { key: string; signal: AbortSignal; finish: () => void; fail: (error: Error) => void }[] =
    [];
  let onStart = Promise.withResolvers<void>();
  const download: ObjectCacheOptions['download'] = async (wanted, file, signal) => {
    const gate = Promise.withResolvers<void>();
    await writeFile(file, '');
    signal.addEventListener('abort', () => gate.reject(signal.reason));
    started.push({ key: wanted.key, signal, finish: gate.resolve, fail: gate.reject });
    onStart.resolve();
    onStart = Promise.withResolvers();
    await gate.promise;
    return write(wanted, file, signal);
  };
  const untilStarted = async (count: number) => {
    while (started.length < count) await onStart.promise;
  };
  return { download, started, untilStarted };
}

test('fetches an object once, and another version anew', async () => {
  const cache = await createCache(100);
  const first = await cache.acquire([object('a'), object('b'), object('a')]);
  expect(first.files).toHaveLength(3);
  expect(first.files[2]).toBe(first.files[0]);
  expect(await readFile(String(first.files[1]), 'utf8')).toBe('bv1.......');
  const again = await cache.acquire([object('b'), object('a')]);
  expect(again.files).toEqual([first.files[1], first.files[0]]);
  const changed = await cache.acquire([object('a', 10, 'v2')]);
  expect(await readFile(String(changed.files[0]), 'utf8')).toBe('av2.......');
  expect(downloads).toEqual(['a', 'b', 'a']);
  expect(cache.bytes).toBe(30);
});

test('files are named by object and content', async () => {
  const cache = await createCache(100);
  const { files } = await cache.acquire([object('a')]);
  const content = createHash('sha256')
    .update(bytesOf(object('a')))
    .digest('hex');
  expect(path.basename(String(files[0]))).toMatch(new RegExp(`^[0-9a-f]{32}-${content}\\.parquet$`));
  expect(await readdir(directory)).toHaveLength(1);
});

test('the least recently used goes first', async () => {
  const cache = await createCache(30);
  await touch(cache, 'a', 'b', 'c', 'a', 'd');
  expect(downloads).toEqual(['a', 'b', 'c', 'd']);
  await touch(cache, 'a', 'c');
  expect(downloads).toEqual(['a', 'b', 'c', 'd']);
  await touch(cache, 'b');
  expect(downloads).toEqual(['a', 'b', 'c', 'd', 'b']);
  expect(cache.bytes).toBe(30);
  expect(await readdir(directory)).toHaveLength(3);
});

test('held objects stay', async () => {
  const cache = await createCache(30);
  const held = await cache.acquire([object('a')]);
  await touch(cache, 'b', 'c', 'd', 'e');
  expect(await readFile(String(held.files[0]), 'utf8')).toBe('av1.......');
  held.release();
  held.release();
  await touch(cache, 'f', 'g', 'h');
  await expect(stat(String(held.files[0]))).rejects.toThrow('ENOENT');
});

test('objects that do not fit together are refused with what is needed', async () => {
  const cache = await createCache(25);
  const refused = cache.acquire([object('a'), object('b'), object('c')]);
  await expect(refused).rejects.toThrow(ObjectCacheTooSmallError);
  await expect(refused).rejects.toThrow(
    'The 3 objects of one statement take 30 bytes together, but OBJECT_CACHE_MAX_BYTES allows 25; raise it to at least 30',
  );
  expect(downloads).toEqual([]);
});

test('a set waits until others let go of the room it needs, in the order of the calls', async () => {
  const cache = await createCache(30);
  const held = await cache.acquire([object('a'), object('b')]);
  const order: string[] = [];
  const large = cache.acquire([object('c', 12), object('d', 12)]).then((got) => {
    order.push('large');
    return got;
  });
  // It would fit beside what is held, but must not pass by the one that came before.
  const small = cache.acquire([object('e')]).then((got) => {
    order.push('small');
    return got;
  });
  await touchFolder();
  expect(order).toEqual([]);
  held.release();
  (await large).release();
  (await small).release();
  expect(order).toEqual(['large', 'small']);
  expect(cache.bytes).toBeLessThanOrEqual(30);
});

test('whoever gives up waiting lets the next one in', async () => {
  const cache = await createCache(30);
  const held = await cache.acquire([object('a'), object('b')]);
  const leaving = new AbortController();
  const large = cache.acquire([object('c'), object('d')], leaving.signal);
  const small = cache.acquire([object('e')]);
  leaving.abort();
  await expect(large).rejects.toThrow(StatementCancelledError);
  (await small).release();
  held.release();
  await touch(cache, 'c', 'd');
});

test('those who want the same object share a download', async () => {
  const { download, started, untilStarted } = heldDownloads();
  const cache = await createCache(100, download);
  const leaving = new AbortController();
  const one = cache.acquire([object('a')], leaving.signal);
  const other = cache.acquire([object('a')]);
  await untilStarted(1);
  leaving.abort();
  await expect(one).rejects.toThrow(StatementCancelledError);
  started[0]?.finish();
  expect((await other).files).toHaveLength(1);
  expect(started).toHaveLength(1);
});

test('a download that nobody waits for any more is ended and can be had again', async () => {
  const { download, started, untilStarted } = heldDownloads();
  const cache = await createCache(100, download);
  const leaving = new AbortController();
  const one = cache.acquire([object('a')], leaving.signal);
  await untilStarted(1);
  leaving.abort();
  await expect(one).rejects.toThrow(StatementCancelledError);
  expect(started[0]?.signal.aborted).toBe(true);
  expect(cache.bytes).toBe(0);
  const again = cache.acquire([object('a')]);
  await untilStarted(2);
  started[1]?.finish();
  (await again).release();
  expect(await readdir(directory)).toHaveLength(1);
});

test('a failure reaches all who wait, leaves nothing behind and is not remembered', async () => {
  const { download, started, untilStarted } = heldDownloads();
  const cache = await createCache(100, download);
  const both = [cache.acquire([object('a'), object('b')]), cache.acquire([object('a')])];
  await untilStarted(2);
  started.find(({ key }) => key === 'a')?.fail(new StorageUnavailableError('no answer'));
  for (const failed of both) await expect(failed).rejects.toThrow('no answer');
  expect(cache.bytes).toBe(0);
  const again = cache.acquire([object('a')]);
  await untilStarted(3);
  started[2]?.finish();
  (await again).release();
  expect(await readdir(directory)).toHaveLength(1);
});

test('no more than four downloads at a time', async () => {
  const { download, started, untilStarted } = heldDownloads();
  const cache = await createCache(100, download);
  const acquired = cache.acquire(['a', 'b', 'c', 'd', 'e', 'f'].map((key) => object(key)));
  await untilStarted(4);
  await touchFolder();
  expect(started).toHaveLength(4);
  started[0]?.finish();
  await untilStarted(5);
  started[1]?.finish();
  await untilStarted(6);
  for (const { finish } of started) finish();
  expect((await acquired).files).toHaveLength(6);
});

test('a restart adopts what is whole and forgets the rest', async () => {
  await touch(await createCache(100), 'a', 'b', 'c');
  const [one = '', two = ''] = await readdir(directory);
  await truncate(path.join(directory, one), 5);
  await writeFile(path.join(directory, two), 'other byte');
  await writeFile(path.join(directory, 'left.download'), 'half');
  await writeFile(path.join(directory, 'README'), 'not ours');
  downloads = [];

  const cache = await createCache(100);
  expect(cache.bytes).toBe(25);
  const { files } = await cache.acquire([object('a'), object('b'), object('c')]);
  expect(downloads).toHaveLength(2);
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  expect(texts).toEqual(['av1.......', 'bv1.......', 'cv1.......']);
  expect(cache.bytes).toBe(30);
  expect((await readdir(directory)).filter((name) => !name.endsWith('.parquet'))).toEqual(['README']);
});

test('a restart with less room drops the oldest', async () => {
  await touch(await createCache(100), 'a', 'b', 'c');
  const cache = await createCache(20);
  expect(cache.bytes).toBe(20);
  expect(await readdir(directory)).toHaveLength(2);
});

test('a file that somebody tidied away is fetched again', async () => {
  const cache = await createCache(100);
  const { files, release } = await cache.acquire([object('a')]);
  release();
  await rm(String(files[0]));
  const both = await Promise.all([cache.acquire([object('a')]), cache.acquire([object('a')])]);
  expect(await readFile(String(both[1].files[0]), 'utf8')).toBe('av1.......');
  expect(downloads).toEqual(['a', 'a']);
});

test('another bucket has other files', async () => {
  await touch(await createCache(100), 'a');
  const other = await ObjectCache.create({
    directory,
    maxBytes: 100,
    namespace: 's3://other/',
    download: write,
  });
  await touch(other, 'a');
  expect(downloads).toEqual(['a', 'a']);
});

test('closing ends downloads and those who wait', async () => {
  const { download, untilStarted } = heldDownloads();
  const cache = await createCache(10, download);
  const waiting = [cache.acquire([object('a')]), cache.acquire([object('b')])];
  await untilStarted(1);
  cache.close();
  for (const ended of waiting) await expect(ended).rejects.toThrow(StatementCancelledError);
  await expect(cache.acquire([object('c')])).rejects.toThrow(StatementCancelledError);
});

test('a folder that is a file is a mistake in the configuration', async () => {
  await writeFile(directory, '');
  await expect(createCache(100)).rejects.toThrow(ConfigError);
  await expect(createCache(100)).rejects.toThrow(/OBJECT_CACHE_DIR: .*EEXIST|OBJECT_CACHE_DIR: .*ENOTDIR/);
});

test('a folder that goes away is unavailable storage', async () => {
  const cache = await createCache(100);
  await rm(directory, { recursive: true });
  await expect(cache.acquire([object('a')])).rejects.toThrow(
    new StorageUnavailableError('The cache folder (OBJECT_CACHE_DIR) cannot be written (ENOENT)'),
  );
  await mkdir(directory);
  await touch(cache, 'a');
});

test.skipIf(process.getuid?.() === 0)('a folder that may not be written is unavailable storage', async () => {
  const cache = await createCache(100);
  await chmod(directory, 0o500);
  await expect(cache.acquire([object('a')])).rejects.toThrow(/\(EACCES\)/);
  await chmod(directory, 0o700);
});

test('only the unfinished downloads of dead processes are swept', async () => {
  await mkdir(directory);
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await once(other, 'spawn');
  const name = (pid: number | undefined) => `${pid}-00000000-0000-0000-0000-000000000000.download`;
  // This process wrote no such file: it is of one with the same number, as containers give it again.
  for (const pid of [other.pid, process.pid]) await writeFile(path.join(directory, name(pid)), 'half');
  await createCache(100);
  expect(await readdir(directory)).toEqual([name(other.pid)]);
  other.kill();
  await once(other, 'exit');
  await createCache(100);
  expect(await readdir(directory)).toEqual([]);
});

test('a second cache over the folder leaves the downloads of the first alone, and neither disturbs the other', async () => {
  const { download, started, untilStarted } = heldDownloads();
  const first = await createCache(100, download);
  const acquired = first.acquire([object('a')]);
  await untilStarted(1);
  const second = await createCache(100);
  const earlier = await second.acquire([object('a')]);
  started[0]?.finish();
  const held = await acquired;
  expect(held.files).toEqual(earlier.files);
  await earlier.verify();
  await held.verify();

  // The other makes room for something else.
  await rm(String(held.files[0]));
  await expect(earlier.verify()).rejects.toThrow(DatasetChangedError);
  const again = await second.acquire([object('a')]);
  await again.verify();
  expect(await readFile(String(again.files[0]), 'utf8')).toBe('av1.......');
});

test('a file that is changed in place is noticed after the statement, and fetched again before the next', async () => {
  const cache = await createCache(100);
  const held = await cache.acquire([object('a')]);
  await held.verify();
  const file = String(held.files[0]);
  const { atime, mtime } = await stat(file);
  await writeFile(file, 'other byte');
  await utimes(file, atime, mtime);
  await expect(held.verify()).rejects.toThrow(DatasetChangedError);
  held.release();
  const again = await cache.acquire([object('a')]);
  expect(await readFile(String(again.files[0]), 'utf8')).toBe('av1.......');
  await again.verify();
  expect(downloads).toEqual(['a', 'a']);
});

test('a file that was touched but holds the same bytes is not fetched again', async () => {
  const cache = await createCache(100);
  const { files, release } = await cache.acquire([object('a')]);
  release();
  await utimes(String(files[0]), new Date(0), new Date(0));
  await (await cache.acquire([object('a')])).verify();
  expect(downloads).toEqual(['a']);
});

/** Lets everything run that only waits for the file system. */
async function touchFolder(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await stat(directory);
}
