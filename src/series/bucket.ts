/** How wide the buckets of a series are: `5m`, `1h`, `1d`, `2w`, `1mo`. */
export interface Bucket {
  /** As it is written. */
  readonly text: string;
  readonly unit: 'second' | 'day' | 'month';
  /** Seconds, days (a week is 7) or months (a year is 12). */
  readonly size: number;
}

export const ACCEPTED_BUCKETS =
  'seconds, minutes or hours that divide a day (`30s`, `5m`, `6h`), days, weeks, months or years (`1d`, `2w`, `3mo`, `1y`)';

const DAY_SECONDS = 86_400;
const UNITS = {
  s: ['second', 1],
  m: ['second', 60],
  h: ['second', 3_600],
  d: ['day', 1],
  w: ['day', 7],
  mo: ['month', 1],
  y: ['month', 12],
} as const;

/**
 * Seconds, minutes and hours are stretches of time that begin anew at each midnight of the zone, so they must divide a
 * day. Weeks begin on Mondays. Several days, weeks, months or years are counted from Monday, 1 January of the year 1.
 * @returns null for anything else than `ACCEPTED_BUCKETS`
 */
export function parseBucket(text: string): Bucket | null {
  const [, digits = '', suffix = ''] = /^([1-9]\d{0,4})(s|m|h|d|w|mo|y)$/.exec(text) ?? [];
  if (!(suffix in UNITS)) return null;
  const [unit, scale] = UNITS[suffix as keyof typeof UNITS];
  const size = Number(digits) * scale;
  if (unit === 'second' && DAY_SECONDS % size !== 0) return null;
  // A thousand years: beyond, no two readings lie in different buckets.
  if (unit !== 'second' && size > (unit === 'day' ? 365_000 : 12_000)) return null;
  // What is a whole day is a day of the calendar: 23 or 25 hours when the clocks change.
  if (size === DAY_SECONDS && unit === 'second') return { text, unit: 'day', size: 1 };
  return { text, unit, size };
}

/** From fine to coarse, what `maxPoints` chooses from. */
export const LADDER: readonly Bucket[] =
  '1s 2s 5s 10s 15s 30s 1m 2m 5m 10m 15m 20m 30m 1h 2h 3h 4h 6h 8h 12h 1d 2d 1w 2w 1mo 3mo 6mo 1y 10y 100y 1000y'
    .split(' ')
    .map((text) => parseBucket(text) as Bucket);

const DAY_MS = 1_000 * DAY_SECONDS;

/** No range of this length has more of these buckets; the first and the last may be cut. */
export function mostBuckets({ unit, size }: Bucket, spanMs: number, timeZone: string): number {
  // Any number of months together is at most three days short of as many mean months.
  if (unit === 'month') return Math.ceil((spanMs + 3 * DAY_MS) / (size * 30.4 * DAY_MS)) + 1;
  if (unit === 'day') return Math.ceil((spanMs + DAY_MS / 12) / (size * DAY_MS)) + 1;
  // A day on which the clocks change ends with a bucket that is cut: two in a year, and one more for their uneven spacing.
  const cut = timeZone === 'UTC' ? 0 : 1 + Math.ceil(spanMs / (180 * DAY_MS));
  return Math.ceil(spanMs / (size * 1_000)) + 1 + cut;
}
