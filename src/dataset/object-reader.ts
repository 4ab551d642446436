import type { DuckDBDataChunk } from '@duckdb/node-api';
import { isInScope } from '../access/device-scope.ts';
import type { ColumnBatch } from '../engine/column-batch.ts';
import { type Deadline, startDeadline } from '../engine/deadline.ts';
import type { DuckDbEngine } from '../engine/duckdb.ts';
import type { Row, RunOptions, SqlValue, Statement } from '../engine/engine.ts';
import {
  ForbiddenError,
  ObjectUnreadableError,
  StatementFailedError,
  StatementTimeoutError,
  StorageAccessDeniedError,
  type TelemetryError,
} from '../errors.ts';
import { beginSpan, currentActivity, inSpan } from '../observe/scope.ts';
import type { OpenObjects, Storage } from '../storage/storage.ts';
import type { ManifestEntry } from './inspect.ts';
import { deviceInKey } from './reading-schema.ts';
import { type TimeHint, telemetrySql } from './telemetry-sql.ts';
import { withoutNames } from './unnamed-error.ts';
import type { DatasetView } from './view.ts';

/** A SELECT that may name `{{TELEMETRY}}` and `{{S3_PATH}}`. */
export interface Scan {
  readonly name: string;
  readonly sql: string;
  readonly params?: Readonly<Record<string, SqlValue>>;
  /** Where in time the rows lie that it wants, where that is known beforehand. */
  readonly hint?: TimeHint;
}

/** What a statement reads: objects, and of them the devices that may be seen. */
export type ReadableView = Pick<DatasetView, 'entries' | 'scope'>;

/** Objects that are open, and the statement over them. */
interface OpenedScan {
  readonly open: OpenObjects;
  readonly statement: Statement;
}

/**
 * Runs statements over the very objects of a view: opened before, verified after. Of a view with a scope, only its devices
 * are in `{{TELEMETRY}}`, whole objects (`{{S3_PATH}}`) are refused, and errors name none.
 */
export class ObjectReader {
  private readonly engine: DuckDbEngine;
  private readonly storage: Storage;

  constructor(engine: DuckDbEngine, storage: Storage) {
    this.engine = engine;
    this.storage = storage;
  }

  /**
   * @throws DatasetChangedError when an object was replaced meanwhile; ForbiddenError; whatever `Engine.run` throws.
   */
  rows(view: ReadableView, scan: Scan, options: RunOptions = {}): Promise<Row[]> {
    return this.read(view, scan, options, (statement, bounded) => this.engine.run(statement, bounded));
  }

  /** The same, as the engine holds it. */
  chunks(view: ReadableView, scan: Scan, options: RunOptions = {}): Promise<readonly DuckDBDataChunk[]> {
    return this.read(view, scan, options, (statement, bounded) =>
      this.engine.fetchChunks(statement, bounded),
    );
  }

  /**
   * The same as they are asked for. The objects are verified after the last row: whoever was given rows, and then an
   * error, was given rows of no snapshot, and has to throw them away. Aborting the signal ends it at once, `return` when
   * the rows under way have come.
   */
  async *stream(view: ReadableView, scan: Scan, options: RunOptions = {}): AsyncGenerator<ColumnBatch, void> {
    const { within, end } = beginSpan(spanOf(scan));
    const deadline = this.startDeadline(scan, options);
    const bounded = { ...options, signal: deadline.signal };
    try {
      const { open, statement } = await within(() => this.open(view, scan, bounded));
      try {
        yield* await within(() => this.engine.stream(statement, bounded));
        await within(() => open.verify());
      } catch (error) {
        if (error instanceof StorageAccessDeniedError) await open.verify();
        throw error;
      } finally {
        open.release();
      }
    } catch (error) {
      end(error);
      throw shownTo(view, error);
    } finally {
      deadline.clear();
      // Whoever takes no more rows makes no error.
      end();
    }
  }

  private async read<T>(
    view: ReadableView,
    scan: Scan,
    options: RunOptions,
    run: (statement: Statement, options: RunOptions) => Promise<T>,
  ): Promise<T> {
    const deadline = this.startDeadline(scan, options);
    const bounded = { ...options, signal: deadline.signal };
    const reading = inSpan(spanOf(scan), async () => {
      const { open, statement } = await this.open(view, scan, bounded);
      try {
        const result = await run(statement, bounded).catch(async (error) => {
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
    return reading
      .catch((error) => {
        throw shownTo(view, error);
      })
      .finally(() => deadline.clear());
  }

  /** Fetching the objects and comparing them counts too: whoever asks knows nothing of these steps. */
  private startDeadline({ name }: Scan, { signal, timeoutMs = this.engine.timeoutMs }: RunOptions): Deadline {
    const seconds = (timeoutMs / 1000).toFixed(1);
    const late = () =>
      new StatementTimeoutError(`The statement ${name} was stopped at its deadline after ${seconds} s`);
    return startDeadline(timeoutMs, late, signal);
  }

  /** What names a device outside the scope in its key is not opened. */
  private async open({ entries, scope }: ReadableView, scan: Scan, options: RunOptions): Promise<OpenedScan> {
    if (scope !== null && PATHS.test(scan.sql)) {
      throw new ForbiddenError(
        `expected a viewer who may see every device, since ${scan.name} reads whole objects, but got one who may see some only`,
      );
    }
    const isWanted = ({ schema, object }: ManifestEntry) =>
      scope === null || schema.device !== 'key' || isInScope(scope, deviceInKey(object.key) ?? '');
    const wanted = entries.filter(isWanted);
    const objects = wanted.map(({ object }) => object);
    currentActivity()?.opened(objects);
    const open = await this.storage.open(objects, options);
    const pathOf = new Map(wanted.map((entry, place) => [entry, open.paths[place]]));
    try {
      const statement = statementOf(
        scan,
        { entries, scope },
        entries.map((entry) => pathOf.get(entry)),
      );
      return { open, statement };
    } catch (error) {
      open.release();
      throw error;
    }
  }
}

/** Keys may hold what is no business of a viewer who sees some devices only. */
function shownTo({ scope }: ReadableView, error: unknown): unknown {
  return scope === null ? error : withoutNames(error);
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

const PLACEHOLDER = /\{\{\s*(\w+)\s*\}\}/g;
const PATHS = /\{\{\s*S3_PATH\s*\}\}/;

/** What to open for an entry of the view, in their order; undefined for one that is not opened. */
type Paths = readonly (string | undefined)[];

function statementOf(scan: Scan, view: ReadableView, paths: Paths): Statement {
  const { sql, params } = expandPlaceholders(scan, view, paths);
  return { name: scan.name, sql, params: { ...scan.params, ...params } };
}

function expandPlaceholders({ sql, hint }: Scan, { entries, scope }: ReadableView, paths: Paths) {
  const params: Record<string, SqlValue> = {};
  const expanded = sql.replaceAll(PLACEHOLDER, (placeholder, name: string) => {
    if (name === 'TELEMETRY') {
      const telemetry = telemetrySql(entries, paths, scope, hint);
      Object.assign(params, telemetry.params);
      // In one line, so that a comment may name the placeholder.
      return telemetry.sql.replaceAll(/\s*\n\s*/g, ' ');
    }
    if (name === 'S3_PATH') {
      params['s3_path'] = paths.filter((path) => path !== undefined);
      return '$s3_path';
    }
    throw new StatementFailedError(`expected {{TELEMETRY}} or {{S3_PATH}}, but got ${placeholder}`);
  });
  return { sql: expanded, params };
}
