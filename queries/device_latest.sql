-- ---
-- description: "The newest reading of each device: one real row (V, °C and %, time in UTC)"
-- tag: Summaries
-- graphql: false
-- parameters:
--   device_ids:
--     type: [String]
--     optional: true
--     description: Only these devices. Unset means every device.
-- ---
-- Of rows of equal time it is the row of the object with the greatest key, then the later row. All three are packed
-- into one HUGEINT (63 bits of time, 24 of object, 40 of row), which compares far faster than a struct does.
SELECT
  device_id,
  latest.ts AS "timestamp",
  latest.voltage AS voltage,
  latest.temperature AS temperature,
  latest.soc AS soc
FROM (
  SELECT
    device_id,
    arg_max(
      struct_pack(ts := "timestamp", voltage := voltage, temperature := temperature, soc := soc),
      CAST(epoch_us("timestamp") AS HUGEINT) * 18446744073709551616
        + CAST(object_ordinal AS HUGEINT) * 1099511627776
        + row_number
    ) AS latest
  FROM {{TELEMETRY}}
  WHERE $device_ids IS NULL OR device_id IN (SELECT unnest(CAST($device_ids AS VARCHAR[])))
  GROUP BY device_id
)
ORDER BY device_id
