import { expect, test } from 'vitest';
import { areOf, lastDay, later, trendsOf } from '../../dashboard/telemetry/trends.ts';

const HOUR = 3_600_000;
const NEWEST = '2026-03-28T10:20:00Z';

test('the last day goes up to the end of the hour of the newest reading', () => {
  const { from, to } = lastDay(NEWEST);
  expect(new Date(from).toISOString()).toBe('2026-03-27T11:00:00.000Z');
  expect(new Date(to).toISOString()).toBe('2026-03-28T11:00:00.000Z');
  // A reading on the hour is in it.
  expect(lastDay('2026-03-28T10:00:00Z').to).toBe(to);
});

test('each device has its hours, and one without an answer has none', () => {
  const span = lastDay(NEWEST);
  const question = { deviceIds: ['a', 'b'], ...span };
  const starts = [span.to - 3 * HOUR, span.to - 2 * HOUR];
  const trends = trendsOf(question, [{ deviceId: 'a', timestamps: starts, metrics: [{ values: [40, 50] }] }]);
  expect(trends.span).toEqual(span);
  expect(trends.hours('a')).toEqual({ starts, means: [40, 50] });
  expect(trends.hours('b')).toBeUndefined();
  const latest = { timestamp: NEWEST, soc: 58, temperature: null };
  // Since the middle of the hour before: 50 minutes.
  expect(trends.charge('a', latest)).toBeCloseTo((8 / 50) * 60, 6);
  expect(trends.charge('b', latest)).toBeNull();
});

test('what was answered of other devices, or of some of them, tells nothing of these', () => {
  const answered = { deviceIds: ['a', 'b'], ...lastDay(NEWEST) };
  expect(areOf(answered, ['a', 'b'])).toBe(true);
  for (const others of [['a'], ['a', 'c'], ['b', 'a'], ['a', 'b', 'c'], []]) {
    expect([others, areOf(answered, others)]).toEqual([others, false]);
  }
  expect(areOf(undefined, [])).toBe(false);
});

test('the later of two instants, as far as they are known', () => {
  expect(later(NEWEST, '2026-03-28T10:20:00.001Z')).toBe('2026-03-28T10:20:00.001Z');
  expect(later('2026-03-29T00:00:00Z', NEWEST)).toBe('2026-03-29T00:00:00Z');
  expect([later(null, NEWEST), later(NEWEST, null), later(null, null)]).toEqual([NEWEST, NEWEST, null]);
});
