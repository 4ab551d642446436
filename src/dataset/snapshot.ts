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
  // A listing that goes on while objects come may name a key twice; the later one is the newer.
  const byKey = new Map(listed.map((object) => [object.key, object]));
  const objects = [...byKey.values()].sort((a, b) => compareKeys(a.key, b.key));
  const hash = createHash('sha256');
  for (const object of objects) hash.update(identityOf(object));
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
  for (const object of quarantined) hash.update(identityOf(object));
  return hash.digest('hex').slice(0, 32);
}

/** The order that decides which of two objects holds the later row: UTF-8 bytes, as S3 lists. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const [one, other] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (one !== other) return rankOf(one) - rankOf(other);
  }
  return a.length - b.length;
}

/** In UTF-8, halves of a pair come after all that is one unit of UTF-16; making bytes of two keys would take four times as long. */
const rankOf = (unit: number) => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800);

/** What tells one object from all others, also from those that had or will have its key. */
export type ObjectIdentity = Pick<StoredObject, 'key' | 'etag' | 'size'>;

export function isSameObject(a: ObjectIdentity, b: ObjectIdentity): boolean {
  return a.key === b.key && a.etag === b.etag && a.size === b.size;
}

/** The identity as text: the same for the same object alone. */
export function identityOf({ key, etag, size }: ObjectIdentity): string {
  return JSON.stringify([key, etag, size]);
}
