import { z } from 'zod';
import type { ManifestEntry } from '../dataset/inspect.ts';
import type { Scan } from '../dataset/object-reader.ts';
import { compareKeys } from '../dataset/snapshot.ts';
import type { SqlValue } from '../engine/engine.ts';
import { earliest, latest } from './instants.ts';
import type { ReadingPosition } from './reading-cursor.ts';

/** Rows of the order between two places, from one of its ends. */
export interface ReadingScan {
  /** Inclusive and exclusive; null: without an end. */
  readonly from: string | null;
  readonly to: string | null;
  /** In which direction to go: by time, key and row, or backwards. */
  readonly ascending: boolean;
  /** Where to begin: with this very row if it is there. */
  readonly start: ReadingPosition | null;
  /** Where to stop: before this row. */
  readonly end: ReadingPosition | null;
  /** Rows of each device. */
  readonly limit: number;
}

/** The time in which rows of a device lie: from `low`, inclusive, to `high`, exclusive. */
export interface ReadingWindow {
  readonly deviceId: string;
  readonly low: string;
  readonly high: string;
}

export const readingRow = z.object({
  /** Left out where only one device is asked for. */
  device_id: z.string().optional(),
  /** Of its time: whole ones since 1970, and the microseconds beyond. */
  millis: z.int(),
  micros: z.int(),
  voltage: z.number().nullable(),
  temperature: z.number().nullable(),
  soc: z.number().nullable(),
  object_ordinal: z.int(),
  row_number: z.int(),
});

const AT = '"timestamp"';
const BEYOND = `((epoch_us(${AT}) % 1000) + 1000) % 1000`;
/** Whole numbers as DOUBLE, which is exact to 2^53: those of 64 bits would be most of the memory of a long page. */
const COLUMNS = `CAST((epoch_us(${AT}) - ${BEYOND}) // 1000 AS DOUBLE) AS millis, CAST(${BEYOND} AS INTEGER) AS micros,
  voltage, temperature, soc, CAST(object_ordinal AS DOUBLE) AS object_ordinal, CAST(row_number AS DOUBLE) AS row_number`;
const instant = (name: string) => `CAST($${name} AS TIMESTAMP)`;

/** Between which instants (inclusive) the rows of a scan lie; null: without an end. */
export function boundsOf({ from, to, ascending, start, end }: ReadingScan) {
  const [low, high] = ascending ? [start, end] : [end, start];
  return { low: latest(from, low?.at ?? null), high: earliest(to, high?.at ?? null) };
}

/**
 * The statement for one device is a Top-N, of which the engine pushes device and time down to the row groups; for several
 * it numbers the rows of each.
 *
 * @param entries what the scan runs over, in key order
 * @param windows of the devices; none: the rows may be anywhere
 */
export function readingScan(
  entries: readonly ManifestEntry[],
  deviceIds: readonly string[],
  scan: ReadingScan,
  windows: readonly ReadingWindow[] = [],
): Scan {
  const { ascending, to, start, end, limit } = scan;
  const bounds = boundsOf(scan);
  const low = latest(bounds.low, earliest(...windows.map((window) => window.low)));
  const high = earliest(bounds.high, latest(...windows.map((window) => window.high)));
  const params: Record<string, SqlValue> = { limit, low, high, to };
  const [onward, back] = ascending ? (['>', '<'] as const) : (['<', '>'] as const);
  // These stand alone, since the engine does not push down a comparison of several columns.
  const conditions = [
    ...(low === null ? [] : [`${AT} >= ${instant('low')}`]),
    ...(high === null ? [] : [`${AT} <= ${instant('high')}`]),
    ...(to === null ? [] : [`${AT} < ${instant('to')}`]),
    ...(start === null ? [] : [beyond('start', onward, '=', placeAmong(entries, start, ascending), params)]),
    ...(end === null ? [] : [beyond('end', back, '', placeAmong(entries, end, ascending), params)]),
  ];
  const order = [AT, 'readings.object_ordinal', 'readings.row_number']
    .map((column) => `${column} ${ascending ? 'ASC' : 'DESC'}`)
    .join(', ');
  const from = 'FROM {{TELEMETRY}} AS readings';
  const common = { name: 'readings', params, hint: { low, high } };
  const [only] = deviceIds;
  if (deviceIds.length === 1 && only !== undefined) {
    params['device_id'] = only;
    const where = ['device_id = $device_id', ...conditions].join('\n  AND ');
    return { ...common, sql: `SELECT ${COLUMNS}\n${from}\nWHERE ${where}\nORDER BY ${order} LIMIT $limit` };
  }
  params['device_ids'] = deviceIds;
  const where = ['device_id IN (SELECT unnest($device_ids))', ...conditions].join('\n  AND ');
  return {
    ...common,
    sql: `SELECT device_id, ${COLUMNS}
${from}
${inWindows(windows, params)}WHERE ${where}
QUALIFY row_number() OVER (PARTITION BY device_id ORDER BY ${order}) <= $limit
ORDER BY device_id, ${order}`,
  };
}

/** Beyond a place; rows that are on the wrong side by their time alone are left to the bounds. */
function beyond(
  side: 'start' | 'end',
  sign: '>' | '<',
  orEqual: '=' | '',
  place: { readonly at: string; readonly ordinal: number; readonly row: number },
  params: Record<string, SqlValue>,
): string {
  params[`${side}_at`] = place.at;
  params[`${side}_ordinal`] = place.ordinal;
  params[`${side}_row`] = place.row;
  return `(${AT} ${sign} ${instant(`${side}_at`)} OR object_ordinal ${sign} $${side}_ordinal
    OR object_ordinal = $${side}_ordinal AND row_number ${sign}${orEqual} $${side}_row)`;
}

/** Each device has a window of its own; all of them together bound what is read. */
function inWindows(windows: readonly ReadingWindow[], params: Record<string, SqlValue>): string {
  if (windows.length === 0) return '';
  params['window_ids'] = windows.map(({ deviceId }) => deviceId);
  params['lows'] = windows.map(({ low }) => low);
  params['highs'] = windows.map(({ high }) => high);
  return `JOIN (
  SELECT unnest($window_ids) AS window_id, CAST(unnest($lows) AS TIMESTAMP) AS low, CAST(unnest($highs) AS TIMESTAMP) AS high
) AS windows ON window_id = device_id AND ${AT} >= low AND ${AT} < high
`;
}

/**
 * Where a place in the order stands among these objects. Where its object is not one of them, it lies just before the first
 * row of the next one.
 */
function placeAmong(
  entries: readonly ManifestEntry[],
  { at, key, row }: ReadingPosition,
  ascending: boolean,
): { at: string; ordinal: number; row: number } {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareKeys(entries[middle]?.object.key ?? '', key) < 0) low = middle + 1;
    else high = middle;
  }
  const isThere = entries[low]?.object.key === key;
  return { at, ordinal: low, row: isThere ? row : ascending ? 0 : -1 };
}
