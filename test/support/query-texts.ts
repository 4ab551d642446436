/** One of each: every type of parameter, defaults, bounds, lists; and values that come back as they went in. */
export const WARM = `-- ---
-- description: Readings of some devices that are warmer than a bound
-- tag: Charts
-- parameters:
--   device_ids: { type: [ID], optional: true, example: [dev-1, dev-2] }
--   min_celsius: { type: Float, default: 40, min: -100, max: 100 }
--   since: { type: DateTime, optional: true }
--   day: { type: Date, optional: true, max: 2100-01-01 }
--   unit: { type: String, default: C, values: [C, K] }
--   most: { type: Int, min: 0, example: 5 }
--   exact: { type: Boolean, default: false }
-- ---
SELECT device_id, "timestamp", temperature + CASE $unit WHEN 'K' THEN 273.15 ELSE 0 END AS temperature, $exact AS is_exact
FROM {{TELEMETRY}}
WHERE ($device_ids IS NULL OR list_contains($device_ids, device_id)) AND temperature >= $min_celsius
  AND ($since IS NULL OR "timestamp" >= $since) AND ($day IS NULL OR CAST("timestamp" AS DATE) = $day)
ORDER BY device_id, "timestamp"
LIMIT $most`;

export const ECHO = `-- ---
-- parameters:
--   text: { type: String }
--   texts: { type: [String], optional: true }
-- ---
SELECT $text AS text, $texts AS texts, count(*) AS readings FROM {{TELEMETRY}}`;
