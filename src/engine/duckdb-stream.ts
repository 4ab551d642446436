import type { DuckDBConnection, DuckDBResult } from '@duckdb/node-api';
import { orAbandoned } from './abandon.ts';
import type { ColumnBatch } from './column-batch.ts';
import { batchConverters, readBatch } from './duckdb-columns.ts';
import { interruptible } from './interruptible.ts';

/** Tells the last row from all others. */
const END = 'end of the stream';

/**
 * The statement with one row more at its end. When a statement fails while its rows are fetched, the C API gives no more
 * rows and keeps the error, which the bindings do not let us read: without this row, the half would look like the whole.
 */
export function withEnd(sql: string): string {
  return `FROM (${sql}\n) AS streamed UNION ALL BY NAME SELECT true AS "${END}"`;
}

/** Fails as the statement does, and has one row if it does not. */
export function withoutRows(sql: string): string {
  return `SELECT bit_xor(hash(streamed)) FROM (${sql}\n) AS streamed`;
}

export interface StreamParts {
  readonly connection: DuckDBConnection;
  readonly result: DuckDBResult;
  /** Deadline, caller and engine in one. */
  readonly stop: AbortSignal;
  /** Runs the statement again where it broke off, to learn why. @returns what it throws */
  diagnose(): Promise<unknown>;
  /** The error that whoever reads on gets. */
  present(cause: unknown): Error;
  /** Told once, when nothing runs any more: the connection is free. */
  onEnd(rows: number, error: Error | undefined): void;
}

/**
 * The rows of a running SELECT, as fast as they are asked for: the engine works ahead by a small buffer, and waits.
 * It ends with its last row, with `return`, and with the stop signal, even while nobody asks: a reader that has gone to
 * sleep holds no connection.
 */
export class DuckDbStream implements AsyncIterableIterator<ColumnBatch, undefined> {
  private readonly parts: StreamParts;
  private readonly converters: ReturnType<typeof batchConverters>;
  private rows = 0;
  /** The last row has come. */
  private whole = false;
  private fetching: Promise<unknown> | undefined;
  private ending: Promise<void> | undefined;
  private failure: Error | undefined;
  private readonly onStop = () => void this.end(this.parts.stop.reason);

  constructor(parts: StreamParts) {
    this.parts = parts;
    const { result, stop } = parts;
    this.converters = batchConverters(result.columnTypes().map(({ typeId }) => typeId));
    stop.addEventListener('abort', this.onStop, { once: true });
    if (stop.aborted) this.onStop();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<ColumnBatch, undefined>> {
    if (this.ending !== undefined) {
      await this.ended(this.ending);
      if (this.failure !== undefined) throw this.failure;
      return { done: true, value: undefined };
    }
    try {
      const batch = this.whole ? undefined : await this.fetch();
      if (batch !== undefined) return { done: false, value: batch };
      if (!this.whole && this.ending === undefined) {
        const reason = this.parts.diagnose();
        this.fetching = reason;
        throw await orAbandoned(reason, this.parts.stop);
      }
    } catch (cause) {
      await this.ended(this.end(cause));
      throw this.failure ?? this.parts.present(cause);
    }
    await this.end();
    return { done: true, value: undefined };
  }

  /** Who has been stopped does not wait for a request that hangs. */
  private ended(ending: Promise<void>): Promise<void> {
    return orAbandoned(ending, this.parts.stop).catch(() => undefined);
  }

  /** @returns undefined when there are no more rows */
  private async fetch(): Promise<ColumnBatch | undefined> {
    const { connection, result, stop } = this.parts;
    const fetching = interruptible(connection, stop, () => result.fetchChunk());
    this.fetching = fetching;
    const forget = () => {
      this.fetching = undefined;
    };
    fetching.then(forget, forget);
    const chunk = await orAbandoned(fetching, stop);
    if (chunk === null || chunk.rowCount === 0) return undefined;
    const { columns, rowCount } = readBatch(chunk, this.converters);
    this.whole = columns.at(-1)?.at(-1) === true;
    const count = this.whole ? rowCount - 1 : rowCount;
    this.rows += count;
    if (count === 0) return undefined;
    return {
      rowCount: count,
      columns: columns.slice(0, -1).map((column) => (this.whole ? column.slice(0, -1) : column)),
    };
  }

  async return(): Promise<IteratorResult<ColumnBatch, undefined>> {
    await this.ended(this.end());
    return { done: true, value: undefined };
  }

  private end(cause?: unknown): Promise<void> {
    this.ending ??= this.stopQuery(cause);
    return this.ending;
  }

  private async stopQuery(cause: unknown): Promise<void> {
    const { connection, result, stop, present, onEnd } = this.parts;
    stop.removeEventListener('abort', this.onStop);
    if (cause !== undefined) this.failure = present(cause);
    // What is left unread keeps its query open, with its files and memory: it is interrupted until nothing comes.
    await interruptible(connection, AbortSignal.abort(), async () => {
      await this.fetching?.catch(() => undefined);
      // At its end there are chunks without rows for ever.
      while (((await result.fetchChunk())?.rowCount ?? 0) > 0);
    }).catch(() => undefined);
    onEnd(this.rows, this.failure);
  }
}
