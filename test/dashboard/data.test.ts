import { expect, test } from 'vitest';
import { adviceFor, Failure } from '../../dashboard/data/failure.ts';
import { KeptAnswers } from '../../dashboard/data/kept-answers.ts';
import { retryDelay } from '../../dashboard/data/retry.ts';
import { stateText } from '../../dashboard/parts/snapshot-text.ts';
import { dailyModel } from '../../dashboard/views/device/daily-model.ts';
import { metricModels, resolutionText } from '../../dashboard/views/device/metric-models.ts';
import { ERROR_CODES } from '../docs/error-codes.ts';

test('every code of the service has a title and something to do', () => {
  for (const code of Object.keys(ERROR_CODES)) {
    const { title, whatToDo } = adviceFor(code);
    expect([code, title.length > 10, whatToDo.length > 10]).toEqual([code, true, true]);
  }
});

const most = (failure: Failure, tries = 0) => retryDelay(failure, tries, () => 1);

test('what passes is asked again, not before the service says; mistakes are not', () => {
  expect(most(new Failure('WARMING_UP', '', { retryAfter: 7 }))).toBe(7000);
  expect(most(new Failure('OVERLOADED', '', { retryAfter: 0 }))).toBe(5000);
  expect(most(new Failure('STORAGE_UNAVAILABLE', '', { retryAfter: 3600 }))).toBe(60_000);
  expect(most(new Failure('DATASET_EMPTY', ''))).toBe(5000);
  for (const code of ['BAD_USER_INPUT', 'FORBIDDEN', 'UNAUTHORIZED', 'INTERNAL_SERVER_ERROR']) {
    expect([code, most(new Failure(code, ''))]).toEqual([code, undefined]);
  }
});

test('each try waits longer, and not all pages equally long; for the first rollups never long', () => {
  const tries = [0, 1, 2, 3, 4, 5, 2_000];
  const away = new Failure('UNREACHABLE', '');
  expect(tries.map((tried) => most(away, tried))).toEqual([
    2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
  ]);
  expect(retryDelay(away, 2, () => 0)).toBe(4_000);
  expect(tries.map((tried) => most(new Failure('WARMING_UP', ''), tried))).toEqual([
    5_000, 10_000, 10_000, 10_000, 10_000, 10_000, 10_000,
  ]);
  const delays = Array.from({ length: 100 }, () => retryDelay(away, 3));
  expect(new Set(delays).size).toBeGreaterThan(90);
});

test('what is announced of the snapshot stays the same while objects are taken in', () => {
  const of = (bytesDone: number) => ({
    source: 'S3' as const,
    coverage: 1,
    progress: { objects: 10, objectsDone: 1, bytes: 1000, bytesDone, secondsLeft: 5 },
  });
  expect(stateText(of(10), undefined)).toBe('Bucket: taking in changes');
  expect(stateText(of(990), undefined)).toBe(stateText(of(10), undefined));
  expect(stateText({ ...of(10), coverage: 0.5 }, undefined)).toBe('Bucket: first reading');
  expect(stateText({ ...of(10), progress: null }, undefined)).toBe('Bucket');
  expect(stateText(null, undefined)).toMatch(/^Looking/);
  expect(stateText(null, new Failure('FORBIDDEN', ''))).toBe('This key may not ask that');
});

test('answers are of one snapshot, and the oldest go', () => {
  const kept = new KeptAnswers(2);
  kept.keep('a', 'v1', 1);
  kept.keep('b', 'v1', 2);
  expect([kept.find('a', 'v1'), kept.find('a', 'v2'), kept.find('a', null)]).toEqual([
    1,
    undefined,
    undefined,
  ]);
  kept.keep('c', 'v1', 3);
  // `b` was looked at least recently.
  expect([kept.find('a', 'v1'), kept.find('b', 'v1'), kept.find('c', 'v1')]).toEqual([1, undefined, 3]);
  kept.keep('d', null, 4);
  expect(kept.find('d', null)).toBeUndefined();
  kept.clear();
  expect(kept.find('a', 'v1')).toBeUndefined();
});

const column = (metric: 'VOLTAGE' | 'SOC', values: (number | null)[]) => ({
  metric,
  values,
  min: values.map((value) => (value === null ? null : value - 1)),
  max: values.map((value) => (value === null ? null : value + 1)),
});
const series = {
  from: '2026-01-01T00:00:00Z',
  to: '2026-01-01T04:00:00Z',
  timestamps: [0, 1, 2, 3].map((hour) => hour * 3_600_000),
  metrics: [column('SOC', [50, null, null, 60]), column('VOLTAGE', [48, 49, 50, 51])],
};
const buckets = { method: 'BUCKETS', bucket: '1h', exact: true, source: 'ROLLUPS' } as const;

test('buckets are drawn with their range, readings without; the order is always the same', () => {
  const models = metricModels({ ...series, resolution: buckets });
  expect(models.map(({ metric }) => metric)).toEqual(['voltage', 'soc']);
  expect(models[0]?.line).toMatchObject({ min: [47, 48, 49, 50], max: [49, 50, 51, 52] });
  expect(models[0]?.summary).toBe('Voltage from 47.00 V to 52.00 V, no gaps.');
  expect(models[1]?.gaps).toEqual([{ from: 3_600_000, to: 3 * 3_600_000 }]);
  expect(models[1]?.summary).toBe('State of charge from 49.0 % to 61.0 %, 1 gap.');
  const readings = { method: 'READINGS', bucket: null, exact: true, source: 'READINGS' } as const;
  expect(metricModels({ ...series, resolution: readings })[0]?.line).not.toHaveProperty('min');
});

test('without values it says so', () => {
  const empty = { ...series, metrics: [column('SOC', [null, null, null, null])], resolution: buckets };
  expect(metricModels(empty)[0]?.summary).toBe('State of charge: no values in this time.');
});

test('the page says how the points were made', () => {
  expect(resolutionText(buckets, 1234)).toMatch(/^1,234 points: the mean of each hour, .* from rollups\./);
  expect(resolutionText({ ...buckets, bucket: '15m', source: 'READINGS' }, 10)).toMatch(
    /^10 points: the mean of each 15 minutes, .* from the readings\./,
  );
  expect(resolutionText({ ...buckets, method: 'READINGS', bucket: null }, 3)).toBe(
    '3 points: every reading.',
  );
});

const dayOf = (date: string, avgSoc: number) => ({
  date,
  readingCount: 1,
  avgVoltage: null,
  minVoltage: null,
  maxVoltage: null,
  avgTemperature: null,
  minTemperature: null,
  maxTemperature: null,
  avgSoc,
  minSoc: avgSoc - 1,
  maxSoc: avgSoc + 1,
});

test('days without a summary are gaps', () => {
  const { timestamps, lines, gaps } = dailyModel([dayOf('2026-03-28', 50), dayOf('2026-03-31', 60)], 'soc');
  expect(timestamps.map((at) => new Date(at).toISOString().slice(0, 10))).toEqual([
    '2026-03-28',
    '2026-03-29',
    '2026-03-30',
    '2026-03-31',
  ]);
  expect(lines[0]).toMatchObject({ values: [50, null, null, 60], min: [49, null, null, 59] });
  expect(gaps).toHaveLength(2);
  expect(dailyModel([], 'soc').timestamps).toEqual([]);
});
