import { computed, signal } from '@preact/signals';
import type { SnapshotQuery } from '../generated/graphql.ts';
import { type Change, Changes } from './changes.ts';
import type { Failure } from './failure.ts';

/**
 * The snapshot that the service answers from now. Views ask again when it changes. One voice tells of it: if every answer did,
 * two processes behind one address, one of which is a moment behind, would have all views ask in turns.
 */
export const snapshotVersion = signal<string | null>(null);
/** What the watch has heard last; null before it has. */
export const snapshot = signal<SnapshotQuery['dataset'] | null>(null);
/** Time of the newest reading that the watch has heard of; null while there is none, or none is known. */
export const newestReading = computed(() => snapshot.value?.newestReading ?? null);
/** The watch had no answer when it asked last. */
export const isUnreachable = signal(false);
/** Why the watch was told nothing when it asked last. */
export const snapshotFailure = signal<Failure | undefined>(undefined);
/** New snapshots are heard of as they come; else they are asked for at intervals. */
export const isLive = signal(false);
/** Somebody looks at what no event tells: when the objects were listed, and how far the next snapshot is. */
export const isProgressShown = signal(false);
/** Counts the answers of snapshots that the page has not heard of, upon each of which the watch looks at once. */
export const looksWanted = signal(0);

const MOST_KNOWN = 100;
const changes = new Changes(MOST_KNOWN);
/** What the page has heard of, or has had the watch look for: the newest last. */
let known: readonly string[] = [];

/** "The data set is now of version …": the one place that has views ask again. */
export function noteSnapshot(change: Change): void {
  changes.add(change);
  know(change.version);
  snapshotVersion.value = change.version;
}

/**
 * "An answer is of version …": one that the page has never heard of may be ahead of what it knows, so the watch looks, once for each. One
 * that it knows is that of now, or older.
 */
export function noteAnswered(version: string | null): void {
  if (version === null || snapshotVersion.value === null || known.includes(version)) return;
  know(version);
  looksWanted.value += 1;
}

function know(version: string): void {
  known = [...known.filter((other) => other !== version), version].slice(-MOST_KNOWN);
}

/** Whether what was answered from `since` about just these devices is the answer of now. */
export function areUntouched(deviceIds: readonly string[], since: string): boolean {
  const now = snapshotVersion.value;
  return now !== null && changes.areUntouched(deviceIds, since, now);
}
