import { z } from 'zod';
import type { Connection } from '../../schema/connection-types.ts';
import type { DatasetObject, ObjectContents, ObjectOrder, ObjectsArgs } from '../../schema/dataset-types.ts';
import { isQuarantined } from '../dataset/inspect.ts';
import { compareKeys } from '../dataset/snapshot.ts';
import type { DatasetView } from '../dataset/view.ts';
import type { RunOptions } from '../engine/engine.ts';
import { mapInSlices, sortInSlices } from '../pace.ts';
import type { RollupStore } from '../rollup/store.ts';
import { OBJECT_CONTENTS_SQL } from '../rollup/summaries-sql.ts';
import { mayBeNamed } from './describe-dataset.ts';
import type { Holdings } from './holdings.ts';
import { pageOfList } from './list-page.ts';
import { decodeCursor, encodeCursor, type ObjectPlace } from './object-cursor.ts';
import { camelRow } from './rows.ts';

/** Of views that are still asked: describing 100,000 objects anew for each page would take longer than the page. */
const described = new WeakMap<DatasetView, Promise<readonly DatasetObject[]>>();

/**
 * The objects of the snapshot, in key order. For who may see some devices only: those whose key names one of these, and that
 * hold readings of it, cannot be read, or are not taken in yet.
 */
export function objectsOf(
  view: DatasetView,
  holdings: Holdings,
  options: RunOptions,
): Promise<readonly DatasetObject[]> {
  const known = described.get(view);
  if (known !== undefined) return known;
  // Whoever comes next waits for the same, so it does not end with the request that asked first.
  const objects = describeObjects(view, holdings, { ...options, signal: undefined });
  described.set(view, objects);
  objects.catch(() => described.delete(view));
  return objects;
}

async function describeObjects(
  view: DatasetView,
  holdings: Holdings,
  options: RunOptions,
): Promise<readonly DatasetObject[]> {
  const inspections = new Map([...view.entries, ...view.quarantined].map((one) => [one.object.key, one]));
  let { objects } = view.snapshot;
  if (view.scope !== null) {
    const held = new Set((await holdings.ofScope(view, options)).entries.map(({ object }) => object.key));
    const isRead = new Set(view.entries.map(({ object }) => object.key));
    objects = objects.filter(({ key }) => mayBeNamed(view, key) && (held.has(key) || !isRead.has(key)));
  }
  return mapInSlices(objects, ({ key, etag, size, lastModified }): DatasetObject => {
    const inspection = inspections.get(key);
    const object = { key, etag, size, lastModified: lastModified.toISOString() };
    if (inspection === undefined) return { ...object, status: 'WAITING', reason: null, rowCount: null };
    if (isQuarantined(inspection)) {
      return { ...object, status: 'QUARANTINED', reason: inspection.reason, rowCount: null };
    }
    // Its rows may be of other devices too, whatever its key says.
    const rowCount = view.scope === null ? inspection.rows : null;
    return { ...object, status: 'READ', reason: null, rowCount };
  });
}

/** @param objects as `objectsOf` gives them @throws ArgumentError, InvalidCursorError */
export async function pageOfObjects(
  objects: readonly DatasetObject[],
  { search, status, orderBy, ...page }: ObjectsArgs,
): Promise<Connection<DatasetObject>> {
  const part = search?.toLowerCase() ?? '';
  const isWanted = (object: DatasetObject) =>
    (status === null || object.status === status) && (part === '' || object.key.toLowerCase().includes(part));
  const ordered = await inOrder(objects, orderBy);
  const wanted = status === null && part === '' ? null : await mapInSlices(ordered, isWanted);
  return pageOfList(
    {
      items: wanted === null ? ordered : ordered.filter((_, index) => wanted[index]),
      placeOf: (object) => placeOf(object, orderBy),
      compare: comparison(orderBy),
      encode: (place) => encodeCursor(orderBy, place),
      decode: (argument, cursor) => decodeCursor(argument, cursor, orderBy),
    },
    page,
  );
}

/** As long as their view: an order of 200,000 objects takes longer than any page of it. */
const orders = new WeakMap<readonly DatasetObject[], Map<string, Promise<readonly DatasetObject[]>>>();

/** @param objects in the order of their keys */
async function inOrder(
  objects: readonly DatasetObject[],
  orderBy: ObjectOrder,
): Promise<readonly DatasetObject[]> {
  if (orderBy.field === 'key' && orderBy.direction === 'ASC') return objects;
  const known = orders.get(objects) ?? new Map<string, Promise<readonly DatasetObject[]>>();
  orders.set(objects, known);
  const name = `${orderBy.field} ${orderBy.direction}`;
  const compare = comparison(orderBy);
  const ordered =
    known.get(name) ?? sortInSlices(objects, (a, b) => compare(placeOf(a, orderBy), placeOf(b, orderBy)));
  known.set(name, ordered);
  return ordered;
}

function placeOf(object: DatasetObject, { field }: ObjectOrder): ObjectPlace {
  return { value: object[field], key: object.key };
}

function comparison({ field, direction }: ObjectOrder): (a: ObjectPlace, b: ObjectPlace) => number {
  const sign = direction === 'ASC' ? 1 : -1;
  return field === 'key'
    ? (a, b) => sign * compareKeys(a.key, b.key)
    : (a, b) => sign * compareValues(a.value, b.value) || compareKeys(a.key, b.key);
}

/** Two numbers, or two instants: these are of one length, all in UTC, and so in order as texts. */
const compareValues = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0);

const contentsRow = camelRow({
  key: z.string(),
  reading_count: z.int().nonnegative(),
  device_count: z.int().nonnegative(),
  first_timestamp: z.iso.datetime(),
  last_timestamp: z.iso.datetime(),
});

const NOTHING: ObjectContents = {
  readingCount: 0,
  deviceCount: 0,
  firstTimestamp: null,
  lastTimestamp: null,
};

/**
 * What the rollups know of each object, in the order of the keys; null without rollups.
 * @param keys of objects that are read
 * @throws DatasetChangedError when the rollups have moved on
 */
export async function contentsOf(
  store: RollupStore,
  view: DatasetView,
  keys: readonly string[],
  options: RunOptions,
): Promise<readonly (ObjectContents | null)[]> {
  if (view.rollups === null) return keys.map(() => null);
  const statement = { name: 'object_contents', sql: OBJECT_CONTENTS_SQL, params: { keys } };
  const rows = z.array(contentsRow).parse(await store.run(view, statement, options));
  const byKey = new Map(rows.map(({ key, ...contents }) => [key, contents]));
  return keys.map((key) => byKey.get(key) ?? NOTHING);
}
