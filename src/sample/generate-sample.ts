import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import pMap from 'p-map';
import { createFleet } from './fleet.ts';
import { ReadingsWriter } from './readings-writer.ts';
import { replaceFolder } from './replace-folder.ts';
import { assertReplaceable, readMarker, writeMarker } from './sample-marker.ts';

export interface SampleOptions {
  /** Absent, empty or holding an earlier sample. */
  readonly directory: string;
  readonly seed: number;
  /** From 19 on there is a silent, a hot and a low one among them. */
  readonly devices: number;
  readonly days: number;
  /** The readings end just before this midnight UTC. */
  readonly end: Date;
}

export interface Sample {
  readonly directory: string;
  /** False: a complete sample was there already, and its `end` may lie before the one asked for. */
  readonly generated: boolean;
  readonly end: Date;
}

/** The fleet that a first start without bucket and folder shows: about a million readings, made in a second or two. */
export const SAMPLE_DEFAULTS = { seed: 1, devices: 24, days: 30 } as const;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Each one is a DuckDB pipeline that begins on one thread. */
const DAYS_AT_ONCE = 2;

/** The most recent midnight UTC. */
export function lastMidnight(now: Date): Date {
  return new Date(Math.floor(now.getTime() / DAY_MS) * DAY_MS);
}

/**
 * Leaves a fleet of battery packs in `directory`, one reading a minute for each device, as
 * `date=YYYY-MM-DD/part-0.parquet` with the columns `device_id`, `timestamp` (UTC, without zone), `voltage` (V),
 * `temperature` (°C) and `soc` (%). The same options give the same readings.
 *
 * A complete sample with the same seed, devices and days is kept as it is. Otherwise the files are written beside the
 * folder, which is replaced when they are complete: a start that is killed half-way leaves no half sample.
 *
 * @throws RangeError for options out of their domain, ConfigError when the folder holds something else, or the file
 * system's error when it cannot be written.
 */
export async function generateSample(options: SampleOptions): Promise<Sample> {
  assertOptions(options);
  const { directory, seed, devices, days, end } = options;
  const existing = await readReusable(options);
  if (existing !== undefined) return existing;

  await assertReplaceable(directory);
  await mkdir(path.dirname(directory), { recursive: true });
  try {
    await replaceFolder(directory, {
      fill: async (folder) => {
        await writeDays(options, folder);
        await writeMarker(folder, { seed, devices, days, end: end.toISOString() });
      },
      isCurrent: async (folder) => (await readReusable({ ...options, directory: folder })) !== undefined,
    });
  } catch (error) {
    // Another start may have finished first.
    const other = await readReusable(options);
    if (other !== undefined) return other;
    throw error;
  }
  return { directory, generated: true, end };
}

async function readReusable({ directory, seed, devices, days }: SampleOptions): Promise<Sample | undefined> {
  const found = await readMarker(directory);
  if (found?.seed !== seed || found.devices !== devices || found.days !== days) return undefined;
  return { directory, generated: false, end: new Date(found.end) };
}

async function writeDays({ seed, devices, days, end }: SampleOptions, folder: string): Promise<void> {
  const startMs = end.getTime() - days * DAY_MS;
  const readings = (days * DAY_MS) / MINUTE_MS;
  const writer = await ReadingsWriter.create({
    fleet: createFleet(devices, seed),
    seed,
    startMs,
    intervalMs: MINUTE_MS,
    readingsOf: ({ trait }) => (trait === 'silent' ? Math.floor(readings * 0.855) : readings),
    outages: true,
    rounded: true,
  });
  try {
    await pMap(
      Array.from({ length: days }, (_, day) => startMs + day * DAY_MS),
      async (fromMs) => {
        const date = path.join(folder, `date=${new Date(fromMs).toISOString().slice(0, 10)}`);
        await mkdir(date);
        await writer.write({ fromMs, toMs: fromMs + DAY_MS }, path.join(date, 'part-0.parquet'));
      },
      { concurrency: DAYS_AT_ONCE },
    );
  } finally {
    writer.close();
  }
}

function assertOptions({ seed, devices, days, end }: SampleOptions): void {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`seed: expected a whole number, but got: ${seed}`);
  for (const [name, value] of Object.entries({ devices, days })) {
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new RangeError(`${name}: expected a whole number of at least 1, but got: ${value}`);
    }
  }
  if (end.getTime() % DAY_MS !== 0) {
    throw new RangeError(`end: expected a midnight UTC, but got: ${end.getTime()} ms since the epoch`);
  }
}
