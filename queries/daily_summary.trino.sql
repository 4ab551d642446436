-- avg() adds doubles, so means may differ in their last bits from those of exact_avg(). The cluster's own time-zone data
-- decides where days begin.
WITH readings AS (
  SELECT
    *,
    CAST(at_timezone(with_timezone("timestamp", 'UTC'), $time_zone) AS date) AS date
  FROM {{TELEMETRY}}
  -- No zone is 2 days off UTC: this only lets whole row groups be skipped, HAVING decides.
  WHERE ($from IS NULL OR "timestamp" >= $from - INTERVAL '2' DAY)
    AND ($to IS NULL OR "timestamp" < $to + INTERVAL '3' DAY)
    AND ($device_ids IS NULL OR contains($device_ids, device_id))
)
SELECT
  device_id,
  date,
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
FROM readings
GROUP BY device_id, date
HAVING ($from IS NULL OR date >= $from) AND ($to IS NULL OR date <= $to)
ORDER BY device_id, date
