import type { Metric } from '../../schema/context.ts';
import type { SeriesAggregate } from '../../schema/series-types.ts';
import { instant, instantSql } from '../dataset/cluster/telemetry-sql.ts';
import { exactSum, largeSum } from '../engine/trino/exact-sum.ts';
import type { Bucket } from '../series/bucket.ts';

/**
 * SQL of series over `{{TELEMETRY}}` in the dialect of the cluster, with the parameters of `series-scan-sql.ts`.
 *
 * Where days, weeks and months begin is never asked of the cluster, whose time-zone data may be another edition: the starts
 * come as `$periods` (milliseconds, as text), from the embedded engine.
 */
const READINGS = `keys AS (
  SELECT device_id, ${instantSql('from_text')} AS from_at, ${instantSql('to_text')} AS to_at, place - 1 AS key
  FROM UNNEST($device_ids, $froms, $tos) WITH ORDINALITY AS asked (device_id, from_text, to_text, place)
), readings AS (
  SELECT keys.key, "timestamp", voltage, temperature, soc, object_path,
    date_diff('millisecond', TIMESTAMP '0001-01-01 00:00:00', "timestamp") AS since_year_1
  FROM (
    SELECT * FROM {{TELEMETRY}}
    -- Apart from the join, so that whole row groups can be skipped.
    WHERE "timestamp" >= ${instant('from')} AND "timestamp" < ${instant('to')}
  ) AS telemetry
  JOIN keys ON keys.device_id = telemetry.device_id
    AND "timestamp" >= keys.from_at AND "timestamp" < keys.to_at
)`;

/** From the beginning of the year 1, a Monday, to 1970. */
const YEAR_1_MS = '62135596800000';

/**
 * The readings that have a value of these metrics, in order of key, time and object.
 * @param most one row more tells that there are more
 */
export function readingsClusterSql(metrics: readonly Metric[], most: number): string {
  return `WITH ${READINGS}
SELECT key, "timestamp" AS at, array_position($s3_path, object_path) AS object, ${metrics.join(', ')}
FROM readings
WHERE ${metrics.map((metric) => `${metric} IS NOT NULL`).join(' OR ')}
ORDER BY key, "timestamp", object_path
LIMIT ${most + 1}`;
}

/** The weights of a time-weighted mean need the order of the rows of an object, which the cluster does not know. */
export const isOfCluster = (aggregate: SeriesAggregate) => aggregate !== 'timeWeightedAvg';

/** `avg` and `sum` come in parts, of which the embedded engine makes the value: it divides as it does for rollups. */
export const isOfSums = (aggregate: SeriesAggregate): aggregate is 'avg' | 'sum' =>
  aggregate === 'avg' || aggregate === 'sum';

/**
 * Buckets that hold a value, in order: `key`, `start` (milliseconds since 1970), then of each metric `_value` (with `isOfSums` in its
 * place `_sum` as text and `_large`), `_min`, `_max` and `_count`; `tied` where only the order of rows would tell the value.
 */
export function bucketsClusterSql(
  metrics: readonly Metric[],
  { bucket, timeZone, aggregate }: { bucket: Bucket; timeZone: string; aggregate: SeriesAggregate },
): string {
  const made = metrics.map((metric) => valueSql(aggregate, metric));
  const tied = made.flatMap((value) => value.tied ?? []);
  return `WITH ${READINGS}
SELECT key, start, ${metrics
    .map((metric, place) => `${made[place]?.shown}, ${metric}_min, ${metric}_max, ${metric}_count`)
    .join(',\n  ')},
  ${tied.length === 0 ? 'false' : `coalesce(${tied.join(' OR ')}, false)`} AS tied
FROM (
  SELECT key, start, ${metrics
    .map(
      (metric, place) => `${made[place]?.summed},
    min(${metric}) AS ${metric}_min, max(${metric}) AS ${metric}_max, count(${metric}) AS ${metric}_count`,
    )
    .join(',\n    ')}
  FROM (SELECT *, ${startSql(bucket, timeZone)} AS start FROM readings) AS bucketed
  GROUP BY key, start
) AS buckets
WHERE ${metrics.map((metric) => `${metric}_count > 0`).join(' OR ')}
ORDER BY key, start`;
}

/** What `edgesSql` has where no whole slot lies in the ranges: for buckets of days of UTC and longer, with `$periods`. */
export function edgesClusterSql(metrics: readonly Metric[], bucket: Bucket): string {
  const sums = metrics.map(
    (metric) => `count(${metric}) AS ${metric}_count, ${exactSum(metric)} AS ${metric}_sum,
    ${largeSum(metric)} AS ${metric}_large, min(${metric}) AS ${metric}_min, max(${metric}) AS ${metric}_max`,
  );
  return `WITH ${READINGS}
SELECT key, start * 1000 AS start, ${sums.join(',\n    ')}
FROM (SELECT *, ${startSql(bucket, 'UTC')} AS start FROM readings) AS bucketed
GROUP BY key, start`;
}

/** Whether the starts of days or longer have to be bound. */
export const needsPeriods = ({ unit }: Bucket, timeZone: string) => unit !== 'second' || timeZone !== 'UTC';

function startSql(bucket: Bucket, timeZone: string): string {
  const step = bucket.size * 1_000;
  if (!needsPeriods(bucket, timeZone)) return `since_year_1 / ${step} * ${step} - ${YEAR_1_MS}`;
  const ms = `(since_year_1 - ${YEAR_1_MS})`;
  const periods = 'CAST($periods AS array(double))';
  const period = `CAST(element_at(${periods}, width_bucket(CAST(${ms} AS double), ${periods})) AS bigint)`;
  return bucket.unit === 'second' ? `${period} + (${ms} - ${period}) / ${step} * ${step}` : period;
}

interface Value {
  /** Over the readings of a bucket. */
  readonly summed: string;
  /** Over the bucket. */
  readonly shown: string;
  /** True where readings of the same object and time differ. */
  readonly tied?: string;
}

function valueSql(aggregate: SeriesAggregate, metric: Metric): Value {
  if (isOfSums(aggregate)) {
    return {
      summed: `${exactSum(metric)} AS ${metric}_sum, ${largeSum(metric)} AS ${metric}_large`,
      shown: `${metric}_sum, ${metric}_large`,
    };
  }
  if (aggregate === 'first' || aggregate === 'last') return endSql(aggregate, metric);
  if (aggregate.startsWith('p')) return quantileSql(metric, Number(aggregate.slice(1)) / 100);
  const sql =
    aggregate === 'stddev'
      ? // As in `series-scan-sql.ts`: squares must stay finite.
        `CASE WHEN coalesce(max(abs(${metric})), 0) < 1e150
      THEN stddev_samp(CASE WHEN abs(${metric}) < 1e150 THEN ${metric} END) END`
      : `${aggregate}(${metric})`;
  return { summed: `CAST(${sql} AS double) AS ${metric}_value`, shown: `${metric}_value` };
}

/** Of equal times the object with the lower key comes first. Two of one object are a tie, unless they are the same. */
function endSql(aggregate: 'first' | 'last', metric: Metric): Value {
  const end = (value: string) =>
    `${aggregate === 'first' ? 'min' : 'max'}(ROW("timestamp", object_path, ${value})) FILTER (WHERE ${metric} IS NOT NULL)`;
  return {
    summed: `${end(metric)} AS ${metric}_end, ${end(`-${metric}`)} AS ${metric}_negated`,
    shown: `${metric}_end[3] AS ${metric}_value`,
    tied: `${metric}_end[3] <> -${metric}_negated[3]`,
  };
}

/**
 * Between two of the sorted values, in proportion: PostgreSQL's `percentile_cont`, which Trino does not have. The steps are those of
 * DuckDB's `quantile_cont`, and so are the bits.
 */
function quantileSql(metric: Metric, share: number): Value {
  const sorted = `${metric}_sorted`;
  const place = `((${metric}_count - 1) * DOUBLE '${share}')`;
  const at = (round: 'floor' | 'ceil') => `element_at(${sorted}, CAST(${round}(${place}) AS bigint) + 1)`;
  const beyond = `(${place} - floor(${place}))`;
  return {
    summed: `array_sort(array_agg(${metric}) FILTER (WHERE ${metric} IS NOT NULL)) AS ${sorted}`,
    shown: `CASE WHEN ${beyond} = 0 THEN ${at('floor')}
    ELSE ${at('floor')} * (1e0 - ${beyond}) + ${at('ceil')} * ${beyond} END AS ${metric}_value`,
  };
}
