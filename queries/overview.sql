-- ---
-- description: How many readings and devices there are, and the time (UTC) that they span
-- tag: Summaries
-- graphql: false
-- ---
-- The field `overview` and /overview stand on this.
SELECT
  count(*) AS total_rows,
  count(DISTINCT device_id) AS device_count,
  min("timestamp") AS first_timestamp,
  max("timestamp") AS last_timestamp
FROM {{TELEMETRY}}
