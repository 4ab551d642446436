import type { ManifestEntry } from '../dataset/inspect.ts';
import type { RollupProgress } from '../dataset/rollup-keeper.ts';

/** Counts what an update has read of what it has to read, and estimates the rest from the pace so far. */
export class ProgressCount {
  private readonly objects: number;
  private readonly bytes: number;
  private readonly startedMs = performance.now();
  private objectsDone = 0;
  private bytesDone = 0;

  constructor(entries: readonly ManifestEntry[]) {
    this.objects = entries.length;
    this.bytes = entries.reduce((sum, { object }) => sum + object.size, 0);
  }

  add(entries: readonly ManifestEntry[]): void {
    for (const { object } of entries) {
      this.objectsDone++;
      this.bytesDone += object.size;
    }
  }

  get current(): RollupProgress {
    const { objects, objectsDone, bytes, bytesDone } = this;
    const elapsedMs = performance.now() - this.startedMs;
    const secondsLeft =
      bytesDone === 0 ? null : Math.ceil((elapsedMs / bytesDone) * (bytes - bytesDone) * 1e-3);
    return { objects, objectsDone, bytes, bytesDone, secondsLeft };
  }
}
