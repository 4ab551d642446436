import type { RollupGrain } from '../config/config.ts';
import { METRICS } from '../dataset/reading-schema.ts';
import { exactSum, largeSum, SCALE } from '../engine/exact-sum.ts';
import type { Slots } from './slots.ts';

/**
 * The tables of the rollup store, by the grain of its slots. A change here is another number: a store with any other is built
 * anew, never read. So is a change of what counts as a reading (`dataset/`), since what is kept was made by the old rule.
 *
 * - `objects`: what the partials were made from, and what the footers told of it. Only `live` ones count in answers; the
 *   others are on their way in
 * - `partials`: one row for each object × device × slot of time (see `slots.ts`), by device and slot
 * - `live_slots`: the slots of live objects. There are few of them, and looking for them among the partials would take
 *   most of a question about few devices in a zone of its own
 * - `device_days`: those of live objects merged by device and day (UTC); `devices`: merged by device
 *
 * A row holds its group's number of readings, the time of the first, and whole the latest one; for each metric the
 * count of values that are present, their sum (HUGEINT of 2^-60 below `LARGE`, DOUBLE from there on), the lowest and
 * the highest.
 */
export const LAYOUTS: Readonly<Record<RollupGrain, number>> = { '1h': 4, '1d': 1_004 };

const LATEST = 'STRUCT("at" TIMESTAMP, place BIGINT, voltage DOUBLE, temperature DOUBLE, soc DOUBLE)';

const AGGREGATES = [
  'readings BIGINT',
  'first_at TIMESTAMP',
  `latest ${LATEST}`,
  ...METRICS.flatMap((metric) => [
    `${metric}_count BIGINT`,
    `${metric}_sum HUGEINT`,
    `${metric}_large DOUBLE`,
    `${metric}_min DOUBLE`,
    `${metric}_max DOUBLE`,
  ]),
].join(', ');

export const createTables = (grain: RollupGrain): readonly string[] => [
  'CREATE TABLE state (layout INTEGER, version VARCHAR, exchange INTEGER)',
  `CREATE TABLE objects (object_id INTEGER, key VARCHAR, etag VARCHAR, size BIGINT, "rows" BIGINT, layout VARCHAR,
    device VARCHAR, live BOOLEAN)`,
  `CREATE TABLE partials (object_id INTEGER, device_id VARCHAR, slot TIMESTAMP, ${AGGREGATES})`,
  'CREATE TABLE live_slots (slot TIMESTAMP)',
  `CREATE TABLE device_days (device_id VARCHAR, day DATE, ${AGGREGATES}, latest_key VARCHAR)`,
  `CREATE TABLE devices (device_id VARCHAR, ${AGGREGATES}, latest_key VARCHAR)`,
  `INSERT INTO state VALUES (${LAYOUTS[grain]}, NULL, 0)`,
];

/** The partials of one object, in the order of the table's columns. Takes `$object_id`. */
export const partialsSql = (slots: Slots) =>
  partialsOf('CAST($object_id AS INTEGER)', 'device_id, slot', slots);

/** The same of some objects. Takes `$object_ids`, in the order of the objects. */
export const partialsTogetherSql = (slots: Slots) =>
  partialsOf('CAST($object_ids[object_ordinal + 1] AS INTEGER)', 'object_ordinal, device_id, slot', slots);

function partialsOf(objectId: string, group: string, slots: Slots): string {
  return `SELECT
  ${objectId} AS object_id,
  device_id,
  ${slots.slotOf('"timestamp"')} AS slot,
  count(*) AS readings,
  min("timestamp") AS first_at,
  arg_max(
    struct_pack("at" := "timestamp", place := row_number, voltage := voltage, temperature := temperature, soc := soc),
    CAST(epoch_us("timestamp") AS HUGEINT) * 18446744073709551616 + row_number
  ) AS latest,
  ${METRICS.map(
    (metric) => `count(${metric}) AS ${metric}_count,
  ${exactSum(metric)} AS ${metric}_sum,
  ${largeSum(metric)} AS ${metric}_large,
  min(${metric}) AS ${metric}_min,
  max(${metric}) AS ${metric}_max`,
  ).join(',\n  ')}
FROM {{TELEMETRY}}
GROUP BY ${group}
ORDER BY device_id, slot`;
}

/** Merges the sums of finer rows, and leaves their times and latest readings alone. */
export const MERGED_SUMS = [
  'CAST(sum(readings) AS BIGINT) AS readings',
  ...METRICS.flatMap((metric) => [
    `CAST(sum(${metric}_count) AS BIGINT) AS ${metric}_count`,
    `sum(${metric}_sum) AS ${metric}_sum`,
    `fsum(${metric}_large) AS ${metric}_large`,
    `min(${metric}_min) AS ${metric}_min`,
    `max(${metric}_max) AS ${metric}_max`,
  ]),
].join(',\n  ');

/** Merges rows of a finer level. @param key SQL for the key of the object that holds a row's latest reading */
export function mergedColumns(key: string): string {
  return [
    MERGED_SUMS,
    'min(first_at) AS first_at',
    `arg_max(latest, struct_pack(ts := latest."at", key := ${key}, place := latest.place)) AS latest`,
    `arg_max(${key}, struct_pack(ts := latest."at", key := ${key}, place := latest.place)) AS latest_key`,
  ].join(',\n  ');
}

/** The columns that a summary shows, from merged ones: `reading_count`, `avg_voltage`, … */
export const STATISTIC_COLUMNS = [
  'readings AS reading_count',
  ...METRICS.flatMap((metric) => [
    `(coalesce(${metric}_sum, 0) / ${SCALE}.0 + coalesce(${metric}_large, 0)) / nullif(${metric}_count, 0) AS avg_${metric}`,
    `${metric}_min AS min_${metric}`,
    `${metric}_max AS max_${metric}`,
  ]),
].join(',\n  ');
