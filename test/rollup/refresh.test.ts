import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ObjectReader } from '../../src/dataset/object-reader.ts';
import type { DatasetView } from '../../src/dataset/view.ts';
import { createLogger } from '../../src/log.ts';
import { Rollups } from '../../src/rollup/rollups.ts';
import { RollupStore } from '../../src/rollup/store.ts';
import { watchDataset, writeReadings } from '../dataset/watched-dataset.ts';
import { startEngine } from '../engine/start-engine.ts';
import { objectsOpened } from '../support/objects-opened.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const HOURS = 24;

/** A dataset with its rollups over a folder, kept in `state`; `read` counts the objects that were aggregated. */
async function start(directory: string, state: string) {
  const counts = { read: 0 };
  const engine = await startEngine({}, (event) => {
    if (event.name === 'partials' && event.error === undefined) counts.read += objectsOpened(event);
  });
  await engine.lock([directory]);
  const store = await RollupStore.open({
    directory: state,
    engine: {
      threads: 1,
      memoryBytes: 300e6,
      tempDirectory: path.join(state, 'spill'),
      maxConcurrent: 2,
      maxQueued: 10,
      timeoutMs: 10_000,
    },
    log: createLogger('silent'),
  });
  const watched = watchDataset(
    directory,
    60_000,
    (storage, log) => new Rollups({ store, reader: new ObjectReader(engine, storage), log }),
  );
  const close = async () => {
    await watched.dataset.stop();
    await store.close();
  };
  onTestFinished(close);
  /** Readings that the rollups of a view count. */
  const readings = async ({ rollups }: DatasetView) => {
    if (rollups === null) return null;
    const sql = 'SELECT CAST(coalesce(sum(readings), 0) AS BIGINT) AS n FROM devices';
    const [row] = await store.run({ rollups, scope: null }, { name: 'readings', sql });
    return row?.['n'];
  };
  return { ...watched, counts, readings, close };
}

const holds = (objects: readonly { key: string }[], wanted: string) =>
  objects.some(({ key }) => key === wanted);

/** As an object in a bucket is replaced: whole, or not at all. */
async function replace(directory: string, key: string, count: number): Promise<void> {
  const aside = await temporaryFolder();
  await writeReadings(aside, key, count);
  await rename(path.join(aside, key), path.join(directory, key));
}

test('a restart reads no footer and no object that it knows', async () => {
  const [directory, state] = [await temporaryFolder(), await temporaryFolder()];
  for (const key of ['a', 'b', 'c', 'd']) await writeReadings(directory, `${key}.parquet`, HOURS);
  await writeReadings(directory, 'device_id=pack%207/e.parquet', HOURS);
  const first = await start(directory, state);
  const before = await first.view();
  expect([first.storage.reads.length, first.counts.read]).toEqual([5, 5]);
  await first.close();

  await writeReadings(directory, 'c.parquet', HOURS + 1);
  await rm(path.join(directory, 'd.parquet'));
  const second = await start(directory, state);
  const view = await second.view();
  expect([second.storage.reads, second.counts.read]).toEqual([['c.parquet'], 1]);
  const entryOf = ({ entries }: DatasetView, key: string) => entries.find(({ object }) => object.key === key);
  for (const key of ['a.parquet', 'b.parquet', 'device_id=pack%207/e.parquet']) {
    expect(entryOf(view, key)).toEqual(entryOf(before, key));
  }
  expect(await second.readings(view)).toBe(4 * HOURS + 1);
});

test('what a failed refresh has read is not read again', async () => {
  const [directory, state] = [await temporaryFolder(), await temporaryFolder()];
  await writeReadings(directory, 'a.parquet', HOURS);
  const { readings, storage, view } = await start(directory, state);
  await view();
  for (const key of ['b', 'c', 'd']) await writeReadings(directory, `${key}.parquet`, HOURS);
  storage.opens.length = 0;
  // The first two listings find an object that is replaced as soon as it is opened.
  let changes = 2;
  storage.afterOpening = async (objects) => {
    if (changes > 0 && holds(objects, 'd.parquet')) await replace(directory, 'd.parquet', HOURS + changes--);
  };
  const after = await view();
  // Together, then each by itself; and again only the one that could not be read.
  expect(storage.opens.toSorted()).toEqual([
    ...Array(2).fill('b.parquet'),
    ...Array(2).fill('c.parquet'),
    ...Array(3).fill('d.parquet'),
  ]);
  expect(await readings(after)).toBe(4 * HOURS + 1);
});

test('an object that is never twice the same is set aside with its reason; the others go on', async () => {
  const [directory, state] = [await temporaryFolder(), await temporaryFolder()];
  await writeReadings(directory, 'a.parquet', HOURS);
  await writeReadings(directory, 'restless.parquet', HOURS);
  const { lines, readings, storage, view } = await start(directory, state);
  const before = await view();
  let version = 0;
  storage.afterOpening = async (objects) => {
    if (holds(objects, 'restless.parquet')) await replace(directory, 'restless.parquet', HOURS + ++version);
  };
  await writeReadings(directory, 'b.parquet', HOURS);
  await replace(directory, 'restless.parquet', HOURS + 100);
  const restless = await view();
  expect(restless.entries.map(({ object }) => object.key)).toEqual(['a.parquet', 'b.parquet']);
  expect(restless.quarantined).toMatchObject([
    {
      object: { key: 'restless.parquet' },
      reason: 'It changes faster than it can be read; it is tried again at every refresh',
    },
  ]);
  expect(
    lines.filter(({ msg, key }) => msg === 'Object quarantined' && key === 'restless.parquet'),
  ).toHaveLength(1);
  expect(await readings(restless)).toBe(2 * HOURS);
  expect(restless.version).not.toBe(before.version);

  storage.afterOpening = async () => undefined;
  await writeReadings(directory, 'restless.parquet', HOURS);
  const calm = await view();
  expect([await readings(calm), calm.quarantined]).toEqual([3 * HOURS, []]);
});

test('whoever goes away while the first rollups are built leaves nothing behind', async () => {
  const directory = await temporaryFolder();
  await writeReadings(directory, 'a.parquet', HOURS);
  const { dataset, storage } = await start(directory, await temporaryFolder());
  const [listed, building, held] = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
  storage.afterListing = async () => listed?.promise;
  storage.afterOpening = async () => {
    building?.resolve();
    await held?.promise;
  };
  /** Clients that wait, of whom all but the first go again. @returns what that one gets */
  const wait = async <T>(ask: (signal: AbortSignal) => Promise<T>): Promise<Promise<T>[]> => {
    const before = dataset.waiting;
    const clients = Array.from({ length: 20 }, () => new AbortController());
    const [first, ...others] = clients.map(({ signal }) => ask(signal));
    expect(dataset.waiting).toBe(before + clients.length);
    for (const client of clients.slice(1)) client.abort();
    await Promise.allSettled(others);
    expect(dataset.waiting).toBe(before + 1);
    return first === undefined ? [] : [first];
  };

  const [current] = await wait((signal) => dataset.current(signal));
  listed?.resolve();
  await building?.promise;
  const view = dataset.latest;
  if (view === undefined) return expect.unreachable();
  expect(view.warming).toBe(true);
  const [next] = await wait((signal) => dataset.next(view, signal));
  held?.resolve();
  await next;
  expect((await current)?.rollups).not.toBeNull();
  expect(dataset.waiting).toBe(0);
});
