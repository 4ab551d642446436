import type { StoredObject } from '../storage/storage.ts';
import type { ManifestEntry, QuarantinedObject } from './inspect.ts';

/** Brings rollups to a set of objects; the port that `rollup/` fulfils. */
export interface RollupKeeper {
  /** What is known of an object from before, so that its footer need not be read. */
  inspectionOf(object: StoredObject): ManifestEntry | undefined;
  /** Reads what is new, and nothing else. @throws faults of the store */
  update(entries: readonly ManifestEntry[], options: RollupOptions): Promise<RollupUpdate>;
  /** How far an update is that reads objects; null while there is none. */
  readonly progress: RollupProgress | null;
}

export interface RollupOptions {
  readonly signal: AbortSignal;
  /** Under which version clients know these entries; unset: they are not told of it. */
  readonly answers?: string;
  /** Told of each part of the objects that the rollups answer for, under its version, before they do for all. */
  readonly onPart?: ((covered: readonly ManifestEntry[], version: string) => void) | undefined;
}

/** Of the objects that an update has to read. */
export interface RollupProgress {
  readonly objects: number;
  readonly objectsDone: number;
  readonly bytes: number;
  readonly bytesDone: number;
  /** At the pace so far; null before the first object is done. */
  readonly secondsLeft: number | null;
}

export interface RollupUpdate {
  /** What the rollups answer for now, unless objects are broken or changed. */
  readonly version: string;
  /** Objects that turned out not to be readable: ask again without them. */
  readonly broken: readonly QuarantinedObject[];
  /** Objects that are no longer those listed: list anew, and ask again. What was read of the others is not lost. */
  readonly changed: readonly StoredObject[];
}
