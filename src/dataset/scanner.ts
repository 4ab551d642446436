import type { DuckDBDataChunk } from '@duckdb/node-api';
import pMap from 'p-map';
import type { ColumnBatch } from '../engine/column-batch.ts';
import type { Row, RunOptions } from '../engine/engine.ts';
import {
  DatasetChangedError,
  DatasetEmptyError,
  ObjectUnreadableError,
  type TelemetryError,
  WarmingUpError,
} from '../errors.ts';
import type { ClusterReader } from './cluster/cluster-reader.ts';
import type { Dataset } from './dataset.ts';
import type { ManifestEntry } from './inspect.ts';
import { KeptBytes } from './kept-bytes.ts';
import { describeFault, mayBeBrokenObject } from './object-fault.ts';
import type { ObjectReader } from './object-reader.ts';
import { identityOf } from './snapshot.ts';
import type { DatasetView } from './view.ts';
import type { Scan } from './view-reader.ts';

/** Objects probed at once: the engine's other connections stay free for questions. */
const PROBE_CONCURRENCY = 2;

/** Decodes every page of the columns that readings are made of. */
const PROBE: Scan = {
  name: 'probe',
  sql: 'SELECT count(device_id), max("timestamp"), sum(voltage), sum(temperature), sum(soc) FROM {{TELEMETRY}}',
};

export interface ScanOptions extends RunOptions {
  /** Whether a statement that fails has every object looked at, since one may be broken. Default: true. */
  readonly probing?: boolean;
}

/** Runs statements over exactly the objects of a view. */
export class Scanner {
  private readonly kept: ObjectReader;
  private readonly fresh: ObjectReader;
  private readonly cluster: ClusterReader | undefined;
  private readonly dataset: Dataset;
  private probing: Promise<number> | undefined;
  /** Objects that a probe has read since the last listing, and found sound. */
  private readonly sound = { at: 0, objects: new Set<string>() };
  private readonly keptBytes = new KeptBytes();

  /**
   * @param kept may answer from what its engine keeps of earlier reads
   * @param fresh reads from the store, whatever was read before
   * @param cluster answers the scans that it takes; unset: this process answers all
   */
  constructor(
    {
      kept,
      fresh,
      cluster,
    }: { kept: ObjectReader; fresh: ObjectReader; cluster?: ClusterReader | undefined },
    dataset: Dataset,
  ) {
    this.kept = kept;
    this.fresh = fresh;
    this.cluster = cluster;
    this.dataset = dataset;
  }

  /**
   * @throws DatasetEmptyError when the view has no readings; DatasetChangedError when an object was replaced meanwhile
   * or turned out to be broken (then it is quarantined): the next view answers; whatever `Engine.run` throws.
   */
  async run(view: DatasetView, scan: Scan, options: ScanOptions = {}): Promise<Row[]> {
    const rows = await this.clusterRows(view, scan, options);
    return rows ?? (await this.read(view, options, (reader) => reader.rows(view, scan, options)));
  }

  /** Whether the cluster answers scans over these objects, where it has a statement for them. @throws EngineUnavailableError */
  async isForCluster(view: DatasetView, options: ScanOptions): Promise<boolean> {
    return (await this.cluster?.takes(view, options)) === true;
  }

  /**
   * The same from the cluster; undefined where it is for this process to answer: there is no cluster, it has no statement for the
   * question, or it does not take the objects.
   */
  async clusterRows(
    view: DatasetView,
    { clusterSql, ...scan }: Omit<Scan, 'sql'>,
    options: ScanOptions,
  ): Promise<Row[] | undefined> {
    const { cluster } = this;
    if (cluster === undefined || clusterSql === undefined || !(await cluster.takes(view, options)))
      return undefined;
    try {
      return await cluster.rows(view, { ...scan, sql: clusterSql }, options);
    } catch (error) {
      // The embedded engine finds out which object it is, or answers.
      if (error instanceof ObjectUnreadableError) return undefined;
      throw error;
    }
  }

  /** The same as `run`, as the engine holds it: for many numbers. */
  chunks(view: DatasetView, scan: Scan, options: ScanOptions = {}): Promise<readonly DuckDBDataChunk[]> {
    return this.read(view, options, (reader) => reader.chunks(view, scan, options));
  }

  private async read<T>(
    view: DatasetView,
    { probing = true }: ScanOptions,
    read: (reader: ObjectReader) => Promise<T>,
  ): Promise<T> {
    requireReadings(view);
    this.keptBytes.forgetUnlisted(view.snapshot);
    const wasKept = this.keptBytes.mayServe(view.entries);
    try {
      return await this.readOnce(view.entries, read);
    } catch (error) {
      if (!probing || !mayBeBrokenObject(error)) throw error;
      await this.quarantineBroken(view, error);
      if (!wasKept || this.keptBytes.mayServe(view.entries)) throw error;
      return await this.readOnce(view.entries, read);
    }
  }

  /** From what is kept, where that may be trusted. */
  private async readOnce<T>(
    entries: readonly ManifestEntry[],
    read: (reader: ObjectReader) => Promise<T>,
  ): Promise<T> {
    const kept = this.keptBytes.begin(entries);
    if (kept === undefined) return await read(this.fresh);
    let proven = false;
    try {
      const result = await read(this.kept);
      proven = true;
      return result;
    } finally {
      kept.end(proven);
    }
  }

  /** The same as they are asked for: see `ObjectReader.stream`. */
  async *stream(view: DatasetView, scan: Scan, options: ScanOptions = {}): AsyncGenerator<ColumnBatch, void> {
    requireReadings(view);
    const { clusterSql } = scan;
    if (this.cluster !== undefined && clusterSql !== undefined && (await this.isForCluster(view, options))) {
      return yield* this.cluster.stream(view, { ...scan, sql: clusterSql }, options);
    }
    const { probing = true } = options;
    const kept = this.keptBytes.begin(view.entries);
    const reader = kept === undefined ? this.fresh : this.kept;
    let proven = false;
    try {
      yield* reader.stream(view, scan, options);
      proven = true;
    } catch (error) {
      if (!probing || !mayBeBrokenObject(error)) throw error;
      await this.quarantineBroken(view, error);
      if (kept === undefined || this.keptBytes.mayServe(view.entries)) throw error;
      // Rows may be out already: the whole is asked again, or the transfer broken off.
      throw new DatasetChangedError('What was kept of an object is damaged, so it is read anew', {
        cause: error,
      });
    } finally {
      kept?.end(proven);
    }
  }

  /**
   * Statements that fail together wait for one probe together.
   * @throws DatasetChangedError when objects are broken. When no more than what is kept of them is, nothing is thrown
   */
  private async quarantineBroken(view: DatasetView, cause: TelemetryError): Promise<void> {
    // Found sound once, the statement is at fault: its caller must not have everything read again and again.
    if (this.isSound(view)) return;
    this.probing ??= this.probe(view.entries).finally(() => {
      this.probing = undefined;
    });
    if ((await this.probing) > 0) {
      throw new DatasetChangedError('A broken object was found and taken out of the answers', { cause });
    }
    for (const { object } of view.entries) this.sound.objects.add(identityOf(object));
  }

  private isSound({ entries, refreshedAt }: DatasetView): boolean {
    const at = refreshedAt.getTime();
    if (this.sound.at !== at) {
      this.sound.at = at;
      this.sound.objects.clear();
    }
    return entries.every(({ object }) => this.sound.objects.has(identityOf(object)));
  }

  /** Reads every object on its own, since an engine's error rarely says which one it stumbled over. */
  private async probe(entries: readonly ManifestEntry[]): Promise<number> {
    let broken = 0;
    const read = (entry: ManifestEntry) => (reader: ObjectReader) =>
      reader.rows({ entries: [entry], scope: null }, PROBE, { unrefusable: true });
    await pMap(
      entries,
      async (entry) => {
        if ((await faultOf(this.readOnce([entry], read(entry)))) === undefined) return;
        // Bytes may be damaged on their way, and then be kept: only an object that fails twice is at fault itself.
        const fault = await faultOf(read(entry)(this.fresh));
        if (fault === undefined) {
          this.keptBytes.distrust(entry);
          return;
        }
        broken++;
        this.dataset.quarantine(entry.object, describeFault(fault));
      },
      { concurrency: PROBE_CONCURRENCY },
    );
    return broken;
  }
}

async function faultOf(reading: Promise<unknown>): Promise<TelemetryError | undefined> {
  try {
    await reading;
    return undefined;
  } catch (error) {
    if (mayBeBrokenObject(error)) return error;
    throw error;
  }
}

/** @throws DatasetEmptyError when there is nothing to answer from. */
export function requireReadings(view: DatasetView): void {
  if (view.entries.length > 0) return;
  const count = view.quarantined.length;
  // How much there is of others, a viewer of some devices does not learn.
  throw new DatasetEmptyError(
    count === 0 || view.scope !== null
      ? 'There are no Parquet objects to answer from yet. They are looked for at every refresh'
      : `None of the ${count} objects can be read. dataset { quarantined { key reason } } tells why`,
  );
}

/** @throws WarmingUpError while what rollups will soon answer had to be scanned. */
export function requireBuilt(view: DatasetView): void {
  if (!view.warming) return;
  const said = 'The first rollups are being built, and summaries wait for them';
  throw new WarmingUpError(
    view.scope === null ? `${said}. dataset { progress { secondsLeft } } tells how far they are` : said,
  );
}
