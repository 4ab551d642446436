import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDay, formatInstant } from '../../src/engine/timestamp.ts';

const UNITS = { seconds: 1n, millis: 1_000n, micros: 1_000_000n, nanos: 1_000_000_000n } as const;
/** What a Date can hold: 100 million days on either side. */
const LIMIT_SECONDS = 8_640_000_000_000n;

test.each([
  ['seconds', 0n, '1970-01-01T00:00:00.000Z'],
  ['seconds', 1_767_225_600n, '2026-01-01T00:00:00.000Z'],
  ['seconds', -1n, '1969-12-31T23:59:59.000Z'],
  ['millis', 1n, '1970-01-01T00:00:00.001Z'],
  ['millis', 1_500n, '1970-01-01T00:00:01.500Z'],
  ['millis', -1n, '1969-12-31T23:59:59.999Z'],
  ['micros', 1n, '1970-01-01T00:00:00.000001Z'],
  ['micros', 10n, '1970-01-01T00:00:00.00001Z'],
  ['micros', 100n, '1970-01-01T00:00:00.0001Z'],
  ['micros', 1_000n, '1970-01-01T00:00:00.001Z'],
  ['micros', 1_767_225_600_123_456n, '2026-01-01T00:00:00.123456Z'],
  ['micros', -1n, '1969-12-31T23:59:59.999999Z'],
  ['micros', -1_000n, '1969-12-31T23:59:59.999Z'],
  ['micros', -1_001n, '1969-12-31T23:59:59.998999Z'],
  ['nanos', 1n, '1970-01-01T00:00:00.000000001Z'],
  ['nanos', 1_767_225_600_123_456_789n, '2026-01-01T00:00:00.123456789Z'],
  ['nanos', 1_767_225_600_100_000_000n, '2026-01-01T00:00:00.100Z'],
  ['nanos', -1n, '1969-12-31T23:59:59.999999999Z'],
] as const)('%s: %d is %s', (unit, ticks, expected) => {
  expect(formatInstant(ticks, UNITS[unit])).toBe(expected);
});

test.each(Object.entries(UNITS))('%s: null just past what a Date can hold, on both sides', (_, perSecond) => {
  const limit = LIMIT_SECONDS * perSecond;
  expect(formatInstant(limit, perSecond)).toBe('+275760-09-13T00:00:00.000Z');
  expect(formatInstant(-limit, perSecond)).toBe('-271821-04-20T00:00:00.000Z');
  const [tick, tock] = perSecond > 1000n ? [perSecond / 1000n, 1n] : [1n, 1n];
  expect(formatInstant(limit + tick, perSecond)).toBeNull();
  expect(formatInstant(-limit - tock, perSecond)).toBeNull();
  expect(formatInstant(2n ** 63n - 1n, 1_000_000n)).toBeNull();
  expect(formatInstant(-(2n ** 63n) + 1n, 1_000_000n)).toBeNull();
});

test.each(Object.entries(UNITS))(
  '%s: the text holds every tick, and no digit more than it needs',
  (_, perSecond) => {
    const ticks = fc.bigInt({ min: -LIMIT_SECONDS * perSecond, max: LIMIT_SECONDS * perSecond });
    const nearToday = fc.bigInt({ min: -4_000_000_000n * perSecond, max: 4_000_000_000n * perSecond });
    fc.assert(
      fc.property(fc.oneof(ticks, nearToday), (instant) => {
        const [, whole = '', digits = ''] =
          /^(.+T\d\d:\d\d:\d\d)\.(\d{3}|\d{3}\d{0,5}[1-9])Z$/.exec(formatInstant(instant, perSecond) ?? '') ??
          [];
        const seconds = BigInt(Date.parse(`${whole}.000Z`)) / 1000n;
        const nanos = seconds * 1_000_000_000n + BigInt(digits.padEnd(9, '0'));
        expect(nanos).toBe(instant * (1_000_000_000n / perSecond));
      }),
      { numRuns: 500 },
    );
  },
);

test.each([
  [0, '1970-01-01'],
  [-1, '1969-12-31'],
  [20_454, '2026-01-01'],
  [100_000_000, '+275760-09-13'],
  [-100_000_000, '-271821-04-20'],
  [100_000_001, null],
  [-100_000_001, null],
  [2 ** 31 - 1, null],
  [1 - 2 ** 31, null],
])('the day %d is %s', (days, expected) => {
  expect(formatDay(days)).toBe(expected);
});
