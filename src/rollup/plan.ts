import type { StoredObject } from '../storage/storage.ts';

/** What is known of an object by the store: enough to tell whether it is still the same. */
export type KnownObject = Pick<StoredObject, 'key' | 'etag' | 'size'>;

export interface RollupPlan<Entry> {
  /** Added or changed: their partials are to be made. */
  readonly aggregate: readonly Entry[];
  /** Keys whose partials are to go: changed or removed. */
  readonly drop: readonly string[];
}

/** The pure diff between what the store was made from and what there is now. */
export function planRollup<Entry extends { readonly object: StoredObject }>(
  known: ReadonlyMap<string, KnownObject>,
  entries: readonly Entry[],
): RollupPlan<Entry> {
  const kept = new Set<string>();
  const aggregate = entries.filter(({ object }) => {
    const before = known.get(object.key);
    const same = before !== undefined && before.etag === object.etag && before.size === object.size;
    if (same) kept.add(object.key);
    return !same;
  });
  return { aggregate, drop: [...known.keys()].filter((key) => !kept.has(key)) };
}
