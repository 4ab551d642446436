/** Times and values of one unbroken stretch, in order of time. */
export interface Stretch {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** As many candidates for each point; the paper finds no visible difference from LTTB alone at 4. */
const PRESELECTED_PER_POINT = 4;

/**
 * MinMaxLTTB: the places of at most `points` values that draw the same line as all of them, ascending. The lowest and the
 * highest value of each of many small bins are candidates, and Largest-Triangle-Three-Buckets picks among these, at a
 * cost of one pass over the values. Source: Van Der Donckt, Van Der Donckt, Rademaker, Van Hoecke, "MinMaxLTTB:
 * Leveraging MinMax-Preselection to Scale LTTB" (IEEE VIS 2023). LTTB: Steinarsson, "Downsampling Time Series for Visual
 * Representation" (University of Iceland, 2013).
 *
 * The first and the last value are kept, and beyond the paper the lowest and the highest of all (the first of equal ones).
 * @param points from 2; from 4 when the extremes are to be kept
 */
export function minMaxLttb({ x, y }: Stretch, points: number): number[] {
  const count = x.length;
  if (count <= points) return Array.from({ length: count }, (_, index) => index);
  if (points < 4) return lttb(x, y, [0, ...extremesOf(y, 1, count - 1), count - 1], points);
  const candidates =
    count > points * PRESELECTED_PER_POINT ? preselect(y, points) : Array.from(y, (_, index) => index);
  const picked = lttb(x, y, candidates, points - 2);
  const missing = extremesOf(y, 0, count).filter((extreme) => !picked.includes(extreme));
  return missing.length === 0 ? picked : [...picked, ...missing].sort((a, b) => a - b);
}

/** First, last, and the lowest and highest value of each of equally many values. */
function preselect(y: Float64Array, points: number): number[] {
  const bins = (points * PRESELECTED_PER_POINT) / 2;
  const inner = y.length - 2;
  const candidates = [0];
  for (let bin = 0; bin < bins; bin++) {
    const from = 1 + Math.floor((bin * inner) / bins);
    const to = 1 + Math.floor(((bin + 1) * inner) / bins);
    candidates.push(...extremesOf(y, from, to));
  }
  candidates.push(y.length - 1);
  return candidates;
}

/** The places of the lowest and the highest value from `from` up to `to`, ascending; one where they are the same. */
export function extremesOf(y: Float64Array, from: number, to: number): number[] {
  let lowest = from;
  let highest = from;
  for (let index = from + 1; index < to; index++) {
    const value = y[index] as number;
    if (value < (y[lowest] as number)) lowest = index;
    if (value > (y[highest] as number)) highest = index;
  }
  if (from >= to) return [];
  if (lowest === highest) return [lowest];
  return lowest < highest ? [lowest, highest] : [highest, lowest];
}

/** Of each bucket the candidate that spans the largest triangle with the one picked before and the mean of the next bucket. */
function lttb(x: Float64Array, y: Float64Array, candidates: readonly number[], points: number): number[] {
  const count = candidates.length;
  if (count <= points) return [...candidates];
  const picked = [candidates[0] as number];
  const buckets = points - 2;
  const edge = (bucket: number) => 1 + Math.floor((bucket * (count - 2)) / buckets);
  let before = candidates[0] as number;
  for (let bucket = 0; bucket < buckets; bucket++) {
    const next = meanOf(
      x,
      y,
      candidates,
      edge(bucket + 1),
      bucket + 1 === buckets ? count : edge(bucket + 2),
    );
    let best = candidates[edge(bucket)] as number;
    let largest = -1;
    for (let place = edge(bucket); place < edge(bucket + 1); place++) {
      const index = candidates[place] as number;
      // Twice the area; only which is larger matters.
      const area = Math.abs(
        ((x[before] as number) - next.x) * ((y[index] as number) - (y[before] as number)) -
          ((x[before] as number) - (x[index] as number)) * (next.y - (y[before] as number)),
      );
      if (area > largest) {
        largest = area;
        best = index;
      }
    }
    picked.push(best);
    before = best;
  }
  picked.push(candidates[count - 1] as number);
  return picked;
}

function meanOf(x: Float64Array, y: Float64Array, candidates: readonly number[], from: number, to: number) {
  let sumX = 0;
  let sumY = 0;
  for (let place = from; place < to; place++) {
    const index = candidates[place] as number;
    sumX += x[index] as number;
    sumY += y[index] as number;
  }
  return { x: sumX / (to - from), y: sumY / (to - from) };
}
