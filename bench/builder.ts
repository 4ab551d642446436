import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import pMap from 'p-map';
import { pino } from 'pino';
import { clusterOf } from '../src/cluster.ts';
import { loadConfig } from '../src/config/config.ts';
import { inspectObject, isQuarantined, type ManifestEntry } from '../src/dataset/inspect.ts';
import { ObjectReader } from '../src/dataset/object-reader.ts';
import { compareKeys } from '../src/dataset/snapshot.ts';
import { memoryShare } from '../src/engine/memory-share.ts';
import { ReadingEngines } from '../src/engine/reading-engines.ts';
import { partialsTogetherSql } from '../src/rollup/layout.ts';
import { Rollups } from '../src/rollup/rollups.ts';
import { SLOTS } from '../src/rollup/slots.ts';
import { RollupStore } from '../src/rollup/store.ts';
import { createStorage } from '../src/storage/create-storage.ts';
import type { StoredObject } from '../src/storage/storage.ts';
import type { Settings } from './data.ts';
import { scratchFolder } from './folders.ts';
import { seconds } from './load.ts';

/** Builds rollups in this process, so that the start of another one is not measured with it; with `ENGINE=trino` the cluster reads. All times in s. */
export interface Builder {
  list(): Promise<readonly StoredObject[]>;
  /** Reads footers as the service does. */
  inspect(objects: readonly StoredObject[]): Promise<ManifestEntry[]>;
  /** From nothing into a store on disk, the commit included. */
  build(entries: readonly ManifestEntry[]): Promise<number>;
  /** Every object's partials in one statement, kept nowhere. */
  scan(entries: readonly ManifestEntry[]): Promise<number>;
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;
/** As many as the service reads. */
const FOOTERS_AT_ONCE = 16;
const log = pino({ level: 'error' });
const signal = new AbortController().signal;

const ONE_SCAN = partialsTogetherSql(SLOTS['1h']).replace(
  'CAST($object_ids[object_ordinal + 1] AS INTEGER)',
  'object_ordinal',
);

export async function openBuilder(settings: Settings): Promise<Builder> {
  // The AWS SDK reads its credentials there.
  Object.assign(process.env, settings);
  const scratch = await scratchFolder();
  const config = loadConfig({ ...settings, STATE_DIR: scratch.directory });
  await mkdir(config.engine.tempDirectory, { recursive: true });
  const engines = await ReadingEngines.create(config.engine);
  const { storage } = await createStorage(config, engines, log);
  const reader = new ObjectReader(engines.building, storage);
  const cluster = clusterOf(config, storage, () => {});
  return {
    list: async () => (await storage.list()).toSorted((a, b) => compareKeys(a.key, b.key)),
    inspect: async (objects) => {
      const inspected = await pMap(objects, (object) => inspectObject(storage, object), {
        concurrency: FOOTERS_AT_ONCE,
      });
      return inspected.filter((entry): entry is ManifestEntry => !isQuarantined(entry));
    },
    build: async (entries) => {
      const directory = await mkdtemp(path.join(scratch.directory, 'store-'));
      const store = await RollupStore.open({ directory, engine: memoryShare(config.engine, 'rollups'), log });
      try {
        return await seconds(() =>
          new Rollups({ store, reader, cluster: cluster?.reader, log }).update(entries, { signal }),
        );
      } finally {
        await store.close();
        await rm(directory, { recursive: true });
      }
    },
    scan: (entries) =>
      seconds(() =>
        reader.chunks({ entries, scope: null }, { name: 'scan', sql: ONE_SCAN }, { timeoutMs: HOUR_MS }),
      ),
    close: async () => {
      await cluster?.engine.close();
      await engines.close();
      await storage.close();
      await scratch.remove();
    },
  };
}
