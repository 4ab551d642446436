/** Where a series has nothing to show. Pure. */

import type { Span } from './resolution.ts';

export type Values = readonly (number | null)[];

/** The service counts it as a gap when nothing comes for longer than five usual intervals; so do we of all readings. */
const USUAL_INTERVALS = 5;

/** What points stand for: each for a bucket, each for a reading, or some readings for all, between which the service marks the gaps. */
type PointKind = 'BUCKETS' | 'READINGS' | 'MIN_MAX_LTTB';

/**
 * The stretches between points that are further apart than usual, and those whose points have no value.
 * @param timestamps in ms, ascending
 * @param bucketMs how long a point stands for; 0 when it is a reading
 */
export function gapsOf(
  timestamps: readonly number[],
  values: Values,
  kind: PointKind,
  bucketMs: number,
): Span[] {
  const longest = kind === 'READINGS' ? USUAL_INTERVALS * medianStep(timestamps) : Number.POSITIVE_INFINITY;
  const gaps: Span[] = [];
  let last: number | undefined;
  for (let index = 0; index < timestamps.length; index++) {
    if (values[index] === null) continue;
    const at = timestamps[index] ?? 0;
    const between = last === undefined ? 0 : at - last;
    const isBroken = last !== undefined && values[index - 1] === null;
    if (last !== undefined && (isBroken || between > longest)) {
      gaps.push({ from: last + bucketMs, to: at });
    }
    last = at;
  }
  return gaps;
}

/** A null in the middle of each gap that has none, so that no line is drawn across it. */
export function withBreaks(
  timestamps: readonly number[],
  columns: readonly Values[],
  gaps: readonly Span[],
): { timestamps: number[]; columns: (number | null)[][] } {
  const times = [...timestamps];
  const broken = columns.map((column) => [...column]);
  for (const { from, to } of gaps.toReversed()) {
    const index = times.findIndex((at) => at > from);
    if (index === -1 || (times[index] ?? 0) < to) continue;
    times.splice(index, 0, (from + to) / 2);
    for (const column of broken) column.splice(index, 0, null);
  }
  return { timestamps: times, columns: broken };
}

function medianStep(timestamps: readonly number[]): number {
  const steps = timestamps
    .slice(1)
    .map((at, index) => at - (timestamps[index] ?? at))
    .sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? 0;
}

const BUCKET_UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  mo: 2_629_800_000,
  y: 31_557_600_000,
};

/** `15m` → 900,000; months and years are means, good enough to draw. @returns 0 for null: points are readings */
export function bucketMs(bucket: string | null): number {
  const [, number, unit] = /^(\d+)([a-z]+)$/.exec(bucket ?? '') ?? [];
  return Number(number ?? 0) * (BUCKET_UNITS[unit ?? ''] ?? 0);
}
