import type { METRICS } from '../dataset/reading-schema.ts';
import { SCALE } from '../engine/exact-sum.ts';
import type { Bucket } from '../series/bucket.ts';
import { bucketStart } from '../series/bucket-sql.ts';
import type { Slots } from './slots.ts';
import { LATER_IN_SLOT } from './summaries-sql.ts';

/** What the partials know of a bucket. The others need every reading. */
export const ROLLED_UP_AGGREGATES = ['avg', 'min', 'max', 'count', 'sum'] as const;

type MetricName = (typeof METRICS)[number];

const KNOWN = [
  ['count', 'BIGINT'],
  ['sum', 'HUGEINT'],
  ['large', 'DOUBLE'],
  ['min', 'DOUBLE'],
  ['max', 'DOUBLE'],
] as const;

/** SQL: the slot of a reading at `us` lies whole between `from_at` and `to_at`, so its partial counts. */
export const isInWholeSlot = (slots: Slots) => isWhole(slots.slotOf('make_timestamp(us)'), slots);

function isWhole(slot: string, { lastOfSlot }: Slots): string {
  return `${slot} >= from_at AND ${lastOfSlot(slot)} < to_at`;
}

/**
 * Buckets put together from whole slots, and from `$edges`: what was read of the slots that `from` and `to` lie in. The
 * same sums as those of a scan, so the same results to the last bit.
 *
 * Takes `$device_ids`, `$froms`, `$tos`, `$from`, `$to` as the scan does, `$time_zone` unless that is UTC, and the edges by
 * column (`$edge_key`, `$edge_start`, `$edge_voltage_count`, …). Gives the columns of the scan, and `straddles` at the end:
 * 1 where a bucket begins within a slot, so that only a scan can answer.
 */
export function seriesSql(
  metrics: readonly MetricName[],
  { bucket, timeZone, aggregate }: { bucket: Bucket; timeZone: string; aggregate: string },
  slots: Slots,
): string {
  const columns = metrics.flatMap((metric) =>
    KNOWN.map(([name, type]) => [`${metric}_${name}`, type] as const),
  );
  const start = (instant: string) => bucketStart(`epoch_us(${instant})`, bucket, timeZone);
  return `WITH keys AS (
  SELECT unnest(CAST($device_ids AS VARCHAR[])) AS device_id, unnest(CAST($froms AS TIMESTAMP[])) AS from_at,
    unnest(CAST($tos AS TIMESTAMP[])) AS to_at, unnest(range(len(CAST($device_ids AS VARCHAR[])))) AS key
), chosen AS MATERIALIZED (
  SELECT keys.key, partials.slot, ${columns.map(([name]) => `partials.${name}`).join(', ')}
  FROM partials
  JOIN keys ON keys.device_id = partials.device_id AND ${isWhole('partials.slot', slots)}
  JOIN objects ON objects.object_id = partials.object_id AND objects.live
  WHERE partials.slot >= CAST($from AS TIMESTAMP) AND partials.slot < CAST($to AS TIMESTAMP)
    AND partials.device_id IN (SELECT unnest(CAST($device_ids AS VARCHAR[])))
), slots AS (
  SELECT slot, ${slots.lastOfSlot('slot')} AS last_of_slot FROM (SELECT DISTINCT slot FROM chosen) AS chosen_slots
), zone AS MATERIALIZED (
  SELECT slot, ${start('slot')} AS start, ${LATER_IN_SLOT.map(
    (instant) => `${start('slot')} <> ${start(instant)}`,
  ).join(' OR ')} AS straddles
  FROM slots
), parts AS (
  SELECT key, start, straddles, ${columns.map(([name]) => name).join(', ')}
  FROM chosen JOIN zone ON zone.slot = chosen.slot
  UNION ALL
  SELECT unnest(CAST($edge_key AS BIGINT[])), unnest(CAST($edge_start AS BIGINT[])), false,
    ${columns.map(([name, type]) => `unnest(CAST($edge_${name} AS ${type}[]))`).join(', ')}
)
SELECT CAST(key AS DOUBLE) AS key, CAST(start AS DOUBLE) / 1000 AS start_ms, ${metrics
    .map(
      (metric) => `CAST(${aggregateSql(aggregate, metric)} AS DOUBLE) AS ${metric},
  min(${metric}_min) AS ${metric}_min, max(${metric}_max) AS ${metric}_max,
  CAST(sum(${metric}_count) AS DOUBLE) AS ${metric}_count`,
    )
    .join(',\n  ')},
  CAST(bool_or(straddles) AS DOUBLE) AS straddles
FROM parts
GROUP BY key, start
HAVING ${metrics.map((metric) => `sum(${metric}_count) > 0`).join(' OR ')}
ORDER BY key, start`;
}

/** The edges of a question without any. */
export const edgeColumns = (metrics: readonly MetricName[]): string[] => [
  'key',
  'start',
  ...metrics.flatMap((metric) => KNOWN.map(([name]) => `${metric}_${name}`)),
];

function aggregateSql(aggregate: string, metric: MetricName): string {
  const sum = `(coalesce(sum(${metric}_sum), 0) / ${SCALE}.0 + coalesce(fsum(${metric}_large), 0))`;
  if (aggregate === 'avg') return `${sum} / nullif(CAST(sum(${metric}_count) AS BIGINT), 0)`;
  if (aggregate === 'sum') return `CASE WHEN sum(${metric}_count) > 0 THEN ${sum} END`;
  if (aggregate === 'count') return `sum(${metric}_count)`;
  return `${aggregate}(${metric}_${aggregate})`;
}
