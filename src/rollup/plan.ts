import { identityOf, type ObjectIdentity } from '../dataset/snapshot.ts';

/** An object whose partials the store holds. */
export interface HeldObject extends ObjectIdentity {
  readonly objectId: number;
  /** It counts in the answers; otherwise it waits for the version that it belongs to. */
  readonly live: boolean;
}

export interface RollupPlan<Entry> {
  /** Added or changed: their partials are to be made. */
  readonly aggregate: readonly Entry[];
  /** Their partials are there, whether or not they count already. */
  readonly covered: readonly Entry[];
  /** Made for a version that never came to be, of objects that are no more. */
  readonly stale: readonly HeldObject[];
}

/** The pure diff between what the store holds, by identity, and what there is now. */
export function planRollup<Entry extends { readonly object: ObjectIdentity }>(
  held: ReadonlyMap<string, HeldObject>,
  entries: readonly Entry[],
): RollupPlan<Entry> {
  const wanted = new Set(entries.map(({ object }) => identityOf(object)));
  const isHeld = ({ object }: Entry) => held.has(identityOf(object));
  return {
    aggregate: entries.filter((entry) => !isHeld(entry)),
    covered: entries.filter(isHeld),
    stale: [...held].flatMap(([identity, object]) => (object.live || wanted.has(identity) ? [] : [object])),
  };
}

/** What has to come and go for exactly these objects to count. */
export function planPublish(
  held: ReadonlyMap<string, HeldObject>,
  objects: readonly ObjectIdentity[],
): { readonly come: readonly HeldObject[]; readonly go: readonly HeldObject[] } {
  const wanted = new Set(objects.map(identityOf));
  const each = [...held];
  return {
    come: each.flatMap(([identity, object]) => (!object.live && wanted.has(identity) ? [object] : [])),
    go: each.flatMap(([identity, object]) => (object.live && !wanted.has(identity) ? [object] : [])),
  };
}
