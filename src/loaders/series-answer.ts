import { Column, type MetricSeries, type Series } from '../../schema/series-types.ts';
import { inSlices, pause } from '../pace.ts';
import { fillValues } from '../series/fill.ts';
import { thin } from '../series/thin.ts';
import type { DeviceColumns, DeviceRange, SeriesQuestion } from './series-question.ts';
import type { DeviceBuckets } from './series-source.ts';

/** Buckets as columns; all those of `starts` are in the answer, except that nothing is filled in. */
export async function seriesOfBuckets(
  range: DeviceRange,
  question: SeriesQuestion,
  { bucket, found, starts }: { bucket: string; found: DeviceBuckets; starts: readonly number[] | null },
): Promise<Series> {
  const aggregate = question.aggregate ?? 'avg';
  const [own = new Float64Array(), ...columns] = found.columns;
  const { timestamps, places } = starts === null ? { timestamps: own, places: null } : merge(own, starts);
  // None of no readings is 0, and nothing that is missing.
  const ofNone = aggregate === 'count' ? 0 : Number.NaN;
  const metrics: MetricSeries[] = [];
  for (const [index, metric] of question.metrics.entries()) {
    const [values, min, max, count] = columns.slice(4 * index, 4 * index + 4);
    const unfilled = await pick(values, places, ofNone);
    metrics.push({
      metric,
      values: new Column(fillValues(timestamps, unfilled, question.fill)),
      min: new Column(await pick(min, places, Number.NaN)),
      max: new Column(await pick(max, places, Number.NaN)),
      count: new Column(await pick(count, places, 0)),
    });
  }
  const resolution = { method: 'BUCKETS', source: found.source, bucket, aggregate, exact: true } as const;
  return { ...headOf(range, question), resolution, timestamps: new Column(timestamps), metrics };
}

/** Readings as columns, thinned where there are more than `maxPoints`. A point is one reading. */
export async function seriesOfReadings(
  range: DeviceRange,
  question: SeriesQuestion,
  [times = new Float64Array(), ...columns]: DeviceColumns,
): Promise<Series> {
  const thinned = await inSlices(
    thin({ timestamps: times, values: columns }, range.span, question.maxPoints),
  );
  const isMarked = question.fill !== 'none';
  const places = isMarked ? thinned.places : thinned.places.filter((place) => place !== -1);
  const timestamps = isMarked ? thinned.timestamps : await pick(times, places, Number.NaN);
  const metrics: MetricSeries[] = [];
  for (const [index, metric] of question.metrics.entries()) {
    const values = await pick(columns[index], places, Number.NaN);
    const own = new Column(values);
    metrics.push({
      metric,
      values: new Column(fillValues(timestamps, values, question.fill)),
      min: own,
      max: own,
      count: new Column(values.map((value) => (Number.isNaN(value) ? 0 : 1))),
    });
  }
  return {
    ...headOf(range, question),
    resolution: {
      method: thinned.isThinned ? 'MIN_MAX_LTTB' : 'READINGS',
      source: 'READINGS',
      bucket: null,
      aggregate: null,
      exact: !thinned.isThinned,
    },
    timestamps: new Column(timestamps),
    metrics,
  };
}

function headOf({ deviceId, from, to }: DeviceRange, { timeZone }: SeriesQuestion) {
  return { deviceId, from, to, timeZone };
}

/**
 * All starts, each with its place among those that were found, or -1. Where clocks once went back over midnight (St. John's
 * at 00:01), a day comes twice, and buckets of its second part are found that the calendar does not foresee.
 */
function merge(
  found: Float64Array,
  starts: readonly number[],
): { timestamps: Float64Array; places: Int32Array } {
  const timestamps = new Float64Array(starts.length + found.length);
  const places = new Int32Array(timestamps.length);
  let count = 0;
  let next = 0;
  const add = (timestamp: number, place: number) => {
    timestamps[count] = timestamp;
    places[count++] = place;
  };
  for (const start of starts) {
    for (; (found[next] ?? start) < start; next++) add(found[next] as number, next);
    add(start, found[next] === start ? next++ : -1);
  }
  for (; next < found.length; next++) add(found[next] as number, next);
  return { timestamps: timestamps.subarray(0, count), places: places.subarray(0, count) };
}

/**
 * A figure that overflowed is missing, as in the readings themselves.
 * @param places of what is wanted, -1 for nothing; null: the whole column
 */
async function pick(
  column: Float64Array = new Float64Array(),
  places: Int32Array | null,
  none: number,
): Promise<Float64Array> {
  await pause();
  const picked = new Float64Array(places?.length ?? column.length);
  for (let index = 0; index < picked.length; index++) {
    const place = places === null ? index : (places[index] as number);
    const value = place < 0 ? Number.NaN : (column[place] ?? Number.NaN);
    picked[index] = Number.isFinite(value) ? value : none;
  }
  return picked;
}
