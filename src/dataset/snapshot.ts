import { createHash } from 'node:crypto';
import type { StoredObject } from '../storage/storage.ts';

/** The set of objects at one listing. Immutable. */
export interface Snapshot {
  /** Names the set: a hash of every (key, etag, size). Equal sets have equal versions, whenever they are listed. */
  readonly version: string;
  /** Ordered by `compareKeys`. */
  readonly objects: readonly StoredObject[];
  readonly bytes: number;
}

export function createSnapshot(listed: readonly StoredObject[]): Snapshot {
  const objects = listed.toSorted((a, b) => compareKeys(a.key, b.key));
  const hash = createHash('sha256');
  for (const { key, etag, size } of objects) hash.update(JSON.stringify([key, etag, size]));
  return {
    version: hash.digest('hex').slice(0, 32),
    objects,
    bytes: objects.reduce((sum, object) => sum + object.size, 0),
  };
}

/**
 * Names what answers rest on: the snapshot, and which of its objects cannot be read. An object that is found broken only
 * while it is read changes the answers, and so this too.
 */
export function answerVersion(snapshot: Snapshot, quarantined: readonly StoredObject[]): string {
  if (quarantined.length === 0) return snapshot.version;
  const hash = createHash('sha256').update(snapshot.version);
  for (const { key, etag, size } of quarantined) hash.update(JSON.stringify([key, etag, size]));
  return hash.digest('hex').slice(0, 32);
}

/** The order that decides which of two objects holds the later row: UTF-8 bytes, as S3 lists. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

export function isSameObject(a: StoredObject, b: StoredObject): boolean {
  return a.key === b.key && a.etag === b.etag && a.size === b.size;
}
