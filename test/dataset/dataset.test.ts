import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay, setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { DatasetView } from '../../src/dataset/view.ts';
import {
  DatasetChangedError,
  StorageAccessDeniedError,
  StorageNotFoundError,
  StorageUnavailableError,
} from '../../src/errors.ts';
import { datasetFacts, datasets } from '../support/datasets.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { watchDataset, writeReadings } from './watched-dataset.ts';

const keysOf = (view: DatasetView) => view.entries.map(({ object }) => object.key);
const rowsOf = (view: DatasetView) => view.entries.map(({ rows }) => rows);

test('the first question waits for the first listing', async () => {
  const directory = await temporaryFolder();
  await datasets.plain(directory);
  const { dataset, storage } = watchDataset(directory);
  const held = Promise.withResolvers<void>();
  storage.afterListing = () => held.promise;
  dataset.start();

  const views: DatasetView[] = [];
  const asked = Promise.all([1, 2, 3].map(async () => views.push(await dataset.current())));
  await setImmediate();
  expect(views).toEqual([]);
  held.resolve();
  await asked;
  expect(storage.listings).toBe(1);
  expect(keysOf(views[0] as DatasetView)).toEqual([
    '2026/03/part-1.parquet',
    '2026/03/part-2.parquet',
    'part-3.parquet',
  ]);
  expect(rowsOf(views[0] as DatasetView)).toEqual([6 * 288, 6 * 288, 6 * 288]);
  expect(views[0]).toMatchObject({ quarantined: [], refreshedAt: new Date('2026-01-01T00:00:01Z') });
  expect(new Set(views).size).toBe(1);
});

test('a question without a start lists by itself; one that is given up does not wait', async () => {
  const directory = await temporaryFolder();
  await writeReadings(directory, 'a.parquet');
  const { dataset, storage } = watchDataset(directory);
  const held = Promise.withResolvers<void>();
  storage.afterListing = () => held.promise;
  const controller = new AbortController();
  const givenUp = dataset.current(controller.signal);
  const patient = dataset.current();
  controller.abort();
  await expect(givenUp).rejects.toThrow(
    new StorageUnavailableError('The first listing of the objects is still under way'),
  );
  held.resolve();
  expect(keysOf(await patient)).toEqual(['a.parquet']);
});

test('each refresh makes a new view; the views before it stay as they were', async () => {
  const directory = await temporaryFolder();
  await writeReadings(directory, 'b.parquet', 10);
  const { storage, view } = watchDataset(directory);
  const first = await view();
  const firstBefore = structuredClone(first);

  const unchanged = await view();
  expect(unchanged.snapshot).toEqual(first.snapshot);
  expect(unchanged.refreshedAt.getTime()).toBe(first.refreshedAt.getTime() + 1000);

  await writeReadings(directory, 'a/new.parquet', 5);
  const added = await view();
  expect([keysOf(added), rowsOf(added)]).toEqual([
    ['a/new.parquet', 'b.parquet'],
    [5, 10],
  ]);

  await writeReadings(directory, 'b.parquet', 7);
  const changed = await view();
  expect(rowsOf(changed)).toEqual([5, 7]);

  await rm(path.join(directory, 'a'), { recursive: true });
  const removed = await view();
  expect([keysOf(removed), rowsOf(removed)]).toEqual([['b.parquet'], [7]]);

  await rm(path.join(directory, 'b.parquet'));
  const empty = await view();
  expect(empty).toMatchObject({ entries: [], quarantined: [], snapshot: { objects: [], bytes: 0 } });

  const versions = [first, added, changed, removed, empty].map(({ snapshot }) => snapshot.version);
  expect(new Set(versions).size).toBe(5);
  expect(first).toEqual(firstBefore);
  // Footers are read once for each object, and none again because another one changed.
  expect(storage.reads).toEqual(['b.parquet', 'a/new.parquet', 'b.parquet']);
});

test('broken objects are set aside with their reasons, the others serve', async () => {
  const directory = await temporaryFolder();
  await datasets.broken(directory);
  const { lines, view } = watchDataset(directory);
  const { entries, quarantined, snapshot } = await view();
  const { quarantinedByFooter, quarantinedByData, objects } = datasetFacts.broken;
  expect(snapshot.objects).toHaveLength(objects);
  expect(quarantined.map(({ object }) => object.key)).toEqual([...quarantinedByFooter].sort());
  // Only reading the data tells of these.
  expect(entries.map(({ object }) => object.key)).toEqual(
    ['good-1.parquet', 'nested/good-2.parquet', ...quarantinedByData].sort(),
  );
  const reasons = Object.fromEntries(quarantined.map(({ object, reason }) => [object.key, reason]));
  expect(reasons).toMatchObject({
    'zero-bytes.parquet': 'Not a Parquet file: it holds only 0 bytes',
    'only-magic.parquet': 'Not a Parquet file: it holds only 8 bytes',
    'no-timestamp.parquet':
      'Not readable as telemetry: there is no column timestamp; its columns are: device_id, voltage, temperature, soc',
    'voltage-text.parquet':
      'Not readable as telemetry: the column voltage: expected a number, but got STRING',
  });
  for (const reason of Object.values(reasons)) expect(reason).not.toContain(directory);
  const logged = lines.filter(({ msg }) => msg === 'Object quarantined');
  expect(Object.fromEntries(logged.map(({ key, reason }) => [key, reason]))).toEqual(reasons);
});

test('a broken object is read again less and less often, and at once when it changes: then it serves', async () => {
  const directory = await temporaryFolder();
  const file = path.join(directory, 'a.parquet');
  await writeFile(file, 'no Parquet, but long enough to look like it');
  const { lines, storage, view } = watchDataset(directory);
  const reads: number[] = [];
  for (let refresh = 1; refresh <= 9; refresh++) {
    storage.reads.length = 0;
    expect((await view()).quarantined).toHaveLength(1);
    reads.push(storage.reads.length);
  }
  // Twice each time, since bytes may be damaged on their way.
  expect(reads).toEqual([2, 2, 0, 2, 0, 0, 0, 2, 0]);
  expect(lines.filter(({ msg }) => msg === 'Object quarantined')).toHaveLength(1);

  await writeReadings(directory, 'a.parquet', 3);
  const mended = await view();
  expect([rowsOf(mended), mended.quarantined]).toEqual([[3], []]);

  await writeFile(file, 'broken once more, and long enough as well');
  const broken = await view();
  expect([rowsOf(broken), broken.quarantined.map(({ object }) => object.key)]).toEqual([[], ['a.parquet']]);
});

test('an object that a statement found broken leaves the view at once, until it changes or a refresh tries it again', async () => {
  const directory = await temporaryFolder();
  for (const key of ['a.parquet', 'b.parquet', 'c.parquet']) await writeReadings(directory, key);
  await writeFile(path.join(directory, 'd.parquet'), 'no Parquet, but long enough to look like it');
  const { dataset, storage, view } = watchDataset(directory);
  const before = await view();
  const beforeCopy = structuredClone(before);
  const [, b] = before.entries;
  if (b === undefined) return expect.unreachable();

  dataset.quarantine(b.object, 'its pages are damaged');
  const after = await dataset.current();
  expect(keysOf(after)).toEqual(['a.parquet', 'c.parquet']);
  expect(after.quarantined.map(({ object }) => object.key)).toEqual(['b.parquet', 'd.parquet']);
  expect(after.quarantined[0]).toEqual({ object: b.object, reason: 'its pages are damaged' });
  expect(after).toMatchObject({ snapshot: before.snapshot, refreshedAt: before.refreshedAt });
  expect(before).toEqual(beforeCopy);
  // Its bytes may have been damaged on their way, and not be so now.
  expect(keysOf(await view())).toEqual(['a.parquet', 'b.parquet', 'c.parquet']);
  dataset.quarantine(b.object, 'its pages are damaged');
  expect(keysOf(await view())).toEqual(['a.parquet', 'c.parquet']);

  await writeReadings(directory, 'b.parquet', 5);
  const mended = await view();
  expect(keysOf(mended)).toEqual(['a.parquet', 'b.parquet', 'c.parquet']);

  // A statement that still ran over the old object must not take the new one out, nor have it read again.
  const reads = storage.reads.length;
  dataset.quarantine(b.object, 'its pages are damaged');
  expect(await dataset.current()).toEqual(mended);
  expect(keysOf(await view())).toEqual(['a.parquet', 'b.parquet', 'c.parquet']);
  expect(storage.reads).toHaveLength(reads);
});

test('a quarantine in the middle of a refresh mixes no snapshots and is not lost', async () => {
  const directory = await temporaryFolder();
  for (const key of ['a.parquet', 'b.parquet', 'gone.parquet']) await writeReadings(directory, key);
  const { dataset, storage, view } = watchDataset(directory);
  const before = await view();
  await writeReadings(directory, 'a.parquet', 5);
  await writeReadings(directory, 'z.parquet', 6);
  await rm(path.join(directory, 'gone.parquet'));

  let during: DatasetView | undefined;
  storage.beforeRead = ({ key }) => {
    if (key !== 'z.parquet') return;
    const b = before.entries.find(({ object }) => object.key === 'b.parquet');
    if (b !== undefined) dataset.quarantine(b.object, 'its pages are damaged');
    dataset.current().then((current) => {
      during = current;
    });
  };
  const after = await view();
  expect(during?.snapshot.version).toBe(before.snapshot.version);
  expect(during?.entries).toEqual(before.entries.filter(({ object }) => object.key !== 'b.parquet'));
  expect([keysOf(after), rowsOf(after)]).toEqual([
    ['a.parquet', 'z.parquet'],
    [5, 6],
  ]);
  expect(after.quarantined.map(({ object }) => object.key)).toEqual(['b.parquet']);
});

test('refreshes asked for during one become one that sees all that was written before', async () => {
  const directory = await temporaryFolder();
  await writeReadings(directory, 'a.parquet');
  const { dataset, storage } = watchDataset(directory);
  const [listed, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  storage.afterListing = () => {
    listed.resolve();
    return held.promise;
  };
  const first = dataset.refresh();
  await listed.promise;
  await writeReadings(directory, 'b.parquet');
  const later = [dataset.refresh(), dataset.refresh(), dataset.refresh()];
  held.resolve();

  await first;
  expect(keysOf(await dataset.current())).toEqual(['a.parquet']);
  await Promise.all(later);
  expect(keysOf(await dataset.current())).toEqual(['a.parquet', 'b.parquet']);
  expect(storage.listings).toBe(2);
  await dataset.refresh();
  expect(storage.listings).toBe(3);
});

test('without a folder there is a reason; with it, an answer', async () => {
  const directory = path.join(await temporaryFolder(), 'later');
  const { dataset, lines } = watchDataset(directory);
  for (let attempt = 0; attempt < 3; attempt++) {
    await expect(dataset.current()).rejects.toThrow(
      new StorageNotFoundError('The folder that DATA_DIR names does not exist'),
    );
  }
  // Said once, not at every attempt.
  expect(lines.map(({ msg }) => msg)).toEqual(['The objects could not be listed; trying again']);
  await dataset.refresh();

  await mkdir(directory);
  expect(await dataset.current()).toMatchObject({ entries: [], quarantined: [] });
  await writeReadings(directory, 'a.parquet');
  await dataset.refresh();
  expect(keysOf(await dataset.current())).toEqual(['a.parquet']);
});

test('keeps the last view while the folder is away, and says so', async () => {
  const directory = path.join(await temporaryFolder(), 'data');
  await writeReadings(directory, 'a.parquet');
  const { dataset, lines, view } = watchDataset(directory);
  const before = await view();
  await rename(directory, `${directory}-away`);
  expect(await view()).toBe(before);
  await rename(`${directory}-away`, directory);
  const after = await view();
  expect(after.snapshot).toEqual(before.snapshot);
  expect(after.refreshedAt.getTime()).toBeGreaterThan(before.refreshedAt.getTime());
  await view();
  expect(lines.map(({ msg }) => msg)).toEqual([
    'Snapshot is current',
    'The objects could not be listed; trying again',
    'The objects can be listed again',
  ]);
  await dataset.stop();
});

test('once started it finds changes and recovers by itself', async () => {
  const directory = path.join(await temporaryFolder(), 'later');
  const { dataset, logged } = watchDataset(directory, 5);
  dataset.start();
  dataset.start();
  await logged('The objects could not be listed; trying again');
  await mkdir(directory);
  await logged('The prefix holds no Parquet objects yet');
  await writeReadings(directory, 'a.parquet');
  await logged('Snapshot is current');
  // A file half written may be seen before its last bytes.
  while ((await dataset.current()).entries.length === 0) await delay(5);
  expect(keysOf(await dataset.current())).toEqual(['a.parquet']);
});

test('an object that changes while it is looked at is looked at anew', async () => {
  const directory = await temporaryFolder();
  await writeReadings(directory, 'a.parquet', 10);
  const { dataset, storage, view } = watchDataset(directory);
  let changes = 2;
  storage.beforeRead = () => {
    if (changes-- > 0) throw new DatasetChangedError('File a.parquet was replaced since it was listed');
  };
  expect(rowsOf(await view())).toEqual([10]);
  expect(storage.listings).toBe(3);

  const never = watchDataset(directory);
  never.storage.beforeRead = () => {
    throw new DatasetChangedError('File a.parquet was replaced since it was listed');
  };
  await never.dataset.refresh();
  expect(never.storage.listings).toBe(3);
  await expect(never.dataset.current()).rejects.toThrow(DatasetChangedError);
  await dataset.stop();
});

test('one forbidden object is set aside and tried again each time; all forbidden is a failure', async () => {
  const directory = await temporaryFolder();
  await writeReadings(directory, 'a.parquet', 1);
  await writeReadings(directory, 'b.parquet', 2);
  const { dataset, storage, view } = watchDataset(directory);
  const forbidden = new Set(['a.parquet']);
  storage.beforeRead = ({ key }) => {
    if (forbidden.has(key)) throw new StorageAccessDeniedError(`File ${key} may not be read`);
  };
  const first = await view();
  expect([keysOf(first), first.quarantined]).toMatchObject([
    ['b.parquet'],
    [{ object: { key: 'a.parquet' }, reason: 'File a.parquet may not be read' }],
  ]);
  await view();
  expect(storage.reads.filter((key) => key === 'a.parquet')).toHaveLength(2);
  forbidden.clear();
  expect(keysOf(await view())).toEqual(['a.parquet', 'b.parquet']);

  const all = watchDataset(directory);
  all.storage.beforeRead = ({ key }) => {
    throw new StorageAccessDeniedError(`File ${key} may not be read`);
  };
  await expect(all.dataset.current()).rejects.toThrow(StorageAccessDeniedError);
  await dataset.stop();
});

test('a store that fails while footers are read leaves the view as it was', async () => {
  const directory = await temporaryFolder();
  await writeReadings(directory, 'a.parquet', 1);
  const { storage, view } = watchDataset(directory);
  const before = await view();
  await writeReadings(directory, 'b.parquet', 2);
  storage.beforeRead = () => {
    throw new StorageUnavailableError('The store does not answer');
  };
  expect(await view()).toBe(before);
  storage.beforeRead = () => undefined;
  expect(keysOf(await view())).toEqual(['a.parquet', 'b.parquet']);
});

test('stopping ends a listing that hangs, the loop, and what waits for them', async () => {
  const directory = await temporaryFolder();
  await writeReadings(directory, 'a.parquet');
  const { dataset, storage, lines } = watchDataset(directory, 1);
  const hanging = Promise.withResolvers<void>();
  storage.afterListing = ({ signal }) => {
    hanging.resolve();
    return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
  };
  dataset.start();
  await hanging.promise;
  const next = dataset.refresh();
  const asked = dataset.current();
  await dataset.stop();
  await next;
  await expect(asked).rejects.toThrow(StorageUnavailableError);

  const { listings } = storage;
  await delay(20);
  expect(storage.listings).toBe(listings);
  // The end of the service is no fault of the store.
  expect(lines).toEqual([]);
});

test('stopping while it pauses ends the pause', async () => {
  const directory = await temporaryFolder();
  await writeReadings(directory, 'a.parquet');
  const { dataset, storage } = watchDataset(directory, 3_600_000);
  dataset.start();
  const view = await dataset.current();
  await dataset.stop();
  expect(storage.listings).toBe(1);
  expect(await dataset.current()).toBe(view);
});
