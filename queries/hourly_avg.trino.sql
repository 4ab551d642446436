-- Unlike the objects as they are, readings have no NaN: it counts as missing.
SELECT
  device_id,
  date_trunc('hour', "timestamp") AS hour,
  avg(voltage) AS avg_voltage,
  avg(temperature) AS avg_temperature,
  avg(soc) AS avg_soc
FROM {{TELEMETRY}}
GROUP BY device_id, date_trunc('hour', "timestamp")
ORDER BY device_id, hour
