import { extremesOf, minMaxLttb } from './min-max-lttb.ts';

/** Readings of one device in order of time; a missing value is NaN. */
export interface Readings {
  /** Milliseconds since 1970. */
  readonly timestamps: Float64Array;
  /** One for each metric. */
  readonly values: readonly Float64Array[];
}

export interface Thinned {
  /** Ascending. The place of a reading, or -1 for a mark that a gap is here. */
  readonly places: Int32Array;
  readonly timestamps: Float64Array;
  /** Some readings are left out. */
  readonly isThinned: boolean;
}

/** A gap is longer than so many usual intervals ... */
const GAP_INTERVALS = 5;
/** ... and than so many points are apart, for each metric: a shorter one could not be seen, and would use up points. */
const GAP_POINTS = 4;
/** Intervals that tell what is usual. */
const SAMPLE = 10_001;

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * Picks at most `maxPoints` readings that draw the same lines as all of them, and keeps gaps apart. All metrics share the
 * times: a reading that one of them needs is there for each. Every metric keeps its first, last, lowest and highest value,
 * and the ends of each stretch between gaps; each stretch is thinned on its own (`minMaxLttb`).
 *
 * A gap is a time without values of a metric that is longer than 5 usual intervals (the median of the intervals between
 * readings, or of 10,001 of them evenly spread) and than 4 points are apart. In it stands a reading without that value, or
 * else a mark halfway.
 *
 * Of millions of readings that takes a while: each `yield` is a moment at which something else may be done.
 *
 * @param span what the points are spread over, in milliseconds
 * @param maxPoints from 50: what gaps, ends and extremes may take up must fit, even with three metrics
 */
export function* thin(
  { timestamps, values }: Readings,
  span: number,
  maxPoints: number,
): Generator<void, Thinned> {
  const longest = Math.max(
    GAP_INTERVALS * usualInterval(timestamps),
    (GAP_POINTS * values.length * span) / maxPoints,
  );
  const kept = new Kept(timestamps.length);
  /** By the place of the reading before. */
  const marks = new Map<number, number>();
  const metrics: Metric[] = [];
  for (const column of values) {
    const metric = metricOf(timestamps, column, longest);
    metrics.push(metric);
    const { x, y, placeOf, stretches } = metric;
    for (const [number, { from, to }] of stretches.entries()) {
      if (to > from) kept.add(placeOf(from)).add(placeOf(to - 1));
      const after = stretches[number + 1];
      if (after === undefined) continue;
      const last = placeOf(to - 1);
      if (placeOf(after.from) > last + 1) kept.add(last + 1);
      else marks.set(last, ((x[to - 1] as number) + (x[after.from] as number)) / 2);
    }
    for (const extreme of extremesOf(y, 0, y.length)) kept.add(placeOf(extreme));
    yield;
  }
  const isThinned = timestamps.length + marks.size > maxPoints;
  if (!isThinned) return { ...withMarks(Int32Array.from(timestamps.keys()), timestamps, marks), isThinned };
  const left = Math.floor((maxPoints - kept.size - marks.size) / values.length);
  for (const { x, y, placeOf, stretches } of metrics) {
    for (const { from, to } of stretches) {
      // The two ends are kept already.
      const points = 2 + Math.floor((left * (to - from)) / x.length);
      for (const index of minMaxLttb({ x: x.subarray(from, to), y: y.subarray(from, to) }, points)) {
        kept.add(placeOf(from + index));
      }
      yield;
    }
  }
  return { ...withMarks(kept.places(), timestamps, marks), isThinned };
}

/** Places of readings, each once. */
class Kept {
  size = 0;
  private readonly flags: Uint8Array;

  constructor(readings: number) {
    this.flags = new Uint8Array(readings);
  }

  add(place: number): this {
    if (this.flags[place] === 0) {
      this.flags[place] = 1;
      this.size++;
    }
    return this;
  }

  /** Ascending. */
  places(): Int32Array {
    const places = new Int32Array(this.size);
    let count = 0;
    for (let place = 0; place < this.flags.length; place++)
      if (this.flags[place] === 1) places[count++] = place;
    return places;
  }
}

/** The readings that have a value of a metric. */
interface Metric {
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Among all readings. */
  placeOf(index: number): number;
  readonly stretches: readonly Stretch[];
}

function metricOf(timestamps: Float64Array, column: Float64Array, longest: number): Metric {
  const places = placesOf(column);
  const x = places === null ? timestamps : pick(timestamps, places);
  const y = places === null ? column : pick(column, places);
  return { x, y, placeOf: (index) => places?.[index] ?? index, stretches: stretchesOf(x, longest) };
}

function withMarks(rows: Int32Array, timestamps: Float64Array, marks: ReadonlyMap<number, number>) {
  const places = new Int32Array(rows.length + marks.size);
  const times = new Float64Array(places.length);
  let count = 0;
  for (const place of rows) {
    places[count] = place;
    times[count++] = timestamps[place] as number;
    const mark = marks.get(place);
    if (mark === undefined) continue;
    places[count] = -1;
    times[count++] = mark;
  }
  return { places: places.subarray(0, count), timestamps: times.subarray(0, count) };
}

/** null: a value in every reading. */
function placesOf(values: Float64Array): Uint32Array | null {
  const places = new Uint32Array(values.length);
  let count = 0;
  for (let place = 0; place < values.length; place++) {
    if (!Number.isNaN(values[place])) places[count++] = place;
  }
  return count === values.length ? null : places.subarray(0, count);
}

function pick(values: Float64Array, places: Uint32Array): Float64Array {
  const picked = new Float64Array(places.length);
  for (let index = 0; index < places.length; index++)
    picked[index] = values[places[index] as number] as number;
  return picked;
}

function stretchesOf(x: Float64Array, longest: number): Stretch[] {
  const stretches: Stretch[] = [];
  let from = 0;
  for (let index = 1; index < x.length; index++) {
    if ((x[index] as number) - (x[index - 1] as number) <= longest) continue;
    stretches.push({ from, to: index });
    from = index;
  }
  if (x.length > 0) stretches.push({ from, to: x.length });
  return stretches;
}

function usualInterval(timestamps: Float64Array): number {
  const count = timestamps.length - 1;
  if (count < 1) return 0;
  const sample = Math.min(count, SAMPLE);
  const intervals = new Float64Array(sample);
  for (let index = 0; index < sample; index++) {
    const place = Math.floor((index * count) / sample);
    intervals[index] = (timestamps[place + 1] as number) - (timestamps[place] as number);
  }
  return intervals.sort()[sample >> 1] as number;
}
