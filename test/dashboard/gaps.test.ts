import { expect, test } from 'vitest';
import { bucketMs, gapsOf, withBreaks } from '../../dashboard/telemetry/gaps.ts';
import { thin } from '../../src/series/thin.ts';

const MINUTE = 60_000;

function finished<Result>(steps: Generator<void, Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

test('buckets: a gap is where they have no value', () => {
  const starts = [0, 1, 2, 3, 4, 5].map((minute) => minute * MINUTE);
  const of = (values: (number | null)[]) => gapsOf(starts, values, 'BUCKETS', MINUTE);
  expect(of([1, 2, null, null, 5, 6])).toEqual([{ from: 2 * MINUTE, to: 4 * MINUTE }]);
  expect(of([1, 2, 3, 4, 5, 6])).toEqual([]);
  // Before the first value and after the last one nothing is known to be missing.
  expect(of([null, 2, 3, 4, 5, null])).toEqual([]);
});

test('readings: a gap is what takes longer than five usual intervals, or a reading without the value', () => {
  const times = [0, 1, 2, 3, 8, 9, 15, 16].map((minute) => minute * MINUTE);
  const all = times.map(() => 1);
  const of = (at: number[], values: (number | null)[]) => gapsOf(at, values, 'READINGS', 0);
  expect(of(times, all)).toEqual([{ from: 9 * MINUTE, to: 15 * MINUTE }]);
  expect(of(times, [1, null, 1, 1, 1, 1, 1, 1])).toEqual([
    { from: 0, to: 2 * MINUTE },
    { from: 9 * MINUTE, to: 15 * MINUTE },
  ]);
  expect(of([], [])).toEqual([]);
  expect(of([5], [1])).toEqual([]);
});

test('thinned readings: a gap is where the service has marked one, however far they are apart', () => {
  // Every minute of ten days, and three metrics of which each needs other readings.
  const length = 14_400;
  const timestamps = Float64Array.from({ length }, (_, minute) => minute * MINUTE);
  const [metric, ...others] = [0.11, 0.37, 0.73].map((pace) =>
    timestamps.map((_, minute) => Math.sin(pace * minute * minute)),
  );
  if (metric === undefined) throw new Error('expected a metric');
  const { places, isThinned } = finished(
    thin({ timestamps, values: [metric, ...others] }, length * MINUTE, 1000),
  );
  expect(isThinned).toBe(true);
  const times = [...places].map((place) => timestamps[place] ?? Number.NaN);
  const values = [...places].map((place) => metric[place] ?? null);
  // As if they were all readings, which are missing in no minute.
  expect(gapsOf(times, values, 'READINGS', 0)).not.toEqual([]);
  expect(gapsOf(times, values, 'MIN_MAX_LTTB', 0)).toEqual([]);
  const marked = values.with(5, null);
  expect(gapsOf(times, marked, 'MIN_MAX_LTTB', 0)).toEqual([{ from: times[4], to: times[6] }]);
});

test('no line is drawn across a gap, and none is broken twice', () => {
  const times = [0, 10, 20, 30];
  const gaps = [
    { from: 0, to: 10 },
    { from: 10, to: 30 },
  ];
  const broken = withBreaks(times, [[1, 2, null, 4]], gaps);
  expect(broken).toEqual({ timestamps: [0, 5, 10, 20, 30], columns: [[1, null, 2, null, 4]] });
  expect(times).toEqual([0, 10, 20, 30]);
});

test('how long a bucket is', () => {
  expect(bucketMs('15m')).toBe(15 * MINUTE);
  expect(bucketMs('30s')).toBe(30_000);
  expect(bucketMs('1d')).toBe(86_400_000);
  expect(bucketMs(null)).toBe(0);
  expect(bucketMs('1mo')).toBeGreaterThan(bucketMs('4w'));
});
