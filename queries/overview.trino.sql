SELECT
  count(*) AS total_rows,
  count(DISTINCT device_id) AS device_count,
  min("timestamp") AS first_timestamp,
  max("timestamp") AS last_timestamp
FROM {{TELEMETRY}}
