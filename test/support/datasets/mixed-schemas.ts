import { type DatasetFacts, writeDataset } from './dataset-folder.ts';

/** 24 hourly readings of one device in values that FLOAT and DECIMAL(6,3) hold exactly too. */
const READINGS = `
FROM (
  SELECT
    TIMESTAMP '2026-03-01' + hour * INTERVAL 1 HOUR AS moment,
    48 + hour * 0.125::DOUBLE AS volt,
    20 + hour * 0.5::DOUBLE AS degree,
    (90 - hour)::DOUBLE AS percent
  FROM range(24) AS hours(hour)
)
ORDER BY moment`;

/** Every column of its usual type; a layout names those that are otherwise. */
const USUAL = {
  timestamp: 'moment AS "timestamp"',
  voltage: 'volt AS voltage',
  temperature: 'degree AS temperature',
  soc: 'percent AS soc',
};

const LAYOUTS: Readonly<Record<string, Partial<typeof USUAL>>> = {
  usual: {},
  float32: {
    voltage: 'volt::FLOAT AS voltage',
    temperature: 'degree::FLOAT AS temperature',
    soc: 'percent::FLOAT AS soc',
  },
  'soc-integer': { soc: 'percent::INTEGER AS soc' },
  'soc-utinyint': { soc: 'percent::UTINYINT AS soc' },
  'voltage-decimal': { voltage: 'volt::DECIMAL(6, 3) AS voltage' },
  // Parquet has no seconds: DuckDB writes these as milliseconds.
  'timestamp-s': { timestamp: 'moment::TIMESTAMP_S AS "timestamp"' },
  'timestamp-ms': { timestamp: 'moment::TIMESTAMP_MS AS "timestamp"' },
  'timestamp-ns': { timestamp: 'moment::TIMESTAMP_NS AS "timestamp"' },
  // 02:00+02:00 is midnight UTC.
  'timestamp-tz': {
    timestamp: `(strftime(moment + INTERVAL 2 HOUR, '%Y-%m-%d %H:%M:%S') || '+02:00')::TIMESTAMPTZ AS "timestamp"`,
  },
  'upper-case': {
    timestamp: 'moment AS "TIMESTAMP"',
    voltage: 'volt AS "Voltage"',
    temperature: 'degree AS "TEMPERATURE"',
    soc: 'percent AS "SoC"',
  },
};

/**
 * The same 24 hours once for each layout of the columns that producers write; the device is named after it. The key
 * `layout/usual.parquet` is neither first nor last.
 */
export const mixedSchemas = (directory: string): Promise<void> =>
  writeDataset(directory, async (write) => {
    for (const [name, unusual] of Object.entries(LAYOUTS)) {
      const deviceId = name === 'upper-case' ? '"DEVICE_ID"' : 'device_id';
      const columns = Object.values({ ...USUAL, ...unusual }).join(', ');
      await write(`layout/${name}.parquet`, `SELECT '${name}' AS ${deviceId}, ${columns} ${READINGS}`);
    }
    await write(
      'column-order.parquet',
      `SELECT percent AS soc, degree AS temperature, moment AS "timestamp", 'column-order' AS device_id, volt AS voltage ${READINGS}`,
    );
    await write(
      'extra-columns.parquet',
      `SELECT 'v1.2' AS firmware, 'extra-columns' AS device_id, moment AS "timestamp", volt AS voltage, degree AS temperature,
         percent AS soc, {lat: 52.5, lon: 13.4} AS position, [1, 2, 3] AS cells, -71 AS rssi ${READINGS}`,
    );
    await write(
      'numeric-id.parquet',
      `SELECT 42::BIGINT AS device_id, moment AS "timestamp", volt AS voltage, degree AS temperature, percent AS soc ${READINGS}`,
    );
  });

const mixedDevices = [...Object.keys(LAYOUTS), 'column-order', 'extra-columns', '42'];

export const mixedSchemasFacts = {
  objects: mixedDevices.length,
  rows: mixedDevices.length * 24,
  readings: mixedDevices.length * 24,
  devices: mixedDevices.length,
  quarantined: [],
  deviceIds: mixedDevices,
  /** Exactly this for each of the devices. */
  everyDevice: {
    readingCount: 24,
    firstSeen: '2026-03-01T00:00:00.000Z',
    lastSeen: '2026-03-01T23:00:00.000Z',
    voltage: { avg: 49.4375, min: 48, max: 50.875 },
    temperature: { avg: 25.75, min: 20, max: 31.5 },
    soc: { avg: 78.5, min: 67, max: 90 },
  },
} as const satisfies DatasetFacts & Record<string, unknown>;
