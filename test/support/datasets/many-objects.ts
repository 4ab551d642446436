import { link, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { seriesSql, writeDataset } from './dataset-folder.ts';

const DEVICES = 99;
const DAYS = 100;
const FIRST_DAY_MS = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;

export const manyObjectsFacts = {
  objects: (DEVICES + 1) * DAYS,
  readings: (DEVICES + 2) * DAYS * 12,
  lastDay: DAYS - 1,
  /** Has an object a day, as each device from `pack-0` on, and a part of another that it shares. */
  shared: 'pack-7',
} as const;

/** The beginning of the day of this number, from 0. */
export const instantOfDay = (day: number): string => new Date(FIRST_DAY_MS + day * DAY_MS).toISOString();

export const ownKey = (device: string, day: number): string =>
  `device_id=${device}/${instantOfDay(day).slice(0, 10)}.parquet`;
export const sharedKey = (day: number): string => `shared/${instantOfDay(day).slice(0, 10)}.parquet`;

/**
 * Ten thousand objects in a second: where the device stands in the key, one file a day serves all of them as hard links.
 * A reading every two hours, from midnight; in the objects that two devices share, from one o'clock.
 */
export async function manyObjects(directory: string): Promise<void> {
  const days = Array.from({ length: DAYS }, (_, day) => day);
  const readings = (device: number, day: number, hours: number) => {
    const from = new Date(FIRST_DAY_MS + day * DAY_MS + hours * 3_600_000).toISOString();
    return seriesSql({ devices: [device, device], from, everyMinutes: 120, count: 12, seed: day });
  };
  await writeDataset(directory, async (write) => {
    for (const day of days) {
      await write(ownKey('pack-0', day), `SELECT * EXCLUDE (device_id) FROM (${readings(0, day, 0)})`);
      const both = [7, 8].map(
        (device) => `SELECT * REPLACE ('pack-${device}' AS device_id) FROM (${readings(device, day, 1)})`,
      );
      await write(sharedKey(day), both.join(' UNION ALL '));
    }
  });
  for (let device = 1; device < DEVICES; device++) {
    const linkTo = (day: number) =>
      link(path.join(directory, ownKey('pack-0', day)), path.join(directory, ownKey(`pack-${device}`, day)));
    await mkdir(path.join(directory, `device_id=pack-${device}`));
    await Promise.all(days.map(linkTo));
  }
}
