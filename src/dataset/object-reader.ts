import type { DuckDBDataChunk } from '@duckdb/node-api';
import type { ColumnBatch } from '../engine/column-batch.ts';
import type { DuckDbEngine } from '../engine/duckdb.ts';
import type { Row, RunOptions, SqlValue, Statement } from '../engine/engine.ts';
import {
  ObjectUnreadableError,
  StatementFailedError,
  StorageAccessDeniedError,
  type TelemetryError,
} from '../errors.ts';
import { beginSpan, currentActivity, inSpan } from '../observe/scope.ts';
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
    return this.read(entries, scan, options, (statement) => this.engine.run(statement, options));
  }

  /** The same, as the engine holds it. */
  chunks(
    entries: readonly ManifestEntry[],
    scan: Scan,
    options: RunOptions = {},
  ): Promise<readonly DuckDBDataChunk[]> {
    return this.read(entries, scan, options, (statement) => this.engine.fetchChunks(statement, options));
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
    const { within, end } = beginSpan(spanOf(scan));
    let open: OpenObjects | undefined;
    try {
      const opened = await within(() => this.open(entries, options));
      open = opened;
      const statement = statementOf(scan, entries, opened.paths);
      yield* await within(() => this.engine.stream(statement, options));
      await within(() => opened.verify());
      end();
    } catch (error) {
      end(error);
      if (open !== undefined && error instanceof StorageAccessDeniedError) await open.verify();
      throw error;
    } finally {
      open?.release();
      // Whoever takes no more rows makes no error.
      end();
    }
  }

  private open(entries: readonly ManifestEntry[], options: RunOptions): Promise<OpenObjects> {
    const objects = entries.map((entry) => entry.object);
    currentActivity()?.opened(objects);
    return this.storage.open(objects, options);
  }

  private async read<T>(
    entries: readonly ManifestEntry[],
    scan: Scan,
    options: RunOptions,
    run: (statement: Statement) => Promise<T>,
  ): Promise<T> {
    return inSpan(spanOf(scan), async () => {
      const open = await this.open(entries, options);
      try {
        const result = await run(statementOf(scan, entries, open.paths)).catch(async (error) => {
          // S3 refuses to read a key that is gone, too, where the policy does not let it say so.
          if (error instanceof StorageAccessDeniedError) await open.verify();
          throw error;
        });
        await open.verify();
        return result;
      } finally {
        open.release();
      }
    });
  }
}

/** Opening, statement and verification together; the statement alone is a span in it. */
const spanOf = ({ name }: Scan) => `scan ${name}`;

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
