-- ---
-- description: "Readings summed up by device and day: V, °C and %"
-- tag: Summaries
-- graphql: false
-- parameters:
--   device_ids:
--     type: [String]
--     optional: true
--     description: Only these devices. Unset means every device.
--   from: { type: Date, optional: true, description: "First day, inclusive. Unset means from the first reading." }
--   to: { type: Date, optional: true, description: "Last day, inclusive. Unset means to the last reading." }
--   time_zone: { type: TimeZone, default: UTC, description: The zone in which days begin and end }
-- ---
WITH readings AS (
  SELECT
    *,
    -- Taking an instant to a zone costs ten times as much as all the sums, and UTC needs none of it.
    CAST(
      CASE
        WHEN coalesce($time_zone, 'UTC') = 'UTC' THEN "timestamp"
        ELSE timezone($time_zone, timezone('UTC', "timestamp"))
      END AS DATE
    ) AS date
  FROM {{TELEMETRY}}
  -- No zone is 2 days off UTC: this only lets whole row groups be skipped, HAVING decides.
  WHERE ($from IS NULL OR "timestamp" >= CAST($from AS DATE) - INTERVAL 2 DAY)
    AND ($to IS NULL OR "timestamp" < CAST($to AS DATE) + INTERVAL 3 DAY)
    AND ($device_ids IS NULL OR device_id IN (SELECT unnest(CAST($device_ids AS VARCHAR[]))))
)
SELECT
  device_id,
  date,
  count(*) AS reading_count,
  exact_avg(voltage) AS avg_voltage,
  min(voltage) AS min_voltage,
  max(voltage) AS max_voltage,
  exact_avg(temperature) AS avg_temperature,
  min(temperature) AS min_temperature,
  max(temperature) AS max_temperature,
  exact_avg(soc) AS avg_soc,
  min(soc) AS min_soc,
  max(soc) AS max_soc
FROM readings
GROUP BY device_id, date
HAVING ($from IS NULL OR date >= CAST($from AS DATE))
  AND ($to IS NULL OR date <= CAST($to AS DATE))
ORDER BY device_id, date
