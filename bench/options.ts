import path from 'node:path';
import { parseArgs } from 'node:util';

export const ROOT = path.dirname(import.meta.dirname);
export const CACHE = path.join(ROOT, '.cache', 'bench');
export const DEVICES = 200;
export const DAYS = 30;
export const OBJECTS = 30;
/** That a refresh finds at once. */
export const NEW_OBJECTS = 100;

const QUICK_READINGS = 2_000_000;
const MILLION = 1_000_000;
const fewest = DEVICES * OBJECTS;

/** What one run measures. */
export interface Plan {
  /** Each has its section in the report. */
  readonly readings: readonly number[];
  readonly growth: GrowthPlan | undefined;
  /** Measures what a Trino cluster does over these readings, and nothing else. */
  readonly trino: boolean;
  /** Whether data sets of more than `KEPT_READINGS` stay for the next run, too. */
  readonly keep: boolean;
}

export interface GrowthPlan {
  /** Names its section in the report. */
  readonly name: 'growth' | 'growth-full';
  /** From small to large. */
  readonly readings: readonly number[];
  readonly requests: number;
  /** 0: not measured. */
  readonly objects: number;
}

const QUICK: GrowthPlan = {
  name: 'growth',
  readings: [MILLION, 10 * MILLION],
  requests: 10_000,
  objects: 0,
};
const FULL: GrowthPlan = {
  name: 'growth-full',
  readings: [MILLION, 10 * MILLION, 100 * MILLION, 500 * MILLION],
  requests: 200_000,
  objects: 10_000,
};

/** A data set of 50 million takes 0.3 GB and 20 s to make; ten times as many are not left lying about unasked. */
export const KEPT_READINGS = 50 * MILLION;

export const USAGE = `Measures the service beside what it is compared with, and writes docs/BENCHMARKS.md.

  npm run bench                          2 million readings, and growth in short: about 3 minutes
  npm run bench -- --full                50 and 500 million readings, growth to 500 million readings, 200,000
                                         requests and 10,000 objects: about 45 minutes, 10 GB of disk, 8 GB of memory
  npm run bench -- --readings 50000000
  npm run bench -- --trino               the rows of a Trino cluster, and no others: about 5 minutes. Needs Java 24 or newer,
                                         and Maven, which brings Trino into .cache once (0.8 GB)

  --readings N   readings of ${DEVICES} devices over ${DAYS} days in ${OBJECTS} objects; each size has its table
  --full         all that there is to measure without a cluster
  --trino        over 2 million readings, or those of the options above
  --keep         keeps data sets of more than ${KEPT_READINGS.toLocaleString('en')} readings in .cache/bench for the next run
  --help`;

/** @returns what to measure, or 'help' */
export function parsePlan(args: readonly string[]): Plan | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      readings: { type: 'string' },
      full: { type: 'boolean' },
      trino: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean' },
    },
  });
  const { keep, trino } = values;
  if (values.help) return 'help';
  if (values.full && values.readings !== undefined) {
    throw new Error('expected one of --full and --readings, but got both');
  }
  if (values.full)
    return { readings: [50 * MILLION, 500 * MILLION], growth: trino ? undefined : FULL, trino, keep };
  if (values.readings === undefined)
    return { readings: [QUICK_READINGS], growth: trino ? undefined : QUICK, trino, keep };
  const readings = Number(values.readings);
  if (Number.isSafeInteger(readings) && readings >= fewest)
    return { readings: [readings], growth: undefined, trino, keep };
  throw new Error(`--readings: expected a whole number from ${fewest}, but got: ${values.readings}`);
}
