import { normalised } from '../access/device-scope.ts';
import type { DeviceScope } from '../access/viewer.ts';
import type { StoredObject } from '../storage/storage.ts';
import { type Inspection, isQuarantined, type ManifestEntry, type QuarantinedObject } from './inspect.ts';
import {
  answerVersion,
  compareKeys,
  identityOf,
  isSameObject,
  type ObjectIdentity,
  type Snapshot,
} from './snapshot.ts';

/** One snapshot and what is known of its objects: all that an operation answers from. Immutable. */
export interface DatasetView {
  /** Names what the answers rest on: see `answerVersion`. */
  readonly version: string;
  readonly snapshot: Snapshot;
  /** The objects that hold readings, in key order. */
  readonly entries: readonly ManifestEntry[];
  readonly quarantined: readonly QuarantinedObject[];
  /** The version under which the rollups answer for these entries; null while they do not: then a scan does. */
  readonly rollups: string | null;
  /** The rollups of the first view are being built, and summaries wait for them. */
  readonly warming: boolean;
  /**
   * The share of the readings (rows by the footers) that summaries rest on, from 0 to 1. Below 1 only while the first
   * rollups are built: 0 while summaries wait, between them while answers come from a part.
   */
  readonly coverage: number;
  /** When the listing began that found this snapshot, or found it unchanged. */
  readonly refreshedAt: Date;
  /**
   * The devices that answers from this view may be of; null: all. Whatever reads a view takes it along, so that no way of
   * asking passes it by. Set once, when an operation takes its view (`inScope`).
   */
  readonly scope: DeviceScope | null;
}

/** @param inspections in key order, one for each object of the snapshot */
export function createView(
  snapshot: Snapshot,
  inspections: readonly Inspection[],
  {
    rollups,
    refreshedAt,
    warming = false,
  }: Pick<DatasetView, 'rollups' | 'refreshedAt'> & { warming?: boolean },
): DatasetView {
  const quarantined = inspections.filter(isQuarantined);
  const entries = inspections.filter((inspection): inspection is ManifestEntry => !isQuarantined(inspection));
  return {
    version: versionOf(snapshot, entries),
    snapshot,
    entries,
    quarantined,
    rollups,
    warming,
    coverage: warming ? 0 : 1,
    refreshedAt,
    scope: null,
  };
}

/** The same view, for whoever may see these devices only. */
export function inScope(view: DatasetView, scope: DeviceScope | null): DatasetView {
  return scope === null ? view : { ...view, scope: normalised(scope) };
}

/**
 * The same view, with nothing in it but what the rollups cover so far: scans then agree with summaries.
 * @returns undefined when they cover an object that has turned out to be broken meanwhile
 */
export function coveredPart(
  view: DatasetView,
  covered: readonly ManifestEntry[],
  rollups: string,
): DatasetView | undefined {
  const known = new Set(view.entries.map(({ object }) => identityOf(object)));
  if (!covered.every(({ object }) => known.has(identityOf(object)))) return undefined;
  const rows = rowsOf(view.entries);
  return {
    ...view,
    version: versionOf(view.snapshot, covered),
    entries: covered,
    rollups,
    warming: false,
    coverage: rows === 0 ? 1 : rowsOf(covered) / rows,
  };
}

/** Whether all is in it that can be read. Else it is a part of that, while the first rollups are built. */
export function isWhole({ snapshot, entries, quarantined }: DatasetView): boolean {
  return entries.length + quarantined.length === snapshot.objects.length;
}

/** Views with the same state give the same answers. */
export function stateOf({ version, rollups, warming }: DatasetView): string {
  return `${version} ${rollups} ${warming}`;
}

export function rowsOf(entries: readonly ManifestEntry[]): number {
  return entries.reduce((sum, { rows }) => sum + rows, 0);
}

/** The same view without an object that turned out to be broken; the view itself when that is no part of it. */
export function withoutBroken(view: DatasetView, object: StoredObject, reason: string): DatasetView {
  // A statement may have run over an older view: what has taken the object's place since is not at fault.
  const isIt = (entry: { readonly object: StoredObject }) => isSameObject(entry.object, object);
  const isThere = view.entries.some(isIt);
  if (!isThere || view.quarantined.some(isIt)) return view;
  const entries = view.entries.filter((entry) => !isIt(entry));
  return {
    ...view,
    version: versionOf(view.snapshot, entries),
    rollups: null,
    entries,
    quarantined: [...view.quarantined, { object, reason }].sort((a, b) =>
      compareKeys(a.object.key, b.object.key),
    ),
  };
}

/** Names the objects that answers rest on: those of the snapshot, less what is quarantined or not covered yet. */
function versionOf(snapshot: Snapshot, entries: readonly ManifestEntry[]): string {
  const answering = new Set(entries.map(({ object }) => identityOf(object)));
  return answerVersion(
    snapshot,
    snapshot.objects.filter((object) => !answering.has(identityOf(object))),
  );
}
/** The same view with some of its objects only, for a question that the others cannot have readings for. */
export function onlyObjects(view: DatasetView, objects: readonly ObjectIdentity[]): DatasetView {
  const identities = new Set(objects.map(identityOf));
  return { ...view, entries: view.entries.filter(({ object }) => identities.has(identityOf(object))) };
}
