import { rm } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { writeDataset } from '../support/datasets/dataset-folder.ts';

export const DEVICES = ['one', 'two', 'three'];

/** In the order of their UTF-8 bytes, which is not that of JavaScript's `<`. */
const KEYS = ['B.parquet', 'a.parquet', 'a/0.parquet', '\uff5e.parquet', '\u{1f50b}.parquet'];

const FIRST_MS = Date.UTC(2026, 2, 1, 17);

/** Few enough minutes over two days that many rows share one, on both sides of the slots' cuts, some with microseconds. */
const time = fc
  .tuple(
    fc.integer({ min: 0, max: 12 }),
    fc.constantFrom(0, 14, 15, 29, 30, 59),
    fc.constantFrom('000', '001'),
  )
  .map(
    ([step, minute, micros]) =>
      `${new Date(FIRST_MS + step * 4 * 3_600_000 + minute * 60_000).toISOString().slice(0, 23)}${micros}`,
  );
const value = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.integer({ min: -5000, max: 6000 }).map((hundredths) => String(hundredths / 100)),
  },
  { weight: 1, arbitrary: fc.constantFrom('NULL', "'nan'", "'infinity'") },
);
const row = fc.record({ device: fc.constantFrom(...DEVICES), time, values: fc.tuple(value, value, value) });
export type RandomRow = typeof row extends fc.Arbitrary<infer T> ? T : never;

/** The rows of each object by its key. The last one repeats the rows of the first. */
export const randomObjects = fc
  .array(fc.array(row, { maxLength: 40 }), { minLength: KEYS.length - 1, maxLength: KEYS.length - 1 })
  .map((objects) => new Map(KEYS.map((key, index) => [key, objects[index % objects.length] ?? []])));

export const randomInstant = fc.option(time.map((at) => `${at}Z`));

export async function writeObject(directory: string, key: string, rows: readonly RandomRow[]): Promise<void> {
  // A file that is written over keeps its inode; a new one is a new object whatever the clock says.
  await rm(path.join(directory, key), { force: true });
  const values = rows.map(
    ({ device, time: at, values: [voltage, temperature, soc] }) =>
      `('${device}', TIMESTAMP '${at}', ${voltage}::DOUBLE, ${temperature}::DOUBLE, ${soc}::DOUBLE)`,
  );
  const none = "('', TIMESTAMP '2026-01-01', 0::DOUBLE, 0::DOUBLE, 0::DOUBLE)";
  await writeDataset(directory, (write) =>
    write(
      key,
      `SELECT * FROM (VALUES ${values.join(', ') || none}) readings(device_id, "timestamp", voltage, temperature, soc)
      ${values.length === 0 ? 'WHERE false' : ''}`,
    ),
  );
}
