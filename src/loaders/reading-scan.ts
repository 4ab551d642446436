import { z } from 'zod';
import type { ManifestEntry } from '../dataset/inspect.ts';
import type { Scan } from '../dataset/object-reader.ts';
import { compareKeys } from '../dataset/snapshot.ts';
import type { SqlValue } from '../engine/engine.ts';
import { earliest, latest } from './instants.ts';
import type { ReadingPosition } from './reading-cursor.ts';
import type { ReadingWindow } from './reading-windows.ts';

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

export const readingRow = z.object({
  device_id: z.string(),
  timestamp: z.string(),
  voltage: z.number().nullable(),
  temperature: z.number().nullable(),
  soc: z.number().nullable(),
  object_ordinal: z.int(),
  row_number: z.int(),
});

const AT = '"timestamp"';
const instant = (name: string) => `CAST($${name} AS TIMESTAMP)`;

/**
 * The statement for one device is a Top-N, of which the engine pushes device and time down to the row groups; for several
 * it numbers the rows of each. Each condition on time stands alone, since a row comparison is not pushed down.
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
  const { ascending, from, to, start, end, limit } = scan;
  const params: Record<string, SqlValue> = { limit };
  const conditions: string[] = [];
  const bound = (name: string, sign: string, value: string | null) => {
    if (value === null) return;
    params[name] = value;
    conditions.push(`${AT} ${sign} ${instant(name)}`);
  };
  bound('from', '>=', from);
  bound('to', '<', to);
  bound('low', '>=', earliest(...windows.map(({ low }) => low)));
  bound('high', '<', latest(...windows.map(({ high }) => high)));
  const [only] = deviceIds;
  const isOne = deviceIds.length === 1 && only !== undefined;
  if (isOne) {
    params['device_id'] = only;
    conditions.push('device_id = $device_id');
  } else {
    params['device_ids'] = deviceIds;
    conditions.push('device_id IN (SELECT unnest($device_ids))');
  }
  const [onward, back] = ascending ? (['>', '<'] as const) : (['<', '>'] as const);
  for (const [side, sign, position] of [
    ['start', onward, start],
    ['end', back, end],
  ] as const) {
    if (position === null) continue;
    bound(`${side}_at`, `${sign}=`, position.at);
    const place = placeAmong(entries, position, ascending);
    params[`${side}_ordinal`] = place.ordinal;
    params[`${side}_row`] = place.row;
    conditions.push(`(${AT} ${sign} ${instant(`${side}_at`)} OR object_ordinal ${sign} $${side}_ordinal
      OR object_ordinal = $${side}_ordinal AND row_number ${sign}${side === 'start' ? '=' : ''} $${side}_row)`);
  }
  const order = [AT, 'object_ordinal', 'row_number'].map(
    (column) => `${column} ${ascending ? 'ASC' : 'DESC'}`,
  );
  const select = `SELECT device_id, ${AT}, voltage, temperature, soc, object_ordinal, row_number
FROM {{TELEMETRY}} AS readings`;
  const where = `WHERE ${conditions.join('\n  AND ')}`;
  const name = 'readings';
  if (isOne) return { name, sql: `${select}\n${where}\nORDER BY ${order.join(', ')} LIMIT $limit`, params };
  return {
    name,
    sql: `${select}\n${inWindows(windows, params)}${where}
QUALIFY row_number() OVER (PARTITION BY device_id ORDER BY ${order.join(', ')}) <= $limit
ORDER BY device_id, ${order.join(', ')}`,
    params,
  };
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
  { key, row }: ReadingPosition,
  ascending: boolean,
): { ordinal: number; row: number } {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareKeys(entries[middle]?.object.key ?? '', key) < 0) low = middle + 1;
    else high = middle;
  }
  const isThere = entries[low]?.object.key === key;
  return { ordinal: low, row: isThere ? row : ascending ? 0 : -1 };
}
