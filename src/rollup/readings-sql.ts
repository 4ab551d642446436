import type { Slots } from './slots.ts';
import { ONLY } from './summaries-sql.ts';

/**
 * For each device the first and the last day that hold a page: at least `$rows` readings, from the first day when ascending,
 * else from the last one; or all that there are. Takes `$device_ids`, and `$first` and `$last` (DATE), days of which the
 * page may want only a part: their readings do not count, so it is never too short. A device without readings has no row.
 *
 * The planner's time is most of it, so it is plain: what it lets pass too much, the slots take away.
 */
export function pageDaysSql(ascending: boolean): string {
  const days = ascending
    ? ['min(day)', 'coalesce(min(day) FILTER (counted >= $rows), max(day))']
    : ['coalesce(max(day) FILTER (counted >= $rows), min(day))', 'max(day)'];
  return `SELECT device_id, ${days[0]} AS first_day, ${days[1]} AS last_day
FROM (
  SELECT device_id, day, sum(readings) FILTER (day > CAST($first AS DATE) AND day < CAST($last AS DATE))
    OVER (PARTITION BY device_id ORDER BY day ${ascending ? 'ASC' : 'DESC'}) AS counted
  FROM device_days
  WHERE ${ONLY} AND day BETWEEN CAST($first AS DATE) AND CAST($last AS DATE)
) AS days
GROUP BY device_id
ORDER BY device_id`;
}

/**
 * The partials of some days of each device, by device and slot, each with the key of its object. Takes `$device_ids`,
 * `$first_days` and `$last_days` of equal length, and the first and the last of all days as `$first` and `$last`, which
 * the engine compares with what it knows of a block of rows. Those without a reading from `$low` to `$high` (inclusive) and
 * before `$to` are left out; each may be NULL.
 */
export const PAGE_SLOTS_SQL = `SELECT device_id, slot, readings, key
FROM partials
JOIN objects ON objects.object_id = partials.object_id AND objects.live
JOIN (
  SELECT unnest($device_ids) AS wanted_id, CAST(unnest($first_days) AS TIMESTAMP) AS first_slot,
    CAST(unnest($last_days) AS TIMESTAMP) + INTERVAL 1 DAY AS after_slot
) AS wanted ON wanted_id = device_id AND slot >= first_slot AND slot < after_slot
WHERE slot >= CAST($first AS TIMESTAMP) AND slot < CAST($last AS TIMESTAMP) + INTERVAL 1 DAY
  AND ($low IS NULL OR latest."at" >= CAST($low AS TIMESTAMP))
  AND ($high IS NULL OR first_at <= CAST($high AS TIMESTAMP)) AND ($to IS NULL OR first_at < CAST($to AS TIMESTAMP))
ORDER BY device_id, slot`;

/**
 * How many readings each device has from `$from` (inclusive) to `$to` (exclusive): those in whole slots as a row without `low` and `high`, and
 * for a slot that is cut its part (`low` inclusive, `high` exclusive), which has to be counted.
 */
export const countsSql = ({ lastOfSlot, longest }: Slots) => `WITH held AS (
  SELECT partials.device_id, slot, ${lastOfSlot('slot')} AS last_of_slot, CAST(sum(readings) AS BIGINT) AS readings
  FROM partials
  JOIN objects ON objects.object_id = partials.object_id AND objects.live
  WHERE ${ONLY}
    AND ($from IS NULL OR slot > CAST($from AS TIMESTAMP) - ${longest})
    AND ($to IS NULL OR slot < CAST($to AS TIMESTAMP))
  GROUP BY partials.device_id, slot
), parts AS (
  SELECT *, ($from IS NULL OR slot >= CAST($from AS TIMESTAMP))
    AND ($to IS NULL OR last_of_slot < CAST($to AS TIMESTAMP)) AS whole
  FROM held
  WHERE $from IS NULL OR last_of_slot >= CAST($from AS TIMESTAMP)
)
SELECT
  device_id,
  CASE WHEN NOT whole THEN greatest(slot, CAST($from AS TIMESTAMP)) END AS low,
  CASE WHEN NOT whole THEN least(last_of_slot + INTERVAL 1 MICROSECOND, CAST($to AS TIMESTAMP)) END AS high,
  CAST(sum(readings) AS BIGINT) AS readings
FROM parts
GROUP BY ALL`;
