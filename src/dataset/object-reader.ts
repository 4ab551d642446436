import type { DuckDBDataChunk } from '@duckdb/node-api';
import type { ColumnBatch } from '../engine/column-batch.ts';
import { type Deadline, startDeadline } from '../engine/deadline.ts';
import type { DuckDbEngine } from '../engine/duckdb.ts';
import type { Row, RunOptions, SqlValue, Statement } from '../engine/engine.ts';
import {
  ObjectUnreadableError,
  StatementFailedError,
  StatementTimeoutError,
  StorageAccessDeniedError,
  type TelemetryError,
} from '../errors.ts';
import type { OpenObjects, Storage } from '../storage/storage.ts';
import type { ManifestEntry } from './inspect.ts';
import { type TimeHint, telemetrySql } from './telemetry-sql.ts';

/** A SELECT that may name `{{TELEMETRY}}` and `{{S3_PATH}}`. */
export interface Scan {
  readonly name: string;
  readonly sql: string;
  readonly params?: Readonly<Record<string, SqlValue>>;
  /** Where in time the rows lie that it wants, where that is known beforehand. */
  readonly hint?: TimeHint;
}

/** Runs statements over the very objects that it is given: opened before, verified after. */
export class ObjectReader {
  private readonly engine: DuckDbEngine;
  private readonly storage: Storage;

  constructor(engine: DuckDbEngine, storage: Storage) {
    this.engine = engine;
    this.storage = storage;
  }

  /** @throws DatasetChangedError when an object was replaced meanwhile; whatever `Engine.run` throws. */
  rows(entries: readonly ManifestEntry[], scan: Scan, options: RunOptions = {}): Promise<Row[]> {
    return this.read(entries, scan, options, (statement, bounded) => this.engine.run(statement, bounded));
  }

  /** The same, as the engine holds it. */
  chunks(
    entries: readonly ManifestEntry[],
    scan: Scan,
    options: RunOptions = {},
  ): Promise<readonly DuckDBDataChunk[]> {
    return this.read(entries, scan, options, (statement, bounded) =>
      this.engine.fetchChunks(statement, bounded),
    );
  }

  /**
   * The same as they are asked for. The objects are verified after the last row: whoever was given rows, and then an
   * error, was given rows of no snapshot, and has to throw them away. Aborting the signal ends it at once, `return` when
   * the rows under way have come.
   */
  async *stream(
    entries: readonly ManifestEntry[],
    scan: Scan,
    options: RunOptions = {},
  ): AsyncGenerator<ColumnBatch, void> {
    const deadline = this.startDeadline(scan, options);
    const bounded = { ...options, signal: deadline.signal };
    try {
      const open = await this.open(entries, bounded);
      try {
        yield* await this.engine.stream(statementOf(scan, entries, open.paths), bounded);
        await open.verify();
      } catch (error) {
        if (error instanceof StorageAccessDeniedError) await open.verify();
        throw error;
      } finally {
        open.release();
      }
    } finally {
      deadline.clear();
    }
  }

  private async read<T>(
    entries: readonly ManifestEntry[],
    scan: Scan,
    options: RunOptions,
    run: (statement: Statement, options: RunOptions) => Promise<T>,
  ): Promise<T> {
    const deadline = this.startDeadline(scan, options);
    const bounded = { ...options, signal: deadline.signal };
    try {
      const open = await this.open(entries, bounded);
      try {
        const result = await run(statementOf(scan, entries, open.paths), bounded).catch(async (error) => {
          // S3 refuses to read a key that is gone, too, where the policy does not let it say so.
          if (error instanceof StorageAccessDeniedError) await open.verify();
          throw error;
        });
        await open.verify();
        return result;
      } finally {
        open.release();
      }
    } finally {
      deadline.clear();
    }
  }

  private open(entries: readonly ManifestEntry[], options: RunOptions): Promise<OpenObjects> {
    return this.storage.open(
      entries.map((entry) => entry.object),
      options,
    );
  }

  /** Fetching the objects and comparing them counts too: whoever asks knows nothing of these steps. */
  private startDeadline({ name }: Scan, { signal, timeoutMs = this.engine.timeoutMs }: RunOptions): Deadline {
    const seconds = (timeoutMs / 1000).toFixed(1);
    const late = () =>
      new StatementTimeoutError(`The statement ${name} was stopped at its deadline after ${seconds} s`);
    return startDeadline(timeoutMs, late, signal);
  }
}

/** An engine's error rarely says whether the statement or an object is at fault, and never which one. */
export function mayBeBrokenObject(error: unknown): error is TelemetryError {
  return error instanceof ObjectUnreadableError || error instanceof StatementFailedError;
}

export function describeFault(error: TelemetryError): string {
  const detail = error.cause instanceof Error ? error.cause.message.split('\n', 1)[0] : error.message;
  return `Its data cannot be read: ${detail?.replace(SERVER_PATH, 'the object')}`;
}

/** From where a path or URL begins to the end of the file's name: paths of the server stay in the server. */
const SERVER_PATH = /(?<![\w.)])["']?(s3:\/\/|https?:\/\/|\/|[A-Z]:\\)(.*\.parquet|\S+)["']?/gi;

function statementOf(scan: Scan, entries: readonly ManifestEntry[], paths: readonly string[]): Statement {
  const { sql, params } = expandPlaceholders(scan, entries, paths);
  return { name: scan.name, sql, params: { ...scan.params, ...params } };
}

function expandPlaceholders(
  { sql, hint }: Scan,
  entries: readonly ManifestEntry[],
  paths: readonly string[],
) {
  const params: Record<string, SqlValue> = {};
  const expanded = sql.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (placeholder, name: string) => {
    if (name === 'TELEMETRY') {
      const telemetry = telemetrySql(entries, paths, hint);
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
