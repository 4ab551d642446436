import { type DatasetFacts, seriesSql, writeDataset } from './dataset-folder.ts';

const EVERY_TEN_MINUTES = { everyMinutes: 10, count: 288 };

/** Six devices over six days from 2026-03-01 UTC, two days in each object. */
export const plain = (directory: string): Promise<void> =>
  writeDataset(directory, async (write) => {
    const series = { devices: [1, 6], ...EVERY_TEN_MINUTES } as const;
    await write('2026/03/part-1.parquet', seriesSql({ ...series, from: '2026-03-01' }));
    await write('2026/03/part-2.parquet', seriesSql({ ...series, from: '2026-03-03' }));
    await write('part-3.parquet', seriesSql({ ...series, from: '2026-03-05' }));
  });

export const plainFacts: DatasetFacts = {
  objects: 3,
  rows: 3 * 6 * 288,
  readings: 3 * 6 * 288,
  devices: 6,
  quarantined: [],
};

/** 200 objects of ten readings each, two hours of one of five devices: as a producer leaves that flushes too often. */
export const manySmall = (directory: string): Promise<void> =>
  writeDataset(directory, async (write) => {
    for (let object = 0; object < 200; object++) {
      const device = 1 + (object % 5);
      const from = new Date(Date.UTC(2026, 2, 1, 2 * Math.floor(object / 5))).toISOString().slice(0, 16);
      const key = `${from.slice(0, 10)}/part-${String(object).padStart(3, '0')}.parquet`;
      await write(key, seriesSql({ devices: [device, device], from, everyMinutes: 12, count: 10 }));
    }
  });

export const manySmallFacts: DatasetFacts = {
  objects: 200,
  rows: 2_000,
  readings: 2_000,
  devices: 5,
  quarantined: [],
};

/**
 * Objects whose times and devices overlap: `a` and `b` share dev-2 and dev-3 on the 2nd of March with other times and
 * values, and `again/c` repeats the whole first day of dev-1 to dev-3 of `a`, row for row. Every row counts.
 */
export const overlapping = (directory: string): Promise<void> =>
  writeDataset(directory, async (write) => {
    await write('a.parquet', seriesSql({ devices: [1, 3], from: '2026-03-01', ...EVERY_TEN_MINUTES }));
    await write(
      'b.parquet',
      seriesSql({ devices: [2, 4], from: '2026-03-02 00:05', ...EVERY_TEN_MINUTES, seed: 2 }),
    );
    await write(
      'again/c.parquet',
      seriesSql({ devices: [1, 3], from: '2026-03-01', everyMinutes: 10, count: 144 }),
    );
  });

export const overlappingFacts: DatasetFacts = {
  objects: 3,
  rows: 2 * 3 * 288 + 3 * 144,
  readings: 2 * 3 * 288 + 3 * 144,
  devices: 4,
  quarantined: [],
};

/** Two objects without rows beside one with them. */
export const emptyObject = (directory: string): Promise<void> =>
  writeDataset(directory, async (write) => {
    const series = { devices: [1, 2], from: '2026-03-01', everyMinutes: 60 } as const;
    await write('a-empty.parquet', seriesSql({ ...series, count: 0 }));
    await write('good.parquet', seriesSql({ ...series, count: 24 }));
    await write('nested/empty.parquet', seriesSql({ ...series, count: 0 }));
  });

export const emptyObjectFacts: DatasetFacts = {
  objects: 3,
  rows: 48,
  readings: 48,
  devices: 2,
  quarantined: [],
};
