import { type DatasetFacts, writeDataset } from './dataset-folder.ts';

/** `[device, hour of 2026-03-01 UTC, value]`; the value is the voltage, its half the temperature, 100 less it the soc. */
type Row = readonly [deviceId: string, hour: number, value: number];

/** In the order of the keys' UTF-8 bytes, which is not that of JavaScript's `<`: U+FF5E comes before the emoji. */
const OBJECTS: Readonly<Record<string, readonly Row[]>> = {
  'B.parquet': [
    ['across-objects', 12, 40],
    ['newer-in-smaller-key', 13, 41],
  ],
  'a.parquet': [
    ['within-one', 12, 42],
    ['within-one', 12, 43],
    ['within-one', 11, 44],
    ['across-objects', 12, 45],
    ['both', 12, 46],
    ['folder-after-dot', 12, 47],
  ],
  'a/0.parquet': [['folder-after-dot', 12, 48]],
  'b.parquet': [
    ['across-objects', 12, 49],
    ['newer-in-smaller-key', 12, 50],
    ['both', 12, 51],
    ['both', 12, 52],
  ],
  '\uff5e.parquet': [['unicode-keys', 12, 53]],
  '\u{1f50b}.parquet': [['unicode-keys', 12, 54]],
};

/** Equal device and time in two objects and twice in one, with values that tell which row was taken. */
export const equalTimestamps = (directory: string): Promise<void> =>
  writeDataset(directory, async (write) => {
    for (const [key, rows] of Object.entries(OBJECTS)) {
      await write(
        key,
        `SELECT row[1] AS device_id, TIMESTAMP '2026-03-01' + row[2]::INTEGER * INTERVAL 1 HOUR AS "timestamp",
           row[3]::DOUBLE AS voltage, row[3]::DOUBLE / 2 AS temperature, 100 - row[3]::DOUBLE AS soc
         FROM (SELECT unnest(from_json($rows, '[["VARCHAR"]]')) AS row)`,
        { rows: JSON.stringify(rows) },
      );
    }
  });

const latest = (value: number, hour = 12) => ({
  timestamp: `2026-03-01T${hour}:00:00.000Z`,
  voltage: value,
  temperature: value / 2,
  soc: 100 - value,
});

export const equalTimestampsFacts = {
  objects: 6,
  rows: 15,
  readings: 15,
  devices: 6,
  quarantined: [],
  /** By device: the row of the greatest key, and within an object the later row. */
  latest: {
    'across-objects': latest(49),
    both: latest(52),
    'folder-after-dot': latest(48),
    'newer-in-smaller-key': latest(41, 13),
    'unicode-keys': latest(54),
    'within-one': latest(43),
  },
} satisfies DatasetFacts & Record<string, unknown>;
