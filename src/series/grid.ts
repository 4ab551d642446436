import type { Bucket } from './bucket.ts';

const DAY_MS = 86_400_000;
/** Monday, 1 January of the year 1. */
const YEAR_1_MS = -62_135_596_800_000;

/**
 * The starts of all buckets that touch `from` to `to` (milliseconds, half open), whether there are readings or not.
 * @param periods the starts of the zone's days, weeks or months there, as the engine tells them; null: UTC
 */
export function bucketStarts(
  bucket: Bucket,
  range: { readonly from: number; readonly to: number },
  periods: readonly number[] | null,
): number[] {
  if (range.from >= range.to) return [];
  const known = periods ?? utcPeriods(bucket, range);
  const step = bucket.unit === 'second' ? bucket.size * 1_000 : Number.POSITIVE_INFINITY;
  const starts: number[] = [];
  // Those of other ranges may be among them.
  for (
    let index = Math.max(
      0,
      known.findLastIndex((start) => start <= range.from),
    );
    index < known.length;
    index++
  ) {
    const period = known[index] as number;
    const end = Math.min(known[index + 1] ?? Number.POSITIVE_INFINITY, range.to);
    // A range may begin in the middle of a day of many buckets.
    const skipped = Math.max(0, Math.floor((range.from - period) / step));
    for (let start = period + (skipped > 0 ? skipped * step : 0); start < end; start += step)
      starts.push(start);
  }
  return starts;
}

function utcPeriods({ unit, size }: Bucket, { from, to }: { from: number; to: number }): number[] {
  const periods: number[] = [];
  if (unit === 'month') {
    const date = new Date(from);
    const since = (date.getUTCFullYear() - 1) * 12 + date.getUTCMonth();
    for (let month = since - (since % size); ; month += size) {
      const start = firstOfMonth(month);
      if (start >= to) return periods;
      periods.push(start);
    }
  }
  const step = (unit === 'day' ? size : 1) * DAY_MS;
  const origin = YEAR_1_MS + Math.floor((from - YEAR_1_MS) / step) * step;
  for (let start = origin; start < to; start += step) periods.push(start);
  return periods;
}

/** `Date.UTC` takes the years 0 to 99 for those from 1900. */
function firstOfMonth(monthsSinceYear1: number): number {
  const date = new Date(0);
  date.setUTCFullYear(1 + Math.floor(monthsSinceYear1 / 12), monthsSinceYear1 % 12, 1);
  return date.getTime();
}
