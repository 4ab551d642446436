import type { StoredObject } from '../storage/storage.ts';
import { type Inspection, isQuarantined, type ManifestEntry, type QuarantinedObject } from './inspect.ts';
import { answerVersion, compareKeys, isSameObject, type Snapshot } from './snapshot.ts';

/** One snapshot and what is known of its objects: all that an operation answers from. Immutable. */
export interface DatasetView {
  /** Names what the answers rest on: see `answerVersion`. */
  readonly version: string;
  readonly snapshot: Snapshot;
  /** The objects that hold readings, in key order. */
  readonly entries: readonly ManifestEntry[];
  readonly quarantined: readonly QuarantinedObject[];
  /** The version under which the rollups answer for these entries; null while they do not. */
  readonly rollups: string | null;
  /** When the listing began that found this snapshot, or found it unchanged. */
  readonly refreshedAt: Date;
}

/** @param inspections in key order, one for each object of the snapshot */
export function createView(
  snapshot: Snapshot,
  inspections: readonly Inspection[],
  { rollups, refreshedAt }: Pick<DatasetView, 'rollups' | 'refreshedAt'>,
): DatasetView {
  const quarantined = inspections.filter(isQuarantined);
  return {
    version: versionOf(snapshot, quarantined),
    snapshot,
    entries: inspections.filter((inspection): inspection is ManifestEntry => !isQuarantined(inspection)),
    quarantined,
    rollups,
    refreshedAt,
  };
}

/** The same view without an object that turned out to be broken; the view itself when that is no part of it. */
export function withoutBroken(view: DatasetView, object: StoredObject, reason: string): DatasetView {
  // A statement may have run over an older view: what has taken the object's place since is not at fault.
  const isIt = (entry: ManifestEntry) => isSameObject(entry.object, object);
  if (!view.entries.some(isIt)) return view;
  const quarantined = [...view.quarantined, { object, reason }].sort((a, b) =>
    compareKeys(a.object.key, b.object.key),
  );
  return {
    ...view,
    version: versionOf(view.snapshot, quarantined),
    rollups: null,
    entries: view.entries.filter((entry) => !isIt(entry)),
    quarantined,
  };
}

function versionOf(snapshot: Snapshot, quarantined: readonly QuarantinedObject[]): string {
  return answerVersion(
    snapshot,
    quarantined.map(({ object }) => object),
  );
}
