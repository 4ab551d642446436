import { instant } from '../dataset/cluster/telemetry-sql.ts';
import { METRICS } from '../dataset/reading-schema.ts';
import type { Row, SqlValue } from '../engine/engine.ts';
import { MERGED_SUMS, STATISTIC_COLUMNS } from './layout.ts';
import { SLOTS } from './slots.ts';
import { LATER_IN_SLOT, localDate, ONLY } from './summaries-sql.ts';
import { listedSums, listsOfSums, SUMS_CLUSTER_SQL, SUMS_SQL } from './sums-sql.ts';

const HOURS = SLOTS['1h'];

/** A period of whole days, as SQL is made for it. */
export interface PeriodShape {
  /** What the names of its parameters begin with: `first_` for `$first_from` and `$first_to`, the days or NULL. */
  readonly prefix: string;
  /** Whether days begin and end in UTC; else in `$time_zone`. */
  readonly utc: boolean;
  /** Whether there is a row of all devices together too, in which `device_id` is NULL. */
  readonly total: boolean;
}

/** The same statement from the rollups, and over `{{TELEMETRY}}`. */
export interface PeriodSql {
  readonly rolledUp: string;
  readonly scanned: string;
  /** From the rollups of days, and what was read at the ends of the period: see `edgeParams`. */
  readonly edged: string;
}

/**
 * SELECTs of the readings of a period summed up by device: `device_id`, `reading_count`, and `avg_`, `min_`, `max_` and
 * `range_` of each metric, NULL where there is no finite value. Both give the same values, since both make means of the
 * same exact sums. They take `$device_ids` (NULL: all), `$time_zone` and the two days.
 *
 * `straddles` in any row says that the period begins or ends within a slot of the rollups (a zone of long ago), so that
 * only the scan can answer.
 */
export function periodSql(shape: PeriodShape): PeriodSql {
  const grouping = shape.total ? 'GROUPING SETS ((device_id), ())' : 'device_id';
  const source = shape.utc ? utcSource(shape) : zoneSource(shape);
  return {
    rolledUp: shown(mergedSql(source, grouping)),
    scanned: shown(scannedSql(shape, grouping)),
    edged: shown(mergedSql(edgedSource(shape), grouping)),
  };
}

function mergedSql(source: string, grouping: string): string {
  return `SELECT device_id, straddles, ${STATISTIC_COLUMNS} FROM (
  SELECT device_id, bool_or(straddles) AS straddles, ${MERGED_SUMS}
  FROM (${source}) AS parts
  GROUP BY ${grouping}
) AS merged`;
}

/** Days of UTC lie ready. */
const utcSource = (shape: PeriodShape) =>
  `SELECT *, false AS straddles FROM device_days WHERE ${ONLY} AND ${isInside(shape, 'day')}`;

/**
 * Days of UTC that are of the period as a whole lie ready; only around its two ends it is put together from slots. Those
 * that it begins or ends within belong to no side.
 */
function zoneSource(shape: PeriodShape): string {
  const { from, to } = names(shape);
  const inside = (instant: string) => `(${isInside(shape, localDate(instant))})`;
  return `SELECT * EXCLUDE (day, latest_key), false AS straddles
    FROM device_days
    WHERE ${ONLY} AND ${isWhole(shape, 'day')}
    UNION ALL BY NAME
    SELECT partials.* EXCLUDE (object_id, slot), zone.straddles
    FROM (
      SELECT slot, ${inside('slot')} AS inside,
        ${LATER_IN_SLOT.map((instant) => `${inside('slot')} <> ${inside(instant)}`).join(' OR ')} AS straddles
      FROM (
        SELECT slot, ${HOURS.lastOfSlot('slot')} AS last_of_slot
        FROM live_slots
        WHERE ${isNear('slot', from, to)} AND NOT (${isWhole(shape, 'CAST(slot AS DATE)')})
      ) AS slots
    ) AS zone
    JOIN partials ON partials.slot = zone.slot
    JOIN objects ON objects.object_id = partials.object_id AND objects.live
    WHERE ${ONLY} AND (zone.inside OR zone.straddles)`;
}

/** Days of UTC that lie whole in the period, and the sums of readings beyond them. */
function edgedSource({ prefix }: PeriodShape): string {
  const [from, to] = [`CAST($${prefix}whole_from AS DATE)`, `CAST($${prefix}whole_to AS DATE)`];
  return `SELECT *, false AS straddles
    FROM device_days
    WHERE ${ONLY} AND (${from} IS NULL OR day >= ${from}) AND (${to} IS NULL OR day < ${to})
    UNION ALL BY NAME
    SELECT ${listedSums(edgePrefix(prefix), EDGE_KEYS)}, false AS straddles`;
}

const EDGE_KEYS = { device_id: 'VARCHAR' };
const edgePrefix = (prefix: string) => `${prefix}edge_`;

/**
 * The parameters of `edged`, for one period.
 * @param whole days of UTC, the last one exclusive; null: without an end
 * @param rows of `EDGE_SUMS_SQL`
 */
export function edgeParams(
  prefix: string,
  { from, to }: { readonly from: string | null; readonly to: string | null },
  rows: readonly Row[],
): Record<string, SqlValue> {
  return {
    [`${prefix}whole_from`]: from,
    [`${prefix}whole_to`]: to,
    ...listsOfSums(edgePrefix(prefix), Object.keys(EDGE_KEYS), rows),
  };
}

/** Over `{{TELEMETRY}}`: the readings of each of `$device_ids` (NULL: all) from `$low`, inclusive, to `$high`, exclusive. */
export const EDGE_SUMS_SQL = `SELECT device_id, ${SUMS_SQL}
FROM {{TELEMETRY}}
WHERE "timestamp" >= CAST($low AS TIMESTAMP) AND "timestamp" < CAST($high AS TIMESTAMP) AND ${ONLY}
GROUP BY device_id`;

/** The same in the dialect of the cluster. */
export const EDGE_SUMS_CLUSTER_SQL = `SELECT device_id, ${SUMS_CLUSTER_SQL}
FROM {{TELEMETRY}}
WHERE "timestamp" >= ${instant('low')} AND "timestamp" < ${instant('high')}
  AND ($device_ids IS NULL OR contains($device_ids, device_id))
GROUP BY device_id`;

function scannedSql(shape: PeriodShape, grouping: string): string {
  return `SELECT device_id, false AS straddles, count(*) AS reading_count, ${METRICS.map(
    (metric) =>
      `exact_avg(${metric}) AS avg_${metric}, min(${metric}) AS min_${metric}, max(${metric}) AS max_${metric}`,
  ).join(', ')}
  FROM {{TELEMETRY}}
  WHERE ${isOfPeriod(shape)}
  GROUP BY ${grouping}`;
}

/** Whether a reading is of the period, and of one of `$device_ids`. */
export function isOfPeriod(shape: Pick<PeriodShape, 'prefix' | 'utc'>): string {
  const { from, to } = names(shape);
  const time = '"timestamp"';
  const isInPeriod = shape.utc
    ? isInside(shape, `CAST(${time} AS DATE)`)
    : // Taking an instant to a zone costs more than all the rest, so that is left to readings around the two ends.
      `CASE WHEN ${isWhole(shape, `CAST(${time} AS DATE)`)} THEN true ELSE ${isInside(shape, localDate(time))} END`;
  return `${isNear(time, from, to)} AND ${isInPeriod} AND ${ONLY}`;
}

/**
 * Whether a day of UTC is of the period as a whole, whatever the zone: it lies within three days of any, the one of its own
 * name and those beside.
 */
function isWhole(shape: Pick<PeriodShape, 'prefix'>, day: string): string {
  const { from, to } = names(shape);
  return `(${from} IS NULL OR ${day} > CAST(${from} AS DATE)) AND (${to} IS NULL OR ${day} < CAST(${to} AS DATE))`;
}

/** Whether a day lies in the period. */
function isInside(shape: Pick<PeriodShape, 'prefix'>, day: string): string {
  const { from, to } = names(shape);
  return `(${from} IS NULL OR ${day} >= CAST(${from} AS DATE)) AND (${to} IS NULL OR ${day} <= CAST(${to} AS DATE))`;
}

/** No zone is 2 days off UTC: lets whole row groups and slots be skipped, and decides nothing. */
const isNear = (instant: string, from: string, to: string) =>
  `(${from} IS NULL OR ${instant} >= CAST(${from} AS DATE) - INTERVAL 2 DAY)
    AND (${to} IS NULL OR ${instant} < CAST(${to} AS DATE) + INTERVAL 3 DAY)`;

const names = ({ prefix }: Pick<PeriodShape, 'prefix'>) => ({ from: `$${prefix}from`, to: `$${prefix}to` });

/** Adds the ranges. What overflows is shown as missing, and so it is for every order. */
function shown(sql: string): string {
  const finite = (value: string) => `CASE WHEN isfinite(${value}) THEN ${value} END`;
  return `SELECT * REPLACE (${METRICS.map((metric) => `${finite(`avg_${metric}`)} AS avg_${metric}`).join(', ')}),
  ${METRICS.map((metric) => `${finite(`(max_${metric} - min_${metric})`)} AS range_${metric}`).join(', ')}
FROM (${sql}) AS summed_up`;
}
