import { type Bucket, LADDER, mostBuckets } from './bucket.ts';

export interface Plan {
  /** What is summed up, unless readings are thinned. */
  readonly bucket: Bucket;
  /** When the readings themselves are thinned instead (`thin`). */
  readonly thinned: 'always' | 'unless rolled up' | 'never';
}

export interface PlanQuestion {
  readonly bucket: Bucket | null;
  readonly maxPoints: number;
  /** Some aggregate was asked for by name. */
  readonly isAggregate: boolean;
  readonly timeZone: string;
  /** The length of the range in milliseconds, and about how many readings there are in it. */
  readonly span: number;
  readonly readings: number;
  /** More readings are summed up in buckets by the engine. */
  readonly mostThinned: number;
}

/** What lies within an hour is never made of rollups: the slots of no grain are shorter, but for those cut for some zones. */
const FINEST_ROLLED_UP_SECONDS = 3_600;

/**
 * A bucket that is asked for is taken. Else it is the finest of the ladder that gives at most `maxPoints`. Without an
 * aggregate that is asked for by name, the readings themselves are thinned where the bucket is finer than the rollups are,
 * or cannot be had from them.
 */
export function planSeries(question: PlanQuestion): Plan {
  const { bucket, maxPoints, isAggregate, timeZone, span, readings, mostThinned } = question;
  if (bucket !== null) return { bucket, thinned: 'never' };
  const chosen =
    LADDER.find((step) => mostBuckets(step, span, timeZone) <= maxPoints) ?? (LADDER.at(-1) as Bucket);
  if (isAggregate || readings > mostThinned) return { bucket: chosen, thinned: 'never' };
  return { bucket: chosen, thinned: mayBeRolledUp(chosen) ? 'unless rolled up' : 'always' };
}

/** Whether its ends can be those of slots of hours; the engine decides whether they are. */
export function mayBeRolledUp({ unit, size }: Bucket): boolean {
  return unit !== 'second' || size >= FINEST_ROLLED_UP_SECONDS;
}
