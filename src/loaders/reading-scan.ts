import type { ManifestEntry } from '../dataset/inspect.ts';
import { compareKeys } from '../dataset/snapshot.ts';
import type { Scan } from '../dataset/view-reader.ts';
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

const AT = '"timestamp"';
const BEYOND = `((epoch_us(${AT}) % 1000) + 1000) % 1000`;
/**
 * What the columns of a scan are, in this order. All are DOUBLE, which is exact to 2^53: numbers of one type are read twenty
 * times as fast as rows.
 */
export const READING_COLUMNS = [
  /** Place of the device among those asked for, from 1. */
  'device',
  /** Whole milliseconds since 1970, and the microseconds beyond. */
  'millis',
  'micros',
  'voltage',
  'temperature',
  'soc',
  'object_ordinal',
  'row_number',
] as const;

const columnsOf = (device: string) => `${device} AS device,
  CAST((epoch_us(${AT}) - ${BEYOND}) // 1000 AS DOUBLE) AS millis, CAST(${BEYOND} AS DOUBLE) AS micros,
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
 * @param windows of the devices, in their order; none: the rows may be anywhere
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
    return {
      ...common,
      sql: `SELECT ${columnsOf('CAST(1 AS DOUBLE)')}\n${from}\nWHERE ${where}\nORDER BY ${order} LIMIT $limit`,
    };
  }
  params['device_ids'] = deviceIds;
  const where = ['device_id IN (SELECT unnest($device_ids))', ...conditions].join('\n  AND ');
  return {
    ...common,
    sql: `SELECT ${columnsOf('wanted.place')}
${from}
${wantedSql(windows, params)}
WHERE ${where}
QUALIFY row_number() OVER (PARTITION BY place ORDER BY ${order}) <= $limit
ORDER BY place, ${order}`,
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

/** The devices by place, and each with its window where there are some: of them, all together bound what is read. */
function wantedSql(windows: readonly ReadingWindow[], params: Record<string, SqlValue>): string {
  const columns = [
    'unnest($device_ids) AS wanted_id',
    'CAST(generate_subscripts($device_ids, 1) AS DOUBLE) AS place',
  ];
  let condition = 'wanted_id = device_id';
  if (windows.length > 0) {
    params['lows'] = windows.map(({ low }) => low);
    params['highs'] = windows.map(({ high }) => high);
    columns.push('CAST(unnest($lows) AS TIMESTAMP) AS low', 'CAST(unnest($highs) AS TIMESTAMP) AS high');
    condition += ` AND ${AT} >= low AND ${AT} < high`;
  }
  return `JOIN (\n  SELECT ${columns.join(', ')}\n) AS wanted ON ${condition}`;
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
