import { IS_READING } from '../dataset/cluster/telemetry-sql.ts';
import { METRICS } from '../dataset/reading-schema.ts';
import { exactSum, largeSum } from '../engine/trino/exact-sum.ts';
import type { Slots } from './slots.ts';

/** What is known of each metric, in the order of the table `partials`. */
const SUMS = ['count', 'sum', 'large', 'min', 'max'] as const;

/** The columns of `partialsClusterSql`, in their order. */
export const CLUSTER_COLUMNS = [
  'object',
  'device_id',
  'slot_minute',
  'readings',
  'first_at',
  'latest_at',
  ...METRICS.map((metric) => `latest_${metric}` as const),
  'tied',
  ...METRICS.flatMap((metric) => SUMS.map((sum) => `${metric}_${sum}` as const)),
] as const;

/** Of readings of equal time the greatest and, with each value negated, the least; what is missing is less than all else. */
const greatest = latest((metric) => `coalesce(${metric}, -infinity())`);
const least = latest((metric) => `coalesce(-${metric}, infinity())`);

/** Only rows that are no readings may be without a time; Trino compares no ROW with NULL in it, and one would fail them all. */
function latest(value: (metric: string) => string): string {
  return `max(ROW(coalesce("timestamp", TIMESTAMP '1970-01-01 00:00:00'), ${METRICS.map(value).join(', ')}))`;
}

/**
 * The partials of some objects in the dialect of the cluster: what `partialsTogetherSql` has, to the last bit.
 *
 * Rows that are no readings are in it as well, by object, with NULL as device: so the numbers of rows tell whether the
 * table shows an object whole. `object` is its place in `$s3_path`.
 *
 * Trino does not tell where in its object a row stands, which decides between readings of equal time. Where the greatest and
 * the least of the latest ones are not the same, the row is `tied`, and only the object itself can tell.
 */
export const partialsClusterSql = (
  slots: Slots,
) => `SELECT array_position($s3_path, object_path) - 1 AS object, device_id, slot_minute, readings,
  first_at, greatest[1] AS latest_at,
  ${METRICS.map((metric, place) => `nullif(greatest[${place + 2}], -infinity()) AS latest_${metric}`).join(', ')},
  ${METRICS.map((_, place) => `greatest[${place + 2}] <> -least[${place + 2}]`).join(' OR ')} AS tied,
  ${METRICS.flatMap((metric) => SUMS.map((sum) => `${metric}_${sum}`)).join(', ')}
FROM (
  SELECT object_path, device_id, slot_minute, count(*) AS readings, min("timestamp") AS first_at,
    ${greatest} AS greatest, ${least} AS least,
    ${METRICS.map(
      (metric) => `count(${metric}) AS ${metric}_count, ${exactSum(metric)} AS ${metric}_sum,
    ${largeSum(metric)} AS ${metric}_large, min(${metric}) AS ${metric}_min, max(${metric}) AS ${metric}_max`,
    ).join(',\n    ')}
  FROM (
    SELECT object_path, "timestamp", ${METRICS.join(', ')},
      CASE WHEN ${IS_READING} THEN device_id END AS device_id,
      CASE WHEN ${IS_READING} THEN ${slots.clusterMinuteOf('"timestamp"')} END AS slot_minute
    FROM {{ROWS}} AS typed
  ) AS slotted
  GROUP BY object_path, device_id, slot_minute
) AS partials
ORDER BY device_id, slot_minute`;
