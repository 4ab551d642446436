import type { DuckDBDataChunk } from '@duckdb/node-api';
import pMap from 'p-map';
import type { ColumnBatch } from '../engine/column-batch.ts';
import type { Row, RunOptions } from '../engine/engine.ts';
import { DatasetChangedError, DatasetEmptyError, type TelemetryError, WarmingUpError } from '../errors.ts';
import type { Dataset } from './dataset.ts';
import type { ManifestEntry } from './inspect.ts';
import { describeFault, mayBeBrokenObject, type ObjectReader, type Scan } from './object-reader.ts';
import { identityOf } from './snapshot.ts';
import type { DatasetView } from './view.ts';

/** Objects probed at once: the engine's other connections stay free for questions. */
const PROBE_CONCURRENCY = 2;

/** Decodes every page of the columns that readings are made of. */
const PROBE: Scan = {
  name: 'probe',
  sql: 'SELECT count(device_id), max("timestamp"), sum(voltage), sum(temperature), sum(soc) FROM {{TELEMETRY}}',
};

/** Runs statements over exactly the objects of a view. */
export class Scanner {
  private readonly reader: ObjectReader;
  private readonly dataset: Dataset;
  private probing: Promise<number> | undefined;
  /** Objects that a probe has read since the last listing, and found sound. */
  private readonly sound = { at: 0, objects: new Set<string>() };

  constructor(reader: ObjectReader, dataset: Dataset) {
    this.reader = reader;
    this.dataset = dataset;
  }

  /**
   * @throws DatasetEmptyError when the view has no readings; DatasetChangedError when an object was replaced meanwhile
   * or turned out to be broken (then it is quarantined): the next view answers; whatever `Engine.run` throws.
   */
  run(view: DatasetView, scan: Scan, options: RunOptions = {}): Promise<Row[]> {
    return this.read(view, () => this.reader.rows(view, scan, options));
  }

  /** The same as `run`, as the engine holds it: for many numbers. */
  chunks(view: DatasetView, scan: Scan, options: RunOptions = {}): Promise<readonly DuckDBDataChunk[]> {
    return this.read(view, () => this.reader.chunks(view, scan, options));
  }

  private async read<T>(view: DatasetView, read: () => Promise<T>): Promise<T> {
    requireReadings(view);
    try {
      return await read();
    } catch (error) {
      if (mayBeBrokenObject(error)) await this.quarantineBroken(view, error);
      throw error;
    }
  }

  /** The same as they are asked for: see `ObjectReader.stream`. */
  async *stream(view: DatasetView, scan: Scan, options: RunOptions = {}): AsyncGenerator<ColumnBatch, void> {
    requireReadings(view);
    try {
      yield* this.reader.stream(view, scan, options);
    } catch (error) {
      if (mayBeBrokenObject(error)) await this.quarantineBroken(view, error);
      throw error;
    }
  }

  /** Statements that fail together wait for one probe together. */
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
    await pMap(
      entries,
      async (entry) => {
        try {
          await this.reader.rows({ entries: [entry], scope: null }, PROBE, { unrefusable: true });
        } catch (error) {
          if (!mayBeBrokenObject(error)) throw error;
          broken++;
          this.dataset.quarantine(entry.object, describeFault(error));
        }
      },
      { concurrency: PROBE_CONCURRENCY },
    );
    return broken;
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
