import { expect, test } from 'vitest';
import { bucketMs, gapsOf, withBreaks } from '../../dashboard/telemetry/gaps.ts';

const MINUTE = 60_000;

test('buckets: a gap is where they have no value', () => {
  const starts = [0, 1, 2, 3, 4, 5].map((minute) => minute * MINUTE);
  expect(gapsOf(starts, [1, 2, null, null, 5, 6], MINUTE)).toEqual([{ from: 2 * MINUTE, to: 4 * MINUTE }]);
  expect(gapsOf(starts, [1, 2, 3, 4, 5, 6], MINUTE)).toEqual([]);
  // Before the first value and after the last one nothing is known to be missing.
  expect(gapsOf(starts, [null, 2, 3, 4, 5, null], MINUTE)).toEqual([]);
});

test('readings: a gap is what takes longer than five usual intervals, or a reading without the value', () => {
  const times = [0, 1, 2, 3, 8, 9, 15, 16].map((minute) => minute * MINUTE);
  const all = times.map(() => 1);
  expect(gapsOf(times, all, 0)).toEqual([{ from: 9 * MINUTE, to: 15 * MINUTE }]);
  expect(gapsOf(times, [1, null, 1, 1, 1, 1, 1, 1], 0)).toEqual([
    { from: 0, to: 2 * MINUTE },
    { from: 9 * MINUTE, to: 15 * MINUTE },
  ]);
  expect(gapsOf([], [], 0)).toEqual([]);
  expect(gapsOf([5], [1], 0)).toEqual([]);
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
