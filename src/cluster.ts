import type { Config } from './config/config.ts';
import { ClusterReader } from './dataset/cluster/cluster-reader.ts';
import { ClusterTable } from './dataset/cluster/cluster-table.ts';
import { DeltaFiles, IcebergFiles, type TableFiles } from './dataset/cluster/table-files.ts';
import type { TablePlace } from './dataset/cluster/table-place.ts';
import { TableStorage } from './dataset/cluster/table-storage.ts';
import { DeltaLog } from './dataset/delta/delta-log.ts';
import type { StatementListener } from './engine/engine.ts';
import { TrinoEngine } from './engine/trino/trino-engine.ts';
import { currentActivity } from './observe/scope.ts';
import type { Storage } from './storage/storage.ts';

/** What reads the objects where `ENGINE=trino` says so. */
export interface Cluster {
  readonly engine: TrinoEngine;
  readonly reader: ClusterReader;
  /** The objects that are part of the table. */
  readonly storage: Storage;
}

/** Asks nothing of the cluster yet: it may come up after this process. @returns undefined where there is none */
export function clusterOf(
  { trino, engine: { maxQueued, timeoutMs, maxStreams = 0, maxStreamsOfViewer } }: Config,
  storage: Storage,
  onStatement: StatementListener,
): Cluster | undefined {
  if (trino === undefined) return undefined;
  const { endpoint, table, format, maxConcurrent, minScanBytes } = trino;
  const engine = new TrinoEngine(
    { endpoint, timeoutMs, maxConcurrent, maxQueued, maxStreams, maxStreamsOfViewer, tags },
    onStatement,
  );
  const { catalog, schema } = endpoint;
  const place = { catalog, schema, table, format };
  const { location } = storage.source;
  const shown = new ClusterTable(engine, place, location, ownFiles(engine, place, storage));
  return {
    engine,
    storage: new TableStorage(storage, shown),
    reader: new ClusterReader({ engine, table: shown, storage, minScanBytes }),
  };
}

function ownFiles(engine: TrinoEngine, place: TablePlace, storage: Storage): TableFiles | undefined {
  switch (place.format) {
    case 'hive':
      return undefined;
    case 'iceberg':
      return new IcebergFiles(engine, place);
    case 'delta':
      return new DeltaFiles(new DeltaLog(storage), storage.source.location);
  }
}

/** What finds a request's statements in the cluster's list; the service's own have none. */
function tags(): readonly string[] {
  const request = currentActivity()?.request;
  return request === undefined ? [] : [request.id];
}
