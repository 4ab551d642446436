SELECT
  device_id,
  date_trunc('hour', timestamp) AS hour,
  avg(voltage) AS avg_voltage,
  avg(temperature) AS avg_temperature,
  avg(soc) AS avg_soc
FROM read_parquet({{S3_PATH}})
GROUP BY device_id, hour
ORDER BY device_id, hour
