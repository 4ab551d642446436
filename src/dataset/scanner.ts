import pMap from 'p-map';
import type { Engine, Row, RunOptions, SqlValue } from '../engine/engine.ts';
import {
  DatasetChangedError,
  DatasetEmptyError,
  ObjectUnreadableError,
  StatementFailedError,
  type TelemetryError,
} from '../errors.ts';
import type { Storage } from '../storage/storage.ts';
import type { Dataset, DatasetView } from './dataset.ts';
import type { ManifestEntry } from './inspect.ts';
import { telemetrySql } from './telemetry-sql.ts';

/** A SELECT that may name `{{TELEMETRY}}` and `{{S3_PATH}}`. */
export interface Scan {
  readonly name: string;
  readonly sql: string;
  readonly params?: Readonly<Record<string, SqlValue>>;
}

/** Objects probed at once: the engine's other connections stay free for questions. */
const PROBE_CONCURRENCY = 2;

/** Decodes every page of the columns that readings are made of. */
const PROBE: Scan = {
  name: 'probe',
  sql: 'SELECT count(device_id), max("timestamp"), sum(voltage), sum(temperature), sum(soc) FROM {{TELEMETRY}}',
};

/** Runs statements over exactly the objects of a view. */
export class Scanner {
  private readonly engine: Engine;
  private readonly storage: Storage;
  private readonly dataset: Dataset;
  private probing: Promise<number> | undefined;

  constructor(parts: { engine: Engine; storage: Storage; dataset: Dataset }) {
    this.engine = parts.engine;
    this.storage = parts.storage;
    this.dataset = parts.dataset;
  }

  /**
   * @throws DatasetEmptyError when the view has no readings; DatasetChangedError when an object was replaced meanwhile
   * or turned out to be broken (then it is quarantined): the next view answers; whatever `Engine.run` throws.
   */
  async run(view: DatasetView, scan: Scan, options: RunOptions = {}): Promise<Row[]> {
    if (view.entries.length === 0) throw emptyDataset(view);
    try {
      return await this.runOver(view.entries, scan, options);
    } catch (error) {
      if (mayBeBrokenObject(error)) await this.quarantineBroken(view, error);
      throw error;
    }
  }

  private async runOver(entries: readonly ManifestEntry[], scan: Scan, options: RunOptions): Promise<Row[]> {
    const open = await this.storage.open(
      entries.map((entry) => entry.object),
      options,
    );
    try {
      const { sql, params } = expandPlaceholders(scan.sql, entries, open.paths);
      const rows = await this.engine.run(
        { name: scan.name, sql, params: { ...scan.params, ...params } },
        options,
      );
      await open.verify();
      return rows;
    } finally {
      open.release();
    }
  }

  /** Statements that fail together wait for one probe together. */
  private async quarantineBroken(view: DatasetView, cause: TelemetryError): Promise<void> {
    this.probing ??= this.probe(view.entries).finally(() => {
      this.probing = undefined;
    });
    if ((await this.probing) > 0) {
      throw new DatasetChangedError('A broken object was found and taken out of the answers', { cause });
    }
  }

  /** Reads every object on its own, since an engine's error rarely says which one it stumbled over. */
  private async probe(entries: readonly ManifestEntry[]): Promise<number> {
    let broken = 0;
    await pMap(
      entries,
      async (entry) => {
        try {
          await this.runOver([entry], PROBE, {});
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

function emptyDataset(view: DatasetView): DatasetEmptyError {
  const count = view.quarantined.length;
  return new DatasetEmptyError(
    count === 0
      ? 'There are no Parquet objects to answer from yet. They are looked for at every refresh'
      : `None of the ${count} objects can be read. dataset { quarantined { key reason } } tells why`,
  );
}

function mayBeBrokenObject(error: unknown): error is TelemetryError {
  return error instanceof ObjectUnreadableError || error instanceof StatementFailedError;
}

function describeFault(error: TelemetryError): string {
  const detail = error.cause instanceof Error ? error.cause.message.split('\n', 1)[0] : error.message;
  return `Its data cannot be read: ${detail?.replace(SERVER_PATH, 'the object')}`;
}

/** From where a path or URL begins to the end of the file's name: paths of the server stay in the server. */
const SERVER_PATH = /(?<![\w.)])["']?(s3:\/\/|https?:\/\/|\/|[A-Z]:\\)(.*\.parquet|\S+)["']?/gi;

function expandPlaceholders(sql: string, entries: readonly ManifestEntry[], paths: readonly string[]) {
  const params: Record<string, SqlValue> = {};
  const expanded = sql.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (placeholder, name: string) => {
    if (name === 'TELEMETRY') {
      const telemetry = telemetrySql(entries, paths);
      Object.assign(params, telemetry.params);
      // In one line, so that a comment may name the placeholder.
      return telemetry.sql.replaceAll(/\s*\n\s*/g, ' ');
    }
    if (name === 'S3_PATH') {
      params['s3_path'] = paths;
      return '$s3_path';
    }
    throw new StatementFailedError(`expected {{TELEMETRY}} or {{S3_PATH}}, but got ${placeholder}`);
  });
  return { sql: expanded, params };
}
