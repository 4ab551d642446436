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
import { inspectObject } from '../../src/dataset/inspect.ts';
import {
  DatasetChangedError,
  StatementCancelledError,
  StorageAccessDeniedError,
  StorageNotFoundError,
} from '../../src/errors.ts';
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

test.skipIf(path.sep === '\\')(
  'a path that DuckDB cannot open is quarantined, whatever it holds',
  async () => {
    for (const name of ['ok[1].parquet', 'o\\k.parquet', 'we\\ird[1].parquet'])
      await writeFile(file(name), 'x'.repeat(20));
    const reasons = await reasonsByKey();
    expect(reasons['we\\ird[1].parquet']).toBe(
      'Its path holds a backslash beside one of * ? [, which DuckDB cannot open; rename it',
    );
    expect(reasons['ok[1].parquet']).toMatch(/^Not readable as telemetry/);
    expect(reasons['o\\k.parquet']).toMatch(/^Not readable as telemetry/);
  },
);

test.skipIf(process.platform !== 'linux')('a name that is no text is listed and quarantined', async () => {
  const bytes = (...parts: (string | number)[]) =>
    Buffer.concat([
      Buffer.from(`${root}/`),
      ...parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))),
    ]);
  await writeFile(bytes('caf', 0xe9, '.parquet'), 'x'.repeat(20));
  await writeFile(bytes('caf', 0xe8, '.parquet'), 'x'.repeat(20));
  await mkdir(bytes('ann', 0xe9, 'e'));
  await writeFile(bytes('ann', 0xe9, 'e/a.parquet'), '');
  await writeFile(file('real\uFFFD.parquet'), 'x'.repeat(20));
  await writeFile(bytes('real', 0xe9, '.parquet'), 'x'.repeat(20));
  const reasons = await reasonsByKey();
  expect(Object.keys(reasons)).toEqual(['ann\uFFFDe/a.parquet', 'caf\uFFFD.parquet', 'real\uFFFD.parquet']);
  for (const key of ['ann\uFFFDe/a.parquet', 'caf\uFFFD.parquet']) {
    expect(reasons[key]).toBe('Its name is not valid UTF-8, so it cannot be opened; rename it');
  }
  expect(reasons['real\uFFFD.parquet']).toMatch(/^Not readable as telemetry/);
});

test('a verification ends with its caller', async () => {
  await writeFile(file('a.parquet'), 'a');
  const leaving = new AbortController();
  const opened = await storage.open(await storage.list(), { signal: leaving.signal });
  leaving.abort();
  await expect(opened.verify()).rejects.toThrow(StatementCancelledError);
});

async function reasonsByKey(): Promise<Record<string, string>> {
  const inspections = await Promise.all(
    (await storage.list()).map((object) => inspectObject(storage, object)),
  );
  return Object.fromEntries(
    inspections.map((inspection) => [inspection.object.key, 'reason' in inspection ? inspection.reason : '']),
  );
}
