import type { SeriesTailArgs } from '../../schema/context.ts';
import type { Series } from '../../schema/series-types.ts';
import { millisOf } from '../loaders/instants.ts';
import { type Bucket, parseBucket } from '../series/bucket.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The part of a series that has to be asked for again. */
export interface ChangedStretch {
  /** In place of those of the question. */
  readonly range: { readonly from: string | null; readonly to: string | null };
  /** Which times of points are in it: from one, inclusive, to another, exclusive; milliseconds. */
  readonly from: number;
  readonly to: number;
  /** Nothing was cut off: then buckets that have lost their readings are in the answer only as far as others lie around them. */
  readonly isEverything: boolean;
  /** The places of the points that days which changed may have changed, each of a bucket that is whole. */
  pointsOf(series: Series): number[];
}

/**
 * Which buckets the days touch, and so much around them that none of these is cut.
 * @param days that changed, in order; undefined: any may have
 * @returns null when the question is about none of them
 */
export function changedStretch(
  { bucket: text, from, to, aggregate }: SeriesTailArgs,
  days: readonly string[] | undefined,
): ChangedStretch | null {
  const bucket = parseBucket(text);
  const [first, end] = [startOf(days?.[0]), startOf(days?.at(-1)) + DAY_MS];
  // The last value of a range has weight until its end, so the end is a part of the question.
  if (bucket === null || !Number.isFinite(first) || !Number.isFinite(end) || aggregate === 'timeWeightedAvg')
    return everything({ from, to });
  const [begin, until] = [from === null ? -Infinity : millisOf(from), to === null ? Infinity : millisOf(to)];
  if (end <= begin || first >= until) return null;
  const around = longest(bucket);
  const [low, high] = [first - around, end + around];
  if (!isWritable(low) || !isWritable(high)) return everything({ from, to });
  const isCut = low > begin;
  return {
    range: {
      from: isCut ? new Date(low).toISOString() : from,
      to: high < until ? new Date(high).toISOString() : to,
    },
    from: isCut ? low : -Infinity,
    to: end,
    isEverything: false,
    pointsOf: ({ timestamps: { numbers: times } }) => {
      const places: number[] = [];
      for (let place = 0; place < times.length; place++) {
        const time = times[place] as number;
        const next = times[place + 1] ?? Infinity;
        if (time < end && next > first && !(isCut && time < low)) places.push(place);
      }
      return places;
    },
  };
}

function everything(range: ChangedStretch['range']): ChangedStretch {
  return {
    range,
    from: -Infinity,
    to: Infinity,
    isEverything: true,
    pointsOf: ({ timestamps }) => Array.from({ length: timestamps.length }, (_, place) => place),
  };
}

/** No bucket is longer; clocks that are put back make one longer than it says. */
function longest({ unit, size }: Bucket): number {
  const ms = unit === 'second' ? size * 1_000 : size * (unit === 'day' ? DAY_MS : 31 * DAY_MS);
  return ms + 3 * HOUR_MS;
}

function startOf(day: string | undefined): number {
  return day !== undefined && /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
}

/** As an instant of RFC 3339. */
function isWritable(ms: number): boolean {
  const year = new Date(ms).getUTCFullYear();
  return year >= 1 && year <= 9999;
}
