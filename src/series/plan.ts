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
}

/** Below it, rollups do not reach: their slots are hours. */
const FINEST_ROLLED_UP_SECONDS = 3_600;
/** Of one device: more are summed up in buckets by the engine, and do not come here. */
const MOST_READINGS_THINNED = 3_000_000;

/**
 * A bucket that is asked for is taken. Else it is the finest of the ladder that gives at most `maxPoints`. Without an
 * aggregate that is asked for by name, the readings themselves are thinned where the bucket is finer than the rollups are,
 * or cannot be had from them.
 */
export function planSeries({ bucket, maxPoints, isAggregate, timeZone, span, readings }: PlanQuestion): Plan {
  if (bucket !== null) return { bucket, thinned: 'never' };
  const chosen =
    LADDER.find((step) => mostBuckets(step, span, timeZone) <= maxPoints) ?? (LADDER.at(-1) as Bucket);
  if (isAggregate || readings > MOST_READINGS_THINNED) return { bucket: chosen, thinned: 'never' };
  return { bucket: chosen, thinned: mayBeRolledUp(chosen) ? 'unless rolled up' : 'always' };
}

/** Whether its ends can be those of slots; the engine decides whether they are. */
export function mayBeRolledUp({ unit, size }: Bucket): boolean {
  return unit !== 'second' || size >= FINEST_ROLLED_UP_SECONDS;
}
