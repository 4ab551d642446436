import type { ManifestEntry } from '../dataset/inspect.ts';

/**
 * Small objects are read many at a time: by itself, each would cost a statement, and memory for as many rows as the engine
 * hands over at least. What is larger is read alone, so that one that is broken or changes costs no other.
 */
const SMALL: Bounds = { objects: 32, bytes: 1024 ** 2 };

/** What is read by one statement at most. */
export interface Bounds {
  readonly objects: number;
  readonly bytes: number;
}

/** The entries in their order, those together that are read by one statement. */
export function readTogether(entries: readonly ManifestEntry[], most: Bounds = SMALL): ManifestEntry[][] {
  const groups: ManifestEntry[][] = [];
  let group: ManifestEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const { size } = entry.object;
    if (group.length === 0 || group.length === most.objects || bytes + size > most.bytes) {
      group = [];
      bytes = 0;
      groups.push(group);
    }
    group.push(entry);
    bytes += size;
  }
  return groups;
}
