import { isInScope } from '../access/device-scope.ts';
import type { ColumnBatch } from '../engine/column-batch.ts';
import { type Deadline, startDeadline } from '../engine/deadline.ts';
import type { Engine, Row, RunOptions, SqlValue, Statement } from '../engine/engine.ts';
import { StatementTimeoutError, StorageAccessDeniedError } from '../errors.ts';
import { beginSpan, inSpan } from '../observe/scope.ts';
import type { ManifestEntry } from './inspect.ts';
import { deviceInKey } from './reading-schema.ts';
import type { TimeHint } from './telemetry-sql.ts';
import { withoutNames } from './unnamed-error.ts';
import type { DatasetView } from './view.ts';

/** A SELECT that may name `{{TELEMETRY}}` and `{{S3_PATH}}`. */
export interface Scan {
  readonly name: string;
  readonly sql: string;
  readonly params?: Readonly<Record<string, SqlValue>>;
  /** Where in time the rows lie that it wants, where that is known beforehand. */
  readonly hint?: TimeHint;
  /** The same question in the dialect of the cluster, with the same parameters; unset: only the embedded engine answers it. */
  readonly clusterSql?: string;
  /** See `Statement`; only of what the cluster runs. */
  readonly mostRows?: number;
}

/** What a statement reads: objects, and of them the devices that may be seen. */
export type ReadableView = Pick<DatasetView, 'entries' | 'scope'>;

/** The objects that may be opened: what names a device outside the scope in its key is not. */
export function entriesInScope({ entries, scope }: ReadableView): readonly ManifestEntry[] {
  if (scope === null) return entries;
  return entries.filter(
    ({ schema, object }) => schema.device !== 'key' || isInScope(scope, deviceInKey(object.key) ?? ''),
  );
}

/** Objects that are readable for one statement, and the statement over them. */
export interface OpenedScan {
  readonly statement: Statement;
  /** See `OpenObjects.verify`. */
  verify(): Promise<void>;
  release(): void;
}

/**
 * Runs statements over the very objects of a view: opened before, verified after. Of a view with a scope, only its devices
 * are in `{{TELEMETRY}}`, whole objects (`{{S3_PATH}}`) are refused, and errors name none.
 */
export abstract class ViewReader<E extends Engine> {
  protected readonly engine: E;

  constructor(engine: E) {
    this.engine = engine;
  }

  /** What the engine is to run for the scan over the objects of this view. */
  protected abstract open(view: ReadableView, scan: Scan, options: RunOptions): Promise<OpenedScan>;

  /** Whether the reason of a failure may be that an object is gone, which only the store tells. */
  protected mayBeGone(error: unknown): boolean {
    // S3 refuses to read a key that is gone, too, where the policy does not let it say so.
    return error instanceof StorageAccessDeniedError;
  }

  /**
   * @throws DatasetChangedError when an object was replaced meanwhile; ForbiddenError; whatever `Engine.run` throws.
   */
  rows(view: ReadableView, scan: Scan, options: RunOptions = {}): Promise<Row[]> {
    return this.read(view, scan, options, (statement, bounded) => this.engine.run(statement, bounded));
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
      const opened = await within(() => this.open(view, scan, bounded));
      try {
        yield* await within(() => this.engine.stream(opened.statement, bounded));
        await within(() => opened.verify());
      } catch (error) {
        if (this.mayBeGone(error)) await opened.verify();
        throw error;
      } finally {
        opened.release();
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

  protected async read<T>(
    view: ReadableView,
    scan: Scan,
    options: RunOptions,
    run: (statement: Statement, options: RunOptions) => Promise<T>,
  ): Promise<T> {
    const deadline = this.startDeadline(scan, options);
    const bounded = { ...options, signal: deadline.signal };
    const reading = inSpan(spanOf(scan), async () => {
      const opened = await this.open(view, scan, bounded);
      try {
        const result = await run(opened.statement, bounded).catch(async (error) => {
          if (this.mayBeGone(error)) await opened.verify();
          throw error;
        });
        await opened.verify();
        return result;
      } finally {
        opened.release();
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
}

/** Keys may hold what is no business of a viewer who sees some devices only. */
function shownTo({ scope }: ReadableView, error: unknown): unknown {
  return scope === null ? error : withoutNames(error);
}

/** Opening, statement and verification together; the statement alone is a span in it. */
const spanOf = ({ name }: Scan) => `scan ${name}`;
