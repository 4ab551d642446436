import type { DeviceSummary, Metric } from '../../schema/context.ts';
import { METRICS } from '../../schema/context.ts';
import { DEFAULTS, LIMITS } from '../../schema/limit-values.ts';
import type { SeriesAggregate, SeriesArgs } from '../../schema/series-types.ts';
import { parseInstant } from '../engine/timestamp.ts';
import { ArgumentError } from '../errors.ts';
import { ACCEPTED_BUCKETS, type Bucket, mostBuckets, parseBucket } from '../series/bucket.ts';
import { type Plan, planSeries } from '../series/plan.ts';
import { checkWithin } from './check-limit.ts';
import { justAfter, millisOf } from './instants.ts';
import { checkRange } from './time-range.ts';

/** Arguments that hold together, whatever the device. */
export interface SeriesQuestion extends Omit<SeriesArgs, 'metrics' | 'bucket' | 'maxPoints'> {
  readonly metrics: readonly Metric[];
  readonly bucket: Bucket | null;
  readonly maxPoints: number;
}

/** What is asked of one device. Half open; instants are RFC 3339 in UTC. */
export interface DeviceRange {
  readonly deviceId: string;
  readonly from: string;
  readonly to: string;
  /** In milliseconds. */
  readonly span: number;
  /** How many readings there are about, as if they were spread evenly over the time of the device. */
  readonly readings: number;
  readonly summary: DeviceSummary;
}

/** What is asked of one device, and how it is answered. */
export interface PlannedSeries {
  readonly range: DeviceRange;
  readonly plan: Plan;
}

export interface BucketQuestion {
  readonly metrics: readonly Metric[];
  readonly bucket: Bucket;
  readonly timeZone: string;
  readonly aggregate: SeriesAggregate;
}

/** Parallel columns of one device: of readings the time and each metric, of buckets as `bucketsSql` has them. */
export type DeviceColumns = readonly Float64Array[];

/** @throws ArgumentError that names the argument, what was expected and what came. */
export function checkSeriesArgs(args: SeriesArgs): SeriesQuestion {
  const { bucket, maxPoints } = args;
  checkRange(args);
  if (bucket !== null && maxPoints !== null) {
    throw new ArgumentError(
      'maxPoints',
      `expected either \`bucket\` or \`maxPoints\`, but got both: ${bucket} and ${maxPoints}`,
    );
  }
  if (args.metrics?.length === 0) throw new ArgumentError('metrics', 'expected at least one, but got none');
  return {
    ...args,
    metrics: [...new Set(args.metrics ?? METRICS)],
    bucket: bucket === null ? null : checkBucket(bucket),
    maxPoints:
      maxPoints === null
        ? DEFAULTS.seriesPoints
        : checkWithin('seriesPoints', 'maxPoints', maxPoints, 'seriesLeastPoints'),
  };
}

function checkBucket(text: string): Bucket {
  const bucket = parseBucket(text);
  if (bucket !== null) return bucket;
  throw new ArgumentError('bucket', `expected ${ACCEPTED_BUCKETS}, but got: ${text.slice(0, 50)}`);
}

export function planned(summary: DeviceSummary, question: SeriesQuestion): PlannedSeries {
  const range = rangeOf(summary, question);
  return { range, plan: planOf(range, question) };
}

/** Without ends that are asked for, from the first reading of the device to just after its last one. */
function rangeOf(summary: DeviceSummary, { from, to }: SeriesQuestion): DeviceRange {
  const { deviceId, firstSeen, readingCount } = summary;
  const end = to ?? justAfter(summary.lastSeen);
  const begin = from ?? firstSeen;
  // One end that is asked for may lie beyond all readings: then the range is empty, at that end.
  const isEmpty = parseInstant(begin) >= parseInstant(end);
  const range = isEmpty ? { from: from ?? end, to: from ?? end } : { from: begin, to: end };
  const span = millisOf(range.to) - millisOf(range.from);
  const [first, last] = [millisOf(firstSeen), millisOf(justAfter(summary.lastSeen))];
  const overlap = Math.min(last, millisOf(range.to)) - Math.max(first, millisOf(range.from));
  const readings = Math.ceil(Math.max(0, overlap / (last - first)) * readingCount);
  return { deviceId, ...range, span, readings, summary };
}

function planOf(
  { span, readings }: DeviceRange,
  { bucket, maxPoints, aggregate, timeZone }: SeriesQuestion,
): Plan {
  return planSeries({
    bucket,
    maxPoints,
    isAggregate: aggregate !== null,
    timeZone,
    span,
    readings,
    mostThinned: LIMITS.seriesReadings.value,
  });
}

/** No more points are in the answer. */
export function mostPoints(
  { range, plan }: PlannedSeries,
  { bucket, maxPoints, fill, timeZone }: SeriesQuestion,
): number {
  const buckets = bucket === null ? maxPoints : mostBuckets(plan.bucket, range.span, timeZone);
  // Never more than all readings of the device: how many of them lie in the range is an estimate only.
  return fill === 'none' || bucket === null ? Math.min(buckets, range.summary.readingCount) : buckets;
}

/**
 * @param asked of one question, or of several that differ in their ranges alone
 * @throws ArgumentError when the answer would be too large, before anything is read for it.
 */
export function checkPoints(asked: readonly PlannedSeries[], question: SeriesQuestion): void {
  const { bucket, maxPoints } = question;
  const points = asked.reduce((sum, one) => sum + mostPoints(one, question), 0);
  const most = LIMITS.seriesPointsTogether.value;
  if (points <= most) return;
  const [argument, came] = bucket === null ? ['maxPoints', maxPoints] : ['bucket', bucket.text];
  throw new ArgumentError(
    argument,
    `expected at most ${most} points in one answer (limit seriesPointsTogether), but got up to ${points}: ${came} for ${asked.length} ${asked.length === 1 ? 'device' : 'devices'}. Ask for fewer devices, a shorter range or ${bucket === null ? 'fewer points' : 'wider buckets'}`,
    { exceeded: { limit: 'seriesPointsTogether', asked: points, allowed: most } },
  );
}
