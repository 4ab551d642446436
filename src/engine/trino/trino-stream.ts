import { pause } from '../../pace.ts';
import type { ColumnBatch } from '../column-batch.ts';
import type { TrinoPage } from './client.ts';
import { batchConverters } from './values.ts';

export interface StreamParts {
  /** The page that has come, and those to come. */
  readonly first: IteratorResult<TrinoPage, void>;
  readonly pages: AsyncGenerator<TrinoPage, void>;
  /** Deadline, caller and engine in one. */
  readonly stop: AbortSignal;
  /** No more rows are taken; unset: all. */
  readonly mostRows?: number | undefined;
  /** The error that whoever reads on gets. */
  present(cause: unknown): Error;
  /** Told once, when nothing is asked for any more. */
  onEnd(rows: number, error: Error | undefined): void;
}

/**
 * The rows of a running query as they are asked for. It ends with its last row, with `return`, and with the stop signal, even
 * while nobody asks: a reader that has gone to sleep holds no place.
 */
export class TrinoStream implements AsyncIterableIterator<ColumnBatch, undefined> {
  private readonly parts: StreamParts;
  private come: IteratorResult<TrinoPage, void> | undefined;
  private rows = 0;
  private isOver = false;
  private failure: Error | undefined;
  private readonly onStop = () => this.end(this.parts.stop.reason);

  constructor(parts: StreamParts) {
    this.parts = parts;
    this.come = parts.first;
    parts.stop.addEventListener('abort', this.onStop, { once: true });
    if (parts.stop.aborted) this.onStop();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<ColumnBatch, undefined>> {
    try {
      const page = await this.nextPage();
      if (page !== undefined) {
        const value = batchOf(firstOf(page, this.parts.mostRows, this.rows));
        this.rows += value.rowCount;
        if (this.rows === this.parts.mostRows) this.end();
        return { done: false, value };
      }
      this.end();
    } catch (cause) {
      this.end(cause);
    }
    if (this.failure !== undefined) throw this.failure;
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<ColumnBatch, undefined>> {
    this.end();
    return { done: true, value: undefined };
  }

  /** @returns undefined when there are no more rows, or none are wanted */
  private async nextPage(): Promise<TrinoPage | undefined> {
    while (!this.isOver) {
      const step = this.come ?? (await this.parts.pages.next());
      this.come = undefined;
      if (step.done) return undefined;
      await pause();
      if (step.value.rows.length > 0 && !this.isOver) return step.value;
    }
    return undefined;
  }

  private end(cause?: unknown): void {
    if (this.isOver) return;
    this.isOver = true;
    this.come = undefined;
    const { pages, stop, present, onEnd } = this.parts;
    stop.removeEventListener('abort', this.onStop);
    if (cause !== undefined) this.failure = present(cause);
    // What is left unread is cancelled on the cluster.
    pages.return().catch(() => undefined);
    onEnd(this.rows, this.failure);
  }
}

/** The rows of a page, column by column. */
export function batchOf({ columns, rows }: TrinoPage): ColumnBatch {
  const batch = batchConverters(columns).map((convert, column) =>
    rows.map((values) => convert(values[column])),
  );
  return { rowCount: rows.length, columns: batch, names: columns.map(({ name }) => name) };
}

/** What of a page is taken after so many rows. */
export function firstOf(page: TrinoPage, mostRows = Number.POSITIVE_INFINITY, before = 0): TrinoPage {
  const left = mostRows - before;
  return page.rows.length <= left ? page : { ...page, rows: page.rows.slice(0, left) };
}
