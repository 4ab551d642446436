import type { ColumnBatch } from './column-batch.ts';
import type { OperationScope } from './operation-scope.ts';

/** A value that may be bound to a parameter. Lists are bound as lists of text. */
export type SqlValue = string | number | bigint | boolean | null | readonly string[];

/** One SELECT. `name` is what logs, metrics and tests call it; `params` are bound by name, never pasted. */
export interface Statement {
  readonly name: string;
  readonly sql: string;
  readonly params?: Readonly<Record<string, SqlValue>>;
  /** No more rows are taken. For engines that drop the order of a subquery, around which there can be no LIMIT. */
  readonly mostRows?: number | undefined;
}

export interface RunOptions {
  /** Aborting it interrupts the statement. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds from the call until the statement is interrupted, waiting in the queue included. */
  readonly timeoutMs?: number | undefined;
  /** For the service's own work, which is bounded where it is asked for: it waits however many wait already. */
  readonly unrefusable?: boolean;
  /** The operation that it is for; unset: the service itself, which waits in a line of its own. */
  readonly scope?: OperationScope | undefined;
}

/**
 * A row as plain values, whatever the engine's own types:
 * integers are `number` up to ±2^53 and `bigint` past it, floats are `number` (NaN and infinities included),
 * decimals are `number`, dates are `YYYY-MM-DD`, timestamps (with and without zone: UTC) are RFC 3339 text with as
 * many fractional digits as they need (at least 3), lists are arrays, structs are objects, all else is text.
 */
export type Row = Readonly<Record<string, unknown>>;

export interface StatementEvent {
  /** The instance that ran it. */
  readonly engine: string;
  readonly name: string;
  /** What was bound, the objects that it opened among them: `objects_0`, … */
  readonly params: NonNullable<Statement['params']>;
  readonly rows: number;
  /** The wait for a connection included. */
  readonly durationMs: number;
  readonly waitedMs: number;
  readonly error?: unknown;
}

/**
 * Told of every statement when it ends, in the asynchronous context of whoever asked for it. Tests count with it; logs,
 * metrics and traces listen to it.
 */
export type StatementListener = (event: StatementEvent) => void;

/** What runs SQL over the objects. */
export interface Engine {
  /**
   * Runs one SELECT and returns its rows.
   * @throws StatementTimeoutError, StatementCancelledError, OverloadedError, OutOfMemoryError,
   * TooManyStatementsError, AnswerTooLargeError,
   * StorageUnavailableError (and its kinds), DatasetChangedError, ObjectUnreadableError or StatementFailedError; of a
   * cluster also EngineUnavailableError (and its kind).
   */
  run(statement: Statement, options?: RunOptions): Promise<Row[]>;
  /**
   * Begins one SELECT and gives its rows as they are asked for, in memory that does not grow with them. Leaving before the
   * end ends the statement, too.
   * @throws OverloadedError when too many streams are open; else what `run` throws, here or while the rows are read
   */
  stream(statement: Statement, options?: RunOptions): Promise<AsyncIterableIterator<ColumnBatch, undefined>>;
  /** Milliseconds that a statement may take unless it is told otherwise. */
  readonly timeoutMs: number;
  /** Interrupts what runs, waits for it, and closes. */
  close(): Promise<void>;
}

/** Runs trusted statements of our own (LOAD, SET, CREATE SECRET) that `run` refuses. Never reached by a user's SQL. */
export interface EngineAdmin {
  execute(sql: string): Promise<void>;
}
