import type { MetricSeries, Series } from '../../schema/series-types.ts';
import { fillValues } from '../series/fill.ts';
import { thin } from '../series/thin.ts';
import type { DeviceRange, SeriesQuestion } from './series-question.ts';
import type { DeviceBuckets, DeviceColumns } from './series-source.ts';

/** Buckets as columns; all those of `starts` are in the answer, except that nothing is filled in. */
export function seriesOfBuckets(
  range: DeviceRange,
  question: SeriesQuestion,
  { bucket, found, starts }: { bucket: string; found: DeviceBuckets; starts: readonly number[] | null },
): Series {
  const aggregate = question.aggregate ?? 'avg';
  const [own = new Float64Array(), ...columns] = found.columns;
  const { timestamps, places } =
    starts === null ? { timestamps: Array.from(own), places: null } : merge(own, starts);
  // None of no readings is 0, and nothing that is missing.
  const ofNone = aggregate === 'count' ? 0 : null;
  const metrics = question.metrics.map((metric, index): MetricSeries => {
    const [values, min, max, count] = columns.slice(4 * index, 4 * index + 4);
    return {
      metric,
      values: fillValues(timestamps, pick(values, places, ofNone), question.fill),
      min: pick(min, places, null),
      max: pick(max, places, null),
      count: pick(count, places, 0),
    };
  });
  const resolution = { method: 'BUCKETS', source: found.source, bucket, aggregate, exact: true } as const;
  return { ...headOf(range, question), resolution, timestamps, metrics };
}

/** Readings as columns, thinned where there are more than `maxPoints`. A point is one reading. */
export function seriesOfReadings(
  range: DeviceRange,
  question: SeriesQuestion,
  [times = new Float64Array(), ...columns]: DeviceColumns,
): Series {
  const thinned = thin({ timestamps: times, values: columns }, range.span, question.maxPoints);
  const isMarked = question.fill !== 'none';
  const places = isMarked ? thinned.places : thinned.places.filter((place) => place !== -1);
  const timestamps = isMarked ? thinned.timestamps : places.map((place) => times[place] as number);
  const metrics = question.metrics.map((metric, index): MetricSeries => {
    const values = pick(columns[index], places, null);
    return {
      metric,
      values: fillValues(timestamps, values, question.fill),
      min: values,
      max: values,
      count: values.map((value) => (value === null ? 0 : 1)),
    };
  });
  return {
    ...headOf(range, question),
    resolution: {
      method: thinned.isThinned ? 'MIN_MAX_LTTB' : 'READINGS',
      source: 'READINGS',
      bucket: null,
      aggregate: null,
      exact: !thinned.isThinned,
    },
    timestamps,
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
function merge(found: Float64Array, starts: readonly number[]): { timestamps: number[]; places: number[] } {
  const timestamps: number[] = [];
  const places: number[] = [];
  let next = 0;
  for (const start of [...starts, Number.POSITIVE_INFINITY]) {
    while ((found[next] ?? start) < start) {
      timestamps.push(found[next] as number);
      places.push(next++);
    }
    if (start === Number.POSITIVE_INFINITY) break;
    timestamps.push(start);
    places.push(found[next] === start ? next++ : -1);
  }
  return { timestamps, places };
}

/**
 * A figure that overflowed is missing, as in the readings themselves.
 * @param places of what is wanted, -1 for nothing; null: the whole column
 */
function pick<None extends number | null>(
  column: Float64Array = new Float64Array(),
  places: readonly number[] | null,
  none: None,
): (number | None)[] {
  const present = (value: number) => (Number.isFinite(value) ? value : none);
  if (places === null) return Array.from<number, number | None>(column, present);
  return places.map((place) => present(column[place] ?? Number.NaN));
}
