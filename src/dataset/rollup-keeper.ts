import type { ManifestEntry, QuarantinedObject } from './inspect.ts';

/** Brings rollups to a set of objects; the port that `rollup/` fulfils. */
export interface RollupKeeper {
  /** @throws DatasetChangedError when an object is no longer the one listed; faults of the store are thrown too. */
  update(entries: readonly ManifestEntry[], signal: AbortSignal): Promise<RollupUpdate>;
  /** How far an update is that reads objects; null while there is none. */
  readonly progress: RollupProgress | null;
}

/** Of the objects that an update has to read. */
export interface RollupProgress {
  readonly objects: number;
  readonly objectsDone: number;
  readonly bytes: number;
  readonly bytesDone: number;
}

export interface RollupUpdate {
  /** What the rollups answer for now, unless objects are broken. */
  readonly version: string;
  /** Objects that turned out not to be readable: ask again without them. */
  readonly broken: readonly QuarantinedObject[];
}
