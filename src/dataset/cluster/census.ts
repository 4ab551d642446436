import { z } from 'zod';
import type { RunOptions } from '../../engine/engine.ts';
import type { ManifestEntry } from '../inspect.ts';
import { identityOf } from '../snapshot.ts';

export const countRows = z.array(
  z.object({ object_path: z.string(), rows: z.int(), without_device: z.int() }),
);

/** The rows of each object as the table shows them; one that it does not show has no row. */
export const CENSUS_SQL = `SELECT object_path, count(*) AS "rows", count_if(device_id IS NULL) AS without_device
FROM {{ROWS}} AS typed
GROUP BY object_path`;

/** Counts the rows of objects that nothing is known of yet. */
type Count = (entries: readonly ManifestEntry[], options: RunOptions) => Promise<readonly ManifestEntry[]>;

/**
 * Knows which objects the table shows whole. An object that lies where the table does not look (a partition that is not
 * registered, a folder below) has no rows on the cluster, and no error tells it: an answer without it would be wrong.
 */
export class Census {
  private readonly shown = new Map<string, boolean>();

  /** @returns undefined when it is not known */
  isShown({ object }: ManifestEntry): boolean | undefined {
    return this.shown.get(identityOf(object));
  }

  note(entries: readonly ManifestEntry[], isShown: boolean): void {
    for (const { object } of entries) this.shown.set(identityOf(object), isShown);
  }

  /** Forgets all other objects, which are no more. */
  keepOnly(entries: readonly ManifestEntry[]): void {
    if (this.shown.size === 0) return;
    const there = new Set(entries.map(({ object }) => identityOf(object)));
    for (const identity of this.shown.keys()) if (!there.has(identity)) this.shown.delete(identity);
  }

  /** Whether the table shows all of these; has those counted of which it is not known. */
  async showsAll(entries: readonly ManifestEntry[], count: Count, options: RunOptions): Promise<boolean> {
    const unknown = entries.filter((entry) => this.isShown(entry) === undefined);
    if (unknown.length > 0) {
      const shown = new Set(await count(unknown, options));
      this.note([...shown], true);
      this.note(
        unknown.filter((entry) => !shown.has(entry)),
        false,
      );
    }
    return entries.every((entry) => this.isShown(entry) === true);
  }
}

/** Whether what the table shows of an object is what its footer tells. Where the key names the device, every row has it. */
export function isWhole(
  { rows, schema }: ManifestEntry,
  shown: { rows: number; without_device: number } | undefined,
): boolean {
  return (shown?.rows ?? 0) === rows && (schema.device !== 'key' || (shown?.without_device ?? 0) === 0);
}
