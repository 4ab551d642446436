import type { DeviceProfile } from './fleet.ts';

/** Columns of the table `fleet`: a profile, and how many readings the device leaves. */
export type FleetRow = Omit<DeviceProfile, 'trait'> & { readonly readings: number };

const FLEET_COLUMNS: Readonly<Record<keyof FleetRow, string>> = {
  ordinal: 'BIGINT',
  deviceId: 'VARCHAR',
  readings: 'BIGINT',
  reportsAt: 'DOUBLE',
  cycleHours: 'DOUBLE',
  phaseHours: 'DOUBLE',
  dischargeShare: 'DOUBLE',
  fullSoc: 'DOUBLE',
  emptySoc: 'DOUBLE',
  emptySpread: 'DOUBLE',
  spells: 'DOUBLE',
  swing: 'DOUBLE',
  capacityAh: 'DOUBLE',
  resistanceOhm: 'DOUBLE',
  siteWarmth: 'DOUBLE',
  dayAmplitude: 'DOUBLE',
  loadHeat: 'DOUBLE',
  chargeHeat: 'DOUBLE',
};

/** Binds `$fleet`: the rows as JSON text. */
export const CREATE_FLEET = `
CREATE TABLE fleet AS
SELECT unnest(from_json($fleet, '[${JSON.stringify(FLEET_COLUMNS)}]'), recursive := true)`;

/**
 * The readings of the time slice from `$from_ms` (inclusive) to `$to_ms` (exclusive), milliseconds since the epoch, by
 * device and then by time. Also binds `$start_ms`, `$interval_ms`, `$seed`, and `$outages`: whether hours go missing.
 *
 * Every reading is a function of seed, device and time alone: slices can be made in any order and on any thread.
 * With `$rounded` the values are those that a battery management system reports: in steps of 10 mV, 0.1 °C, 0.1 %.
 */
const READINGS = `
WITH
places AS (
  SELECT
    fleet.*,
    unnest(range(
      CAST(greatest(0, floor(($from_ms - $start_ms) / $interval_ms) - 1) AS BIGINT),
      CAST(floor(($to_ms - $start_ms) / $interval_ms) + 1 AS BIGINT)
    )) AS reading
  FROM fleet
),
timed AS (
  SELECT *, $start_ms + CAST(floor((reading + reportsAt) * $interval_ms) AS BIGINT) AS at_ms
  FROM places
  WHERE reading < readings
),
-- The position in the charge cycle, and 64 random bits for each reading.
cycles AS (
  SELECT
    *,
    at_ms / 3600000.0 AS at_hours,
    (at_hours + phaseHours) / cycleHours AS cycle,
    cycle - floor(cycle) AS cycle_position,
    cycle_position >= dischargeShare AS charging,
    CASE WHEN charging THEN (cycle_position - dischargeShare) / (1 - dischargeShare)
         ELSE cycle_position / dischargeShare END AS progress,
    hash($seed, ordinal, CAST(floor(cycle) AS BIGINT)) % 1000 / 1000.0 AS depth_noise,
    hash($seed, ordinal, at_ms) AS bits,
    hash($seed, ordinal, (at_ms + ordinal * 4000000) // 21600000) AS outage_bits
  FROM timed
  WHERE at_ms >= $from_ms AND at_ms < $to_ms
),
-- Discharging follows a load that swings; charging slows down as the pack fills. Both are integrated, so that the
-- charge and the current agree.
charge AS (
  SELECT
    *,
    emptySoc + emptySpread * depth_noise AS empty,
    2 * pi() * spells AS omega,
    exp(-2 * progress) AS taper,
    exp(-6 * progress) AS memory,
    (bits & 65535) / 65536.0 - 0.5 AS load_noise,
    ((bits >> 16) & 65535) / 65536.0 - 0.5 AS temperature_noise,
    ((bits >> 32) & 65535) / 65536.0 - 0.5 AS soc_noise,
    bits >> 48 AS fault,
    CASE WHEN charging THEN empty + (fullSoc - empty) * (1 - taper) / (1 - exp(-2))
         ELSE fullSoc - (fullSoc - empty) * (progress + swing * (1 - cos(omega * progress)) / omega)
    END AS charge,
    capacityAh * (fullSoc - empty) / 100 / cycleHours AS mean_current,
    CASE WHEN charging THEN -mean_current / (1 - dischargeShare) * 2 * taper / (1 - exp(-2))
         ELSE mean_current / dischargeShare * (1 + swing * sin(omega * progress)) * (1 + 0.5 * load_noise)
    END AS current,
    CASE WHEN charging THEN chargeHeat * (1 - memory) + loadHeat * memory
         ELSE loadHeat * (1 - memory) * (1 + 0.4 * swing * sin(omega * progress)) + chargeHeat * memory
    END AS heat
  FROM cycles
  WHERE NOT ($outages AND outage_bits % 37 = 0 AND (at_ms + ordinal * 4000000) // 3600000 % 6 <= (outage_bits >> 20) % 4)
),
-- 14 cells in series: an open-circuit voltage that rises with the charge, less what the current drops.
measured AS (
  SELECT
    deviceId,
    at_ms,
    fault,
    14 * (3.22 + 0.62 * charge / 100 + 0.3 * pow(charge / 100, 4) - 0.2 * exp(-charge / 5)) AS open_voltage,
    least(open_voltage - current * resistanceOhm + 0.04 * load_noise, 57.8) AS voltage,
    14 + siteWarmth + dayAmplitude * sin(2 * pi() * (at_hours - 8.5) / 24)
      + 2.5 * sin(at_hours / 20.3 + $seed) + 1.4 * sin(at_hours / 7.9) + heat + 0.5 * temperature_noise AS temperature,
    least(greatest(charge + 0.3 * soc_noise, 0), 100) AS soc
  FROM charge
)
-- About one reading in a thousand lacks one metric.
SELECT
  deviceId AS device_id,
  make_timestamp(at_ms * 1000) AS "timestamp",
  CASE WHEN fault < 20 THEN NULL WHEN $rounded THEN round(voltage, 2) ELSE voltage END AS voltage,
  CASE WHEN fault BETWEEN 20 AND 49 THEN NULL WHEN $rounded THEN round(temperature, 1) ELSE temperature END AS temperature,
  CASE WHEN fault BETWEEN 50 AND 64 THEN NULL WHEN $rounded THEN round(soc, 1) ELSE soc END AS soc
FROM measured
`;

/** Rows in a row group: DuckDB's default, so that a device's readings lie in one or two of a large object. */
const ROW_GROUP_ROWS = 122_880;

/** Binds `$path` besides the parameters of the readings. */
export const COPY_READINGS = `
COPY (${READINGS} ORDER BY device_id, "timestamp")
TO $path (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP_ROWS})`;
