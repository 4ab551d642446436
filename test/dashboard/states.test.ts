import { expect, test } from 'vitest';
import { chargeTrend, RULES, STATE_TEXTS, statesOf } from '../../dashboard/telemetry/states.ts';

const NEWEST = '2026-03-29T12:00:00.000Z';
const usual = { timestamp: NEWEST, soc: 50, temperature: 20 };
const before = (hours: number) => new Date(Date.parse(NEWEST) - hours * 3_600_000).toISOString();

test('a device is normal until a rule says otherwise', () => {
  expect(statesOf(usual, NEWEST, 0)).toEqual([]);
  expect(statesOf({ ...usual, soc: null, temperature: null }, NEWEST, null)).toEqual([]);
  expect(statesOf(usual, null, null)).toEqual([]);
});

test('each rule at its limit', () => {
  expect(statesOf({ ...usual, soc: RULES.lowSoc }, NEWEST, 0)).toEqual([]);
  expect(statesOf({ ...usual, soc: RULES.lowSoc - 0.1 }, NEWEST, 0)).toEqual(['low']);
  expect(statesOf({ ...usual, temperature: RULES.hotTemperature - 0.1 }, NEWEST, 0)).toEqual([]);
  expect(statesOf({ ...usual, temperature: RULES.hotTemperature }, NEWEST, 0)).toEqual(['hot']);
  expect(statesOf({ ...usual, timestamp: before(RULES.silentHours - 0.01) }, NEWEST, 0)).toEqual([]);
  expect(statesOf({ ...usual, timestamp: before(RULES.silentHours) }, NEWEST, 0)).toEqual(['silent']);
  expect(statesOf(usual, NEWEST, RULES.chargingPerHour - 0.01)).toEqual([]);
  expect(statesOf(usual, NEWEST, RULES.chargingPerHour)).toEqual(['charging']);
});

test('several at once, the most urgent first; what is silent is not said to charge', () => {
  const bad = { timestamp: before(50), soc: 3, temperature: 60 };
  expect(statesOf(bad, NEWEST, 30)).toEqual(['silent', 'hot', 'low']);
  expect(statesOf({ ...usual, soc: 3 }, NEWEST, 30)).toEqual(['low', 'charging']);
});

test('the page tells every rule with its figure', () => {
  const told = Object.values(STATE_TEXTS).map(({ rule }) => rule.replaceAll(/[^\d.]/g, ''));
  expect(told.sort()).toEqual(Object.values(RULES).map(String).sort());
});

const HOUR = 3_600_000;
const at = (clock: string) => Date.parse(`2026-03-29T${clock}:00Z`);

test('the trend is told from the mean of the last whole hour', () => {
  // From the middle of 10 to 11 o'clock to noon: 1.5 hours.
  const hours = { starts: [at('09:00'), at('10:00'), at('11:30')], means: [10, 44, 49] };
  expect(chargeTrend({ timestamp: NEWEST, soc: 50 }, hours)).toBeCloseTo(4);
  expect(chargeTrend({ timestamp: NEWEST, soc: 41 }, hours)).toBeCloseTo(-2);
});

test('hours without a value are passed over, and a trend from before a gap is none', () => {
  const starts = [at('09:00'), at('10:00'), at('11:00')];
  expect(chargeTrend({ timestamp: NEWEST, soc: 50 }, { starts, means: [10, 47, null] })).toBeCloseTo(2);
  expect(chargeTrend({ timestamp: NEWEST, soc: 50 }, { starts, means: [10, null, null] })).toBeNull();
  expect(chargeTrend({ timestamp: NEWEST, soc: 50 }, { starts: [], means: [] })).toBeNull();
  expect(chargeTrend({ timestamp: NEWEST, soc: null }, { starts, means: [1, 2, 3] })).toBeNull();
  // The hour that is not over would pull the trend towards zero.
  const running = { starts: [at('12:00') - HOUR, at('12:00')], means: [40, 50] };
  expect(chargeTrend({ timestamp: '2026-03-29T12:30:00Z', soc: 50 }, running)).toBeCloseTo(10);
});
