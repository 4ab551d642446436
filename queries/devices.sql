-- ---
-- description: "Each device's readings summed up: V, °C and %, times in UTC"
-- tag: Summaries
-- graphql: false
-- parameters:
--   device_ids:
--     type: [String]
--     optional: true
--     description: Only these devices. Unset means every device.
-- ---
-- The fields `devices` and `device` stand on this where the rollups do not reach.
-- exact_avg() adds whole numbers, so that the same objects always have the same mean, to the last bit.
SELECT
  device_id,
  min("timestamp") AS first_seen,
  max("timestamp") AS last_seen,
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
FROM {{TELEMETRY}}
WHERE $device_ids IS NULL OR device_id IN (SELECT unnest(CAST($device_ids AS VARCHAR[])))
GROUP BY device_id
ORDER BY device_id
