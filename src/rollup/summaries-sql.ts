import { mergedColumns, STATISTIC_COLUMNS } from './layout.ts';

/** The built-in named queries, answered from the rollups: the same parameters, columns and order. */

const ONLY = '($device_ids IS NULL OR device_id IN (SELECT unnest(CAST($device_ids AS VARCHAR[]))))';
const DAYS = '($from IS NULL OR date >= CAST($from AS DATE)) AND ($to IS NULL OR date <= CAST($to AS DATE))';

export const OVERVIEW_SQL = `SELECT
  CAST(coalesce(sum(readings), 0) AS BIGINT) AS total_rows,
  count(*) AS device_count,
  min(first_at) AS first_timestamp,
  max(latest."at") AS last_timestamp
FROM devices`;

export const DEVICES_SQL = `SELECT device_id, first_at AS first_seen, latest."at" AS last_seen,
  ${STATISTIC_COLUMNS}
FROM devices
WHERE ${ONLY}
ORDER BY device_id`;

export const DEVICE_LATEST_SQL = `SELECT device_id, latest."at" AS "timestamp",
  latest.voltage AS voltage, latest.temperature AS temperature, latest.soc AS soc
FROM devices
WHERE ${ONLY}
ORDER BY device_id`;

/** Days of UTC lie ready. */
export const DAILY_SUMMARY_UTC_SQL = `WITH days AS (SELECT * RENAME (day AS date) FROM device_days WHERE ${ONLY})
SELECT device_id, date, ${STATISTIC_COLUMNS}
FROM days
WHERE ${DAYS}
ORDER BY device_id, date`;

const localDate = (instant: string) => `CAST(timezone($time_zone, timezone('UTC', ${instant})) AS DATE)`;

/**
 * Days of another zone are put together from hours. Takes `$time_zone` too.
 *
 * Where a day begins within an hour of UTC (Kathmandu, UTC+5:45), that hour belongs to two days and its partial to
 * neither: the day's row says so in `straddles`, and only a scan can answer. The engine's own time-zone data decides,
 * hour by hour, so that an answer never rests on two editions of them.
 */
export const DAILY_SUMMARY_SQL = `WITH zone AS (
  SELECT
    hour,
    ${localDate('hour')} AS date,
    ${localDate('hour')} <> ${localDate('hour + INTERVAL 30 MINUTE')}
      OR ${localDate('hour')} <> ${localDate('hour + INTERVAL 1 HOUR - INTERVAL 1 MICROSECOND')} AS straddles
  FROM (SELECT DISTINCT hour FROM partials) AS hours
  WHERE ($from IS NULL OR hour >= CAST($from AS DATE) - INTERVAL 2 DAY)
    AND ($to IS NULL OR hour < CAST($to AS DATE) + INTERVAL 3 DAY)
), days AS (
  SELECT partials.device_id, zone.date, bool_or(zone.straddles) AS straddles, ${mergedColumns('objects.key')}
  FROM partials
  JOIN zone ON zone.hour = partials.hour
  JOIN objects ON objects.object_id = partials.object_id
  WHERE ${ONLY} AND (zone.straddles OR (${DAYS}))
  GROUP BY partials.device_id, zone.date
)
SELECT device_id, date, straddles, ${STATISTIC_COLUMNS}
FROM days
ORDER BY device_id, date`;
