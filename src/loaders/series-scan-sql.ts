import type { Metric } from '../../schema/context.ts';
import type { SeriesAggregate } from '../../schema/series-types.ts';
import { exactSum, LARGE, largeSum, SCALE } from '../engine/exact-sum.ts';
import type { Bucket } from '../series/bucket.ts';
import { bucketEnd, bucketsOfReadings } from '../series/bucket-sql.ts';

/**
 * SQL of series over `{{TELEMETRY}}`. All of it takes `$device_ids`, `$froms`, `$tos` (lists of equal length: what is
 * asked of each device, half open) and `$from`, `$to`, which span all of these. A device is told by its place in the list.
 */
const READINGS = `keys AS (
  SELECT unnest(CAST($device_ids AS VARCHAR[])) AS device_id, unnest(CAST($froms AS TIMESTAMP[])) AS from_at,
    unnest(CAST($tos AS TIMESTAMP[])) AS to_at, unnest(range(len(CAST($device_ids AS VARCHAR[])))) AS key
), readings AS (
  SELECT keys.key, epoch_us("timestamp") AS us, epoch_us(keys.to_at) AS to_us, voltage, temperature, soc,
    object_ordinal, row_number
  FROM (
    SELECT *
    FROM {{TELEMETRY}}
    -- Apart from the join, so that whole row groups can be skipped.
    WHERE "timestamp" >= CAST($from AS TIMESTAMP) AND "timestamp" < CAST($to AS TIMESTAMP)
      AND device_id IN (SELECT unnest(CAST($device_ids AS VARCHAR[])))
  ) AS telemetry
  JOIN keys ON keys.device_id = telemetry.device_id
    AND "timestamp" >= keys.from_at AND "timestamp" < keys.to_at
)`;

/** Of equal times the order of the objects' keys decides, then that of the rows: the order of "latest" too. */
const IN_ORDER = 'us, object_ordinal, row_number';

/**
 * The readings that have a value of these metrics, in order: key, milliseconds, then the metrics.
 * @param most one row more tells that there are more
 */
export function readingsSql(metrics: readonly Metric[], most: number): string {
  return `WITH ${READINGS}
SELECT CAST(key AS DOUBLE) AS key, CAST(us AS DOUBLE) / 1000 AS ms, ${metrics.join(', ')}
FROM readings
WHERE ${metrics.map((metric) => `${metric} IS NOT NULL`).join(' OR ')}
ORDER BY key, ${IN_ORDER}
LIMIT ${most + 1}`;
}

/**
 * Buckets that hold a value, in order: key, start in milliseconds, then value, lowest, highest and number of values of
 * each metric. Takes `$time_zone` unless that is UTC.
 */
export function bucketsSql(
  metrics: readonly Metric[],
  { bucket, timeZone, aggregate }: { bucket: Bucket; timeZone: string; aggregate: SeriesAggregate },
): string {
  const isWeighted = aggregate === 'timeWeightedAvg';
  return `WITH ${bucketed(bucket, timeZone)}${isWeighted ? `, ${weighted(metrics, bucket, timeZone)}` : ''}
SELECT CAST(key AS DOUBLE) AS key, CAST(start AS DOUBLE) / 1000 AS start_ms, ${metrics
    .map(
      (metric) => `CAST(${aggregateSql(aggregate, metric)} AS DOUBLE) AS ${metric},
  min(${metric}) AS ${metric}_min, max(${metric}) AS ${metric}_max, CAST(count(${metric}) AS DOUBLE) AS ${metric}_count`,
    )
    .join(',\n  ')}
FROM ${isWeighted ? 'weighted' : 'bucketed'}
GROUP BY key, start
HAVING ${metrics.map((metric) => `count(${metric}) > 0`).join(' OR ')}
ORDER BY key, start`;
}

/** What a bucket holds of the readings outside of whole slots, for the rollups to be merged with: numbers as text. */
export function edgesSql(
  metrics: readonly Metric[],
  { bucket, timeZone, isInWholeSlot }: { bucket: Bucket; timeZone: string; isInWholeSlot: string },
): string {
  return `WITH ${bucketed(bucket, timeZone)}
SELECT CAST(key AS VARCHAR) AS key, CAST(start AS VARCHAR) AS start, ${metrics
    .map((metric) =>
      [
        ['count', `count(${metric})`],
        ['sum', exactSum(metric)],
        ['large', largeSum(metric)],
        ['min', `min(${metric})`],
        ['max', `max(${metric})`],
      ]
        .map(([name, sql]) => `CAST(${sql} AS VARCHAR) AS ${metric}_${name}`)
        .join(', '),
    )
    .join(',\n  ')}
FROM (SELECT bucketed.*, keys.from_at, keys.to_at FROM bucketed JOIN keys ON keys.key = bucketed.key) AS readings
WHERE NOT (${isInWholeSlot})
GROUP BY key, start`;
}

function bucketed(bucket: Bucket, timeZone: string): string {
  const { cells, join, start } = bucketsOfReadings('readings', bucket, timeZone);
  return `${READINGS}${cells}, bucketed AS (
  SELECT readings.*, ${start} AS start FROM readings ${join}
)`;
}

/** Each value with the microseconds that it holds: until the next one of the bucket, the last until the bucket's end. */
function weighted(metrics: readonly Metric[], bucket: Bucket, timeZone: string): string {
  return `ends AS MATERIALIZED (
  SELECT start, ${bucketEnd('start', bucket, timeZone)} AS end_us FROM (SELECT DISTINCT start FROM bucketed) AS starts
), weighted AS (
  SELECT bucketed.*, ${metrics
    .map(
      (metric) => `coalesce(
      lead(CASE WHEN ${metric} IS NOT NULL THEN us END IGNORE NULLS) OVER in_order,
      least(end_us, to_us)
    ) - us AS ${metric}_holds`,
    )
    .join(', ')}
  FROM bucketed JOIN ends ON ends.start = bucketed.start
  WINDOW in_order AS (PARTITION BY key, bucketed.start ORDER BY ${IN_ORDER})
)`;
}

/** Every one is the same to the last bit whatever order the threads finish in. */
function aggregateSql(aggregate: SeriesAggregate, metric: Metric): string {
  const place = `struct_pack(us := us, object := object_ordinal, place := row_number)`;
  if (aggregate === 'avg') return `exact_avg(${metric})`;
  if (aggregate === 'min' || aggregate === 'max' || aggregate === 'count') return `${aggregate}(${metric})`;
  if (aggregate === 'first') return `arg_min(${metric}, ${place})`;
  if (aggregate === 'last') return `arg_max(${metric}, ${place})`;
  if (aggregate === 'sum') {
    return `CASE WHEN count(${metric}) > 0 THEN coalesce(${exactSum(metric)}, 0) / ${SCALE}.0
      + CASE WHEN max(abs(${metric})) < ${LARGE} THEN 0 ELSE coalesce(${largeSum(metric)}, 0) END END`;
  }
  if (aggregate === 'stddev') {
    // Its squares must stay finite: DuckDB refuses the whole statement for one group that overflows.
    return `CASE WHEN coalesce(max(abs(${metric})), 0) < 1e150
      THEN stddev_samp(CASE WHEN abs(${metric}) < 1e150 THEN ${metric} END ORDER BY ${metric}) END`;
  }
  if (aggregate === 'timeWeightedAvg') {
    return `fsum(${metric} * ${metric}_holds ORDER BY ${IN_ORDER})
      / nullif(sum(CASE WHEN ${metric} IS NOT NULL THEN ${metric}_holds END), 0)`;
  }
  return `quantile_cont(${metric}, ${Number(aggregate.slice(1)) / 100})`;
}
