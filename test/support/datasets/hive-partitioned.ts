import { type DatasetFacts, seriesSql, writeDataset } from './dataset-folder.ts';

const HOURLY = { everyMinutes: 60, count: 24 } as const;

/**
 * Folders that name columns: the device only in the key (once percent-encoded), the date in the key beside a device
 * column, and a key that contradicts the column, which is then right.
 */
export const hivePartitioned = (directory: string): Promise<void> =>
  writeDataset(directory, async (write) => {
    const first = seriesSql({ devices: [1, 1], from: '2026-01-01', ...HOURLY });
    const second = seriesSql({ devices: [1, 1], from: '2026-01-02', ...HOURLY });
    const withoutDevice = (select: string) => `SELECT * EXCLUDE (device_id) FROM (${select})`;
    await write('device_id=a/date=2026-01-01/part-0.parquet', withoutDevice(first));
    await write('device_id=a/date=2026-01-02/part-0.parquet', withoutDevice(second));
    await write('device_id=b%20%2F%20c/date=2026-01-01/part-0.parquet', withoutDevice(first));
    await write('device_id=wrong/date=2026-01-01/part-0.parquet', first);
    await write(
      'date=2026-01-02/part-0.parquet',
      seriesSql({ devices: [1, 2], from: '2026-01-02', ...HOURLY }),
    );
  });

export const hivePartitionedFacts = {
  objects: 5,
  rows: 144,
  readings: 144,
  devices: 4,
  quarantined: [],
  readingsByDevice: { a: 48, 'b / c': 24, 'dev-1': 48, 'dev-2': 24 },
} as const satisfies DatasetFacts & Record<string, unknown>;
