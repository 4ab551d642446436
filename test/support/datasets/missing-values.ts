import { type DatasetFacts, writeDataset } from './dataset-folder.ts';

const COLUMNS = 'AS readings(device_id, "timestamp", voltage, temperature, soc)';

/** One row of SQL values; the time is an hour of 2026-03-01 UTC. */
const row = (device: string, hour: number, voltage: string, temperature: string, soc: string): string =>
  `('${device}', TIMESTAMP '2026-03-01' + INTERVAL ${hour} HOUR, ${voltage}::DOUBLE, ${temperature}::DOUBLE, ${soc}::DOUBLE)`;

const NAN = "'nan'";
const INFINITE = "'infinity'";
const NEGATIVE = "'-infinity'";

/**
 * Each kind of missing value in each metric (`partly`), devices that hold nothing else (`only-null`, `only-nan`,
 * `only-infinite`), and rows that are no readings: without device, without time, at an infinite time.
 */
export const missingValues = (directory: string): Promise<void> =>
  writeDataset(directory, async (write) => {
    await write(
      'metrics.parquet',
      `SELECT * FROM (VALUES
        ${[
          row('partly', 0, '50', '20', '80'),
          row('partly', 1, 'NULL', '21', '79'),
          row('partly', 2, NAN, '22', '78'),
          row('partly', 3, INFINITE, '23', '77'),
          row('partly', 4, NEGATIVE, '24', '76'),
          row('partly', 5, '52', 'NULL', '75'),
          row('partly', 6, '53', NAN, '74'),
          row('partly', 7, '54', INFINITE, '73'),
          row('partly', 8, '55', NEGATIVE, '72'),
          row('good', 0, '50', '20', '80'),
          row('good', 1, '51', '21', '79'),
        ].join(',\n        ')}) ${COLUMNS}`,
    );
    await write(
      'nested/only-missing.parquet',
      `SELECT * FROM (VALUES
        ${[
          row('partly', 9, '56', '29', 'NULL'),
          row('partly', 10, '57', '30', NAN),
          row('partly', 11, '58', '31', INFINITE),
          row('partly', 12, NAN, 'NULL', NEGATIVE),
          row('only-null', 0, 'NULL', 'NULL', 'NULL'),
          row('only-null', 1, 'NULL', 'NULL', 'NULL'),
          row('only-nan', 0, NAN, NAN, NAN),
          row('only-infinite', 0, INFINITE, NEGATIVE, INFINITE),
        ].join(',\n        ')}) ${COLUMNS}`,
    );
    await write(
      'no-readings.parquet',
      `SELECT * FROM (VALUES
        (NULL, TIMESTAMP '2026-03-01 05:00', 10::DOUBLE, 10::DOUBLE, 10::DOUBLE),
        (NULL, TIMESTAMP '2026-03-01 06:00', 10, 10, 10),
        (NULL, NULL, 10, 10, 10),
        ('good', NULL, 10, 10, 10),
        ('timeless', NULL, 10, 10, 10),
        ('good', TIMESTAMP 'infinity', 10, 10, 10),
        ('good', TIMESTAMP '-infinity', 10, 10, 10)
      ) ${COLUMNS}`,
    );
  });

export const missingValuesFacts = {
  objects: 3,
  rows: 26,
  readings: 19,
  devices: 5,
  quarantined: [],
  /** `timeless` has rows but no reading, so it is no device. */
  deviceIds: ['good', 'only-infinite', 'only-nan', 'only-null', 'partly'],
  partly: {
    readingCount: 13,
    firstSeen: '2026-03-01T00:00:00.000Z',
    lastSeen: '2026-03-01T12:00:00.000Z',
    voltage: { count: 8, avg: 54.375, min: 50, max: 58 },
    temperature: { count: 8, avg: 25, min: 20, max: 31 },
    soc: { count: 9, avg: 76, min: 72, max: 80 },
    /** The row at 12:00 lacks all three. */
    latest: { timestamp: '2026-03-01T12:00:00.000Z', voltage: null, temperature: null, soc: null },
  },
} as const satisfies DatasetFacts & Record<string, unknown>;
