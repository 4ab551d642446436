import type { DuckDBConnection, DuckDBResult } from '@duckdb/node-api';
import type { ColumnBatch } from './column-batch.ts';
import { batchConverters, readBatch } from './duckdb-columns.ts';
import { interruptible } from './interruptible.ts';

export interface StreamParts {
  readonly connection: DuckDBConnection;
  readonly result: DuckDBResult;
  /** Deadline, caller and engine in one. */
  readonly stop: AbortSignal;
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
      await this.ending;
      if (this.failure !== undefined) throw this.failure;
      return { done: true, value: undefined };
    }
    const { connection, result, stop } = this.parts;
    this.fetching = interruptible(connection, stop, () => result.fetchChunk());
    try {
      const chunk = await (this.fetching as Promise<Awaited<ReturnType<typeof result.fetchChunk>>>);
      if (chunk !== null && chunk.rowCount > 0) {
        this.rows += chunk.rowCount;
        return { done: false, value: readBatch(chunk, this.converters) };
      }
    } catch (cause) {
      await this.end(cause);
      throw this.failure ?? cause;
    } finally {
      this.fetching = undefined;
    }
    await this.end();
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<ColumnBatch, undefined>> {
    await this.end();
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
