import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { pino } from 'pino';
import { createApp } from '../../src/app.ts';
import { loadConfig } from '../../src/config.ts';
import { inspectObject, isQuarantined, type ManifestEntry } from '../../src/dataset/inspect.ts';
import { ObjectReader } from '../../src/dataset/object-reader.ts';
import { compareKeys } from '../../src/dataset/snapshot.ts';
import { DuckDbEngine } from '../../src/engine/duckdb.ts';
import { PARTIALS_SQL } from '../../src/rollup/layout.ts';
import { Rollups } from '../../src/rollup/rollups.ts';
import { RollupStore } from '../../src/rollup/store.ts';
import { createStorage } from '../../src/storage/create-storage.ts';
import { startService } from '../child.ts';
import type { Data } from '../data.ts';
import { median, seconds, sideBySide } from '../load.ts';
import { CACHE, OBJECTS } from '../options.ts';
import { figure, type Row, timeRow } from './row.ts';

const ROUNDS = 3;
const TEN_MINUTES_MS = 600_000;
const log = pino({ level: 'error' });
const signal = new AbortController().signal;

/** Every object's partials at once. */
const ONE_SCAN = PARTIALS_SQL.replace('CAST($object_id AS INTEGER)', 'object_ordinal').replace(
  'GROUP BY device_id',
  'GROUP BY object_ordinal, device_id',
);

type Build = (entries: readonly ManifestEntry[]) => Promise<number>;

/** What the first build and a new object cost, in this process: without the start of another one. */
export async function buildRows(data: Data): Promise<Row[]> {
  // The AWS SDK reads its credentials there.
  Object.assign(process.env, data.settings);
  const config = loadConfig({ ...data.settings, STATE_DIR: path.join(CACHE, 'state-builds') });
  await mkdir(config.engine.tempDirectory, { recursive: true });
  const engine = await DuckDbEngine.create(config.engine);
  const { storage } = await createStorage(config, engine, log);
  try {
    const listed = (await storage.list()).toSorted((a, b) => compareKeys(a.key, b.key));
    const inspected = await Promise.all(listed.map((object) => inspectObject(storage, object)));
    const entries = inspected.filter((entry): entry is ManifestEntry => !isQuarantined(entry));
    const reader = new ObjectReader(engine, storage);
    const build: Build = (some) => buildAnew(some, config.engine, reader);
    const scan = () =>
      seconds(() => reader.chunks(entries, { name: 'scan', sql: ONE_SCAN }, { timeoutMs: TEN_MINUTES_MS }));

    await scan();
    const first = timeRow(
      {
        what: `first build, ${entries.length} objects, into a store on disk`,
        against: 'one DuckDB scan that computes the same partials',
        ...(await sideBySide(ROUNDS, () => build(entries), scan)),
        ifMissed:
          'Unlike the scan it opens each object by itself, merges days and devices, and writes it all to disk. Which of these costs how much has not been measured.',
      },
      1.3,
      's',
    );
    return [first, await newObjectRow(data, build, entries.slice(-1))];
  } finally {
    await engine.close();
    await storage.close();
  }
}

async function buildAnew(
  entries: readonly ManifestEntry[],
  engine: Parameters<typeof DuckDbEngine.create>[0],
  reader: ObjectReader,
): Promise<number> {
  const directory = await mkdtemp(path.join(CACHE, 'store-'));
  const store = await RollupStore.open({ directory, engine, log });
  try {
    return await seconds(() => new Rollups({ store, reader, log }).update(entries, { signal }));
  } finally {
    await store.close();
    await rm(directory, { recursive: true });
  }
}

async function newObjectRow(data: Data, build: Build, one: readonly ManifestEntry[]): Promise<Row> {
  let read = 0;
  const config = loadConfig({
    ...data.settings,
    REFRESH_SECONDS: '86400',
    STATE_DIR: path.join(CACHE, 'state-builds'),
  });
  const app = await createApp(config, {
    log,
    onStatement: ({ name }) => {
      if (name === 'partials') read++;
    },
  });
  try {
    await app.refresh();
    const refresh = async () => {
      await data.addObject();
      read = 0;
      const spent = await seconds(() => app.refresh());
      if (read !== 1) throw new Error(`expected that the new object is read alone, but ${read} were`);
      await data.removeObject();
      await app.refresh();
      return spent;
    };
    const { ours, theirs } = await sideBySide(ROUNDS, refresh, () => build(one));
    return {
      what: `refresh after a new object among ${OBJECTS} (nothing else is read)`,
      ours: `${figure(ours)} s`,
      against: 'building that object alone',
      theirs: `${figure(theirs)} s`,
      target: '≤ 2 s more',
      measured: `${figure(ours - theirs)} s more`,
      met: ours - theirs <= 2,
      ifMissed: 'Listing the bucket and merging the levels above.',
    };
  } finally {
    await app.close();
    await data.removeObject();
  }
}

/** @param state of a service that has rolled up and is stopped */
export async function restartRow(settings: Readonly<Record<string, string>>, state: string): Promise<Row> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    const service = await startService({ ...settings, STATE_DIR: state });
    times.push((performance.now() - started) / 1000);
    await service.stop();
  }
  const time = median(times);
  return {
    what: `restart with a kept store of ${OBJECTS} objects, from the start of the process to \`rolledUp\``,
    ours: `${figure(time)} s`,
    against: '–',
    theirs: '–',
    target: '≤ 2 s',
    measured: `${figure(time)} s`,
    met: time <= 2,
    ifMissed: 'Starting Node.js and loading the modules is most of it.',
  };
}
