import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  rename,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DatasetChangedError, StorageAccessDeniedError, StorageNotFoundError } from '../../src/errors.ts';
import { LocalStorage } from '../../src/storage/local.ts';
import type { StoredObject } from '../../src/storage/storage.ts';

let root: string;
let storage: LocalStorage;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'telemetry-local-'));
  storage = new LocalStorage(root);
});
afterEach(() => rm(root, { recursive: true }));

const file = (...names: string[]) => path.join(root, ...names);
const keys = async () => (await storage.list()).map(({ key }) => key);

test('says where it reads', () => {
  expect(storage.source).toEqual({ kind: 'local', location: root, mode: 'local' });
  expect(new LocalStorage(root, 'sample').source.kind).toBe('sample');
});

test('follows links to files, not to folders or nowhere, and leaves hidden names out', async () => {
  await mkdir(file('data'));
  await mkdir(file('.hidden'));
  await mkdir(file('folder.parquet'));
  await mkdir(file('_temporary'));
  await writeFile(file('data', 'a.parquet'), 'a');
  await writeFile(file('.hidden', 'b.parquet'), 'b');
  await writeFile(file('.c.parquet'), 'c');
  await writeFile(file('folder.parquet', 'part-0.parquet'), 'd');
  await writeFile(file('_temporary', 'e.parquet'), 'e');
  await symlink(file('data', 'a.parquet'), file('link.parquet'));
  await symlink(root, file('loop.parquet'));
  await symlink(file('nowhere'), file('broken.parquet'));
  expect(await keys()).toEqual([
    '_temporary/e.parquet',
    'data/a.parquet',
    'folder.parquet/part-0.parquet',
    'link.parquet',
  ]);
});

test('sees a file change by size, time or inode, each by itself', async () => {
  const time = new Date('2026-01-02T03:04:05Z');
  const etag = async () => (await storage.list())[0]?.etag;
  await writeFile(file('a.parquet'), '12345');
  await utimes(file('a.parquet'), time, time);
  const first = await etag();
  expect(await etag()).toBe(first);

  await truncate(file('a.parquet'), 4);
  await utimes(file('a.parquet'), time, time);
  const shorter = await etag();
  await utimes(file('a.parquet'), time, new Date(time.getTime() + 1));
  const later = await etag();
  await utimes(file('a.parquet'), time, time);
  // The old inode is kept in use, so that the new file cannot get it.
  await link(file('a.parquet'), file('kept'));
  await writeFile(file('new'), '6789');
  await utimes(file('new'), time, time);
  await rename(file('new'), file('a.parquet'));
  const replaced = await etag();
  expect(new Set([first, shorter, later, replaced]).size).toBe(4);
});

test('a folder that does not exist is named', async () => {
  for (const missing of [file('missing'), file('missing', 'deeper')]) {
    const listed = new LocalStorage(missing).list();
    await expect(listed).rejects.toThrow(StorageNotFoundError);
    await expect(listed).rejects.toThrow('The folder that DATA_DIR names does not exist');
  }
  await writeFile(file('a-file'), '');
  await expect(new LocalStorage(file('a-file')).list()).rejects.toThrow(StorageNotFoundError);
});

test.skipIf(process.getuid?.() === 0)('a folder that may not be read is refused', async () => {
  await mkdir(file('closed'));
  await chmod(file('closed'), 0);
  await expect(storage.list()).rejects.toThrow(StorageAccessDeniedError);
  await chmod(file('closed'), 0o700);
});

test('a file that shrank since it was listed is not read', async () => {
  await writeFile(file('a.parquet'), '0123456789');
  const [object] = (await storage.list()) as [StoredObject];
  await truncate(file('a.parquet'), 5);
  await expect(storage.readRange(object, 0, 10)).rejects.toThrow(DatasetChangedError);
});
