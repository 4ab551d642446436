import { mergedColumns, STATISTIC_COLUMNS } from './layout.ts';
import { SLOTS, type Slots } from './slots.ts';

const HOURS = SLOTS['1h'];

/** The built-in named queries, answered from the rollups: the same parameters, columns and order. */

export const ONLY = '($device_ids IS NULL OR device_id IN (SELECT unnest(CAST($device_ids AS VARCHAR[]))))';
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

/** Days of UTC after the last of a zone that are looked at as well: no zone is so far off. */
export const LIVE_DAYS_BEYOND = 3;

/** The days of UTC that hold readings and may touch the days from `$from` to `$to` of a zone. */
export const LIVE_DAYS_SQL = `SELECT DISTINCT CAST(slot AS DATE) AS day
FROM live_slots
WHERE ($from IS NULL OR slot >= CAST($from AS DATE) - INTERVAL 2 DAY)
  AND ($to IS NULL OR slot < CAST($to AS DATE) + INTERVAL ${LIVE_DAYS_BEYOND} DAY)
ORDER BY day`;

export const localDate = (instant: string) =>
  `CAST(timezone($time_zone, timezone('UTC', ${instant})) AS DATE)`;

/** Instants within a slot, after its first, at which a day may begin. Wants `slot` and `last_of_slot`. */
export const LATER_IN_SLOT = [
  'least(slot + INTERVAL 15 MINUTE, last_of_slot)',
  'least(slot + INTERVAL 30 MINUTE, last_of_slot)',
  'least(slot + INTERVAL 45 MINUTE, last_of_slot)',
  'last_of_slot',
];

/**
 * Days of another zone are put together from slots, those of hours: no day of UTC is one of theirs. Takes `$time_zone` too.
 *
 * Where a day begins within a slot (a zone of long ago), that slot belongs to two days and its partial to neither: the
 * day's row says so in `straddles`, and only a scan can answer. The engine's own time-zone data decides, slot by slot, so
 * that an answer never rests on two editions of them.
 */
export const DAILY_SUMMARY_SQL = `WITH slots AS (
  SELECT slot, ${HOURS.lastOfSlot('slot')} AS last_of_slot
  FROM live_slots
  WHERE ($from IS NULL OR slot >= CAST($from AS DATE) - INTERVAL 2 DAY)
    AND ($to IS NULL OR slot < CAST($to AS DATE) + INTERVAL ${LIVE_DAYS_BEYOND} DAY)
), zone AS (
  SELECT slot, ${localDate('slot')} AS date, ${LATER_IN_SLOT.map(
    (instant) => `${localDate('slot')} <> ${localDate(instant)}`,
  ).join(' OR ')} AS straddles
  FROM slots
), days AS (
  SELECT partials.device_id, zone.date, bool_or(zone.straddles) AS straddles, ${mergedColumns('objects.key')}
  FROM partials
  JOIN zone ON zone.slot = partials.slot
  JOIN objects ON objects.object_id = partials.object_id AND objects.live
  WHERE ${ONLY} AND (zone.straddles OR (${DAYS}))
  GROUP BY partials.device_id, zone.date
)
SELECT device_id, date, straddles, ${STATISTIC_COLUMNS}
FROM days
ORDER BY device_id, date`;

/**
 * The objects that may hold readings of these devices from `$from` (inclusive) to `$to` (exclusive). The slot alone lets
 * blocks of rows be passed over; the first and the last reading of a partial decide.
 */
export const holdingSql = ({ longest }: Slots) => `SELECT key, etag, size
FROM objects
WHERE live AND object_id IN (
  SELECT object_id FROM partials
  WHERE ${ONLY}
    AND ($from IS NULL OR slot > CAST($from AS TIMESTAMP) - ${longest})
    AND ($to IS NULL OR slot < CAST($to AS TIMESTAMP))
    AND ($from IS NULL OR latest."at" >= CAST($from AS TIMESTAMP))
    AND ($to IS NULL OR first_at < CAST($to AS TIMESTAMP))
)`;

/** When the first and the last reading of each object are from, in milliseconds since 1970. */
export const OBJECT_SPANS_SQL = `SELECT key, epoch_us(min(first_at)) / 1000 AS first_ms, epoch_us(max(latest."at")) / 1000 AS last_ms
FROM partials
JOIN objects ON objects.object_id = partials.object_id AND objects.live
GROUP BY key`;

/** What is in the objects of these keys, of the devices that may be seen. */
export const OBJECT_CONTENTS_SQL = `SELECT key,
  CAST(sum(readings) AS BIGINT) AS reading_count,
  count(DISTINCT device_id) AS device_count,
  min(first_at) AS first_timestamp,
  max(latest."at") AS last_timestamp
FROM partials
JOIN objects ON objects.object_id = partials.object_id AND objects.live
WHERE key IN (SELECT unnest(CAST($keys AS VARCHAR[])))
GROUP BY key`;
