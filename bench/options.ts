import path from 'node:path';
import { parseArgs } from 'node:util';

export const ROOT = path.dirname(import.meta.dirname);
export const CACHE = path.join(ROOT, '.cache', 'bench');
export const DEVICES = 200;
export const DAYS = 30;
export const OBJECTS = 30;

export const USAGE = `Measures the service beside what it is compared with, and writes docs/BENCHMARKS.md.

  npm run bench                          2 million readings, about 2 minutes
  npm run bench -- --readings 50000000

  --readings N   readings of ${DEVICES} devices over ${DAYS} days in ${OBJECTS} objects; each size has its table
  --help`;

/** @returns the number of readings, or 'help' */
export function parseReadings(args: readonly string[]): number | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: { readings: { type: 'string', default: '2000000' }, help: { type: 'boolean' } },
  });
  if (values.help) return 'help';
  const readings = Number(values.readings);
  const fewest = DEVICES * OBJECTS;
  if (Number.isSafeInteger(readings) && readings >= fewest) return readings;
  throw new Error(`--readings: expected a whole number from ${fewest}, but got: ${values.readings}`);
}
