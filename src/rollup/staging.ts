import type { ObjectPartials } from './changes.ts';

/** Partials in memory are bounded by both: many small objects share a transaction, and what took long is soon safe. */
const MAX_ROWS = 50_000;
const MAX_WAIT_MS = 1_000;

/** Collects partials and writes them a batch at a time, in the order in which they came; the very first at once. */
export class Staging {
  private readonly write: (batch: readonly ObjectPartials[]) => Promise<void>;
  private batch: ObjectPartials[] = [];
  private rows = 0;
  private writtenMs = Number.NEGATIVE_INFINITY;
  private writing: Promise<void> = Promise.resolve();

  constructor(write: (batch: readonly ObjectPartials[]) => Promise<void>) {
    this.write = write;
  }

  /** Resolves at once, or when the batch that became due is written: so whoever makes partials is held back. */
  async add(partials: ObjectPartials): Promise<void> {
    this.batch.push(partials);
    this.rows += partials.chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0);
    if (this.rows >= MAX_ROWS || performance.now() - this.writtenMs >= MAX_WAIT_MS) await this.flush();
  }

  /** Writes what is left. @throws what `write` throws */
  flush(): Promise<void> {
    const { batch } = this;
    this.batch = [];
    this.rows = 0;
    this.writtenMs = performance.now();
    this.writing = this.writing.then(() => this.write(batch));
    return this.writing;
  }
}
