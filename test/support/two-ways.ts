import path from 'node:path';
import type { Telemetry } from '../../schema/context.ts';
import type { QueryRow } from '../../schema/query-types.ts';
import { QueryCatalog } from '../../src/catalog/query-catalog.ts';
import { Dataset } from '../../src/dataset/dataset.ts';
import { ObjectReader } from '../../src/dataset/object-reader.ts';
import { Scanner } from '../../src/dataset/scanner.ts';
import type { DatasetView } from '../../src/dataset/view.ts';
import { DuckDbEngine } from '../../src/engine/duckdb.ts';
import { Holdings } from '../../src/loaders/holdings.ts';
import { ReadingSource } from '../../src/loaders/reading-source.ts';
import { SeriesSource } from '../../src/loaders/series-source.ts';
import { SummarySource } from '../../src/loaders/summary-source.ts';
import { ViewTelemetry } from '../../src/loaders/telemetry.ts';
import { createLogger } from '../../src/log.ts';
import { Rollups } from '../../src/rollup/rollups.ts';
import { RollupStore } from '../../src/rollup/store.ts';
import { LocalStorage } from '../../src/storage/local.ts';

export interface TwoWays {
  /** One operation that is answered from the rollups where they reach. */
  rolledUp(): Telemetry;
  /** One whose every answer is a scan. */
  scanned(): Telemetry;
  /** The rows of a named query. */
  rows(telemetry: Telemetry, name: string): Promise<readonly QueryRow[]>;
  close(): Promise<void>;
}

/** The same folder asked with its rollups and without them. */
export async function twoWays(
  directory: string,
  scratch: string,
  queriesDirectory = path.resolve(import.meta.dirname, '../../queries'),
): Promise<TwoWays> {
  const log = createLogger('silent');
  const config = {
    threads: 2,
    memoryBytes: 500e6,
    tempDirectory: path.join(scratch, 'spill'),
    maxConcurrent: 2,
    maxQueued: 1_000,
    timeoutMs: 60_000,
  };
  const engine = await DuckDbEngine.create(config);
  const storage = new LocalStorage(directory);
  const store = await RollupStore.open({ directory: undefined, engine: config, log, onStatement: undefined });
  const reader = new ObjectReader(engine, storage);
  const rollups = new Rollups({ store, reader, log });
  const dataset = new Dataset({ storage, rollups, refreshMs: 86_400_000, log, now: () => new Date() });
  const scanner = new Scanner({ kept: reader, fresh: reader }, dataset);
  const holdings = new Holdings({ store, scanner });
  const catalog = await QueryCatalog.load({
    directory: queriesDirectory,
    tempDirectory: config.tempDirectory,
    scanner,
    store,
    onCluster: false,
    rowLimit: 100_000,
    log,
  });
  const summaries = new SummarySource({ catalog, engine, scanner, store, holdings });
  const series = new SeriesSource({ engine, scanner, store, holdings });
  const readings = new ReadingSource({ scanner, store, holdings });
  await dataset.refresh();
  const operation = (change: (view: DatasetView) => DatasetView) => () =>
    new ViewTelemetry({
      currentView: async () => change(await dataset.current()),
      source: storage.source,
      store,
      holdings,
      progress: () => null,
      summaries,
      catalog,
      readings,
      series,
    });
  return {
    rolledUp: operation((view) => view),
    scanned: operation((view) => ({ ...view, rollups: null })),
    rows: async (telemetry, name) => (await telemetry.namedQuery(catalog.get(name), {})).rows,
    close: async () => {
      await dataset.stop();
      await engine.close();
      await store.close();
      await storage.close();
    },
  };
}
