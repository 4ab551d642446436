-- avg() adds doubles, so means may differ in their last bits from those of exact_avg().
SELECT
  device_id,
  min("timestamp") AS first_seen,
  max("timestamp") AS last_seen,
  count(*) AS reading_count,
  avg(voltage) AS avg_voltage,
  min(voltage) AS min_voltage,
  max(voltage) AS max_voltage,
  avg(temperature) AS avg_temperature,
  min(temperature) AS min_temperature,
  max(temperature) AS max_temperature,
  avg(soc) AS avg_soc,
  min(soc) AS min_soc,
  max(soc) AS max_soc
FROM {{TELEMETRY}}
WHERE $device_ids IS NULL OR contains($device_ids, device_id)
GROUP BY device_id
ORDER BY device_id
