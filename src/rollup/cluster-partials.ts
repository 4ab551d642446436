import { DuckDBTimestampValue, type DuckDBValue, structValue } from '@duckdb/node-api';
import { isWhole } from '../dataset/cluster/census.ts';
import type { ClusterReader } from '../dataset/cluster/cluster-reader.ts';
import type { ManifestEntry } from '../dataset/inspect.ts';
import { METRICS } from '../dataset/reading-schema.ts';
import type { ColumnBatch } from '../engine/column-batch.ts';
import type { RunOptions } from '../engine/engine.ts';
import { pause } from '../pace.ts';
import type { ObjectPartials } from './changes.ts';
import { partialChunks } from './partial-chunks.ts';
import { CLUSTER_COLUMNS, partialsClusterSql } from './partials-cluster-sql.ts';
import type { Slots } from './slots.ts';

type Column = (typeof CLUSTER_COLUMNS)[number];
type Values = readonly unknown[];

const MINUTE_US = 60_000_000n;

export interface ClusterPartials {
  readonly partials: ObjectPartials;
  /**
   * Objects whose partials the cluster cannot make: the table does not show them whole, or readings of equal time differ, of which
   * only the object itself tells the later one.
   */
  readonly left: readonly ManifestEntry[];
}

/** The partials of some objects by one statement on the cluster. Notes which of them the table shows. */
export async function clusterPartials(
  reader: ClusterReader,
  objects: ObjectPartials['objects'],
  { slots, ...options }: RunOptions & { readonly slots: Slots },
): Promise<ClusterPartials> {
  const entries = objects.map(({ entry }) => entry);
  const scan = { name: 'partials', sql: partialsClusterSql(slots) };
  const batches = await reader.columns({ entries, scope: null }, scan, options);
  const { counts, tied } = countObjects(batches, entries.length);
  const isShown = entries.map((entry, place) => isWhole(entry, counts[place]));
  for (const [place, entry] of entries.entries()) reader.census.note([entry], isShown[place] === true);
  const isKept = isShown.map((shown, place) => shown && !tied.has(place));
  const idAt = new Map(
    objects.flatMap(({ objectId }, place) => (isKept[place] ? [[place, objectId] as const] : [])),
  );
  const chunks = [];
  for (const batch of batches) {
    await pause();
    chunks.push(...partialChunks(columnsOf(batch, idAt)));
  }
  return {
    partials: { objects: objects.filter((_, place) => isKept[place]), chunks },
    left: entries.filter((_, place) => !isKept[place]),
  };
}

const valuesOf = ({ columns }: ColumnBatch, name: Column): Values =>
  columns[CLUSTER_COLUMNS.indexOf(name)] ?? [];

/** The rows of each object, and the places of those of which a row is tied. */
function countObjects(batches: readonly ColumnBatch[], objects: number) {
  const counts = Array.from({ length: objects }, () => ({ rows: 0, without_device: 0 }));
  const tied = new Set<number>();
  for (const batch of batches) {
    const [object, device, readings, isTied] = (['object', 'device_id', 'readings', 'tied'] as const).map(
      (name) => valuesOf(batch, name),
    ) as [Values, Values, Values, Values];
    for (let row = 0; row < batch.rowCount; row++) {
      const place = Number(object[row]);
      const count = counts[place];
      if (count === undefined) continue;
      count.rows += Number(readings[row]);
      if (device[row] === null) count.without_device += Number(readings[row]);
      else if (isTied[row] === true) tied.add(place);
    }
  }
  return { counts, tied };
}

/** The rows of the objects that are kept as rows of the table `partials`. @param idAt the object's id by its place */
function columnsOf(batch: ColumnBatch, idAt: ReadonlyMap<number, number>): DuckDBValue[][] {
  const object = valuesOf(batch, 'object');
  const device = valuesOf(batch, 'device_id');
  const rows = Array.from(object.keys()).filter(
    (row) => device[row] !== null && idAt.has(Number(object[row])),
  );
  const column = <T>(name: Column, make: (value: T) => DuckDBValue) => {
    const values = valuesOf(batch, name);
    return rows.map((row) => (values[row] === null ? null : make(values[row] as T)));
  };
  const same = (name: Column) => column<DuckDBValue>(name, (value) => value);
  const instant = (name: Column) => column<bigint>(name, (micros) => new DuckDBTimestampValue(micros));
  const latest = METRICS.map((metric) => same(`latest_${metric}`));
  const at = instant('latest_at');
  return [
    rows.map((row) => idAt.get(Number(object[row])) ?? null),
    same('device_id'),
    column<bigint>('slot_minute', (minute) => new DuckDBTimestampValue(minute * MINUTE_US)),
    same('readings'),
    instant('first_at'),
    // Where the row stands decides only between readings of the same object and time, and there is none but this.
    rows.map((_, row) =>
      structValue({
        at: at[row] ?? null,
        place: 0n,
        ...Object.fromEntries(METRICS.map((metric, place) => [metric, latest[place]?.[row] ?? null])),
      }),
    ),
    ...METRICS.flatMap((metric) => [
      same(`${metric}_count`),
      column<string>(`${metric}_sum`, BigInt),
      same(`${metric}_large`),
      same(`${metric}_min`),
      same(`${metric}_max`),
    ]),
  ];
}
