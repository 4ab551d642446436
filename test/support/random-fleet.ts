import { writeDataset } from './datasets/dataset-folder.ts';

const COLUMNS = 'AS readings(device_id, "timestamp", voltage, temperature, soc)';
const HOLES = ['NULL', "'nan'", "'infinity'", "'-infinity'"];

export interface FleetShape {
  readonly devices: number;
  /** Of each device. */
  readonly readings: number;
  /** First instant, and the days over which the readings lie. */
  readonly from: string;
  readonly days: number;
}

/**
 * Random readings in three overlapping objects, the same ones for the same seed: values in quarters, so that many are
 * equal and sums of them are exact in any order; one in eight is missing, and so is every temperature of the device `d0`; some times are equal.
 */
export async function writeRandomFleet(directory: string, seed: number, shape: FleetShape): Promise<void> {
  const random = mulberry32(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const value = (low: number, steps: number) =>
    below(8) === 0 ? HOLES[below(HOLES.length)] : (low + below(steps) / 4).toString();
  const rows: string[][] = [[], [], []];
  for (let device = 0; device < shape.devices; device++) {
    for (let reading = 0; reading < shape.readings; reading++) {
      const time = new Date(Date.parse(shape.from) + below(shape.days * 48) * 1_800_000).toISOString();
      const temperature = device === 0 ? 'NULL' : value(-20, 241);
      rows[below(3)]?.push(
        `('d${device}', TIMESTAMP '${time.slice(0, 19)}', ${value(44, 49)}::DOUBLE, ${temperature}::DOUBLE, ${value(0, 401)}::DOUBLE)`,
      );
    }
  }
  await writeDataset(directory, async (write) => {
    for (const [index, own] of rows.entries()) {
      await write(`object-${index}.parquet`, `SELECT * FROM (VALUES ${own.join(', ')}) ${COLUMNS}`);
    }
  });
}

/** A small generator of even quality (public domain, by T. Ettinger); not the one that the sample is made with. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
