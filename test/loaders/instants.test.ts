import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatInstant } from '../../src/engine/timestamp.ts';
import { comparable, earliest, instantWriter, latest } from '../../src/loaders/instants.ts';

/** The years 1 to 9999, but for ten milliseconds at either end, in microseconds since 1970. */
const micros = fc.bigInt({ min: -62_135_596_799_990_000n, max: 253_402_300_799_990_000n });
const text = (instant: bigint) => formatInstant(instant, 1_000_000n) ?? '';

test('instants are written as the engine has them, whatever the order of their days', () => {
  const write = instantWriter();
  fc.assert(
    fc.property(micros, fc.nat({ max: 999 }), (instant, offset) => {
      for (const each of [
        instant,
        instant - (instant % 1000n),
        instant - (instant % 1_000_000n) + BigInt(offset),
      ]) {
        const beyond = ((each % 1000n) + 1000n) % 1000n;
        expect(write(Number((each - beyond) / 1000n), Number(beyond))).toBe(text(each));
      }
    }),
    { numRuns: 2000 },
  );
});

test('instants compare as text, whatever the number of their digits', () => {
  fc.assert(
    fc.property(micros, fc.bigInt({ min: -2000n, max: 2000n }), (instant, distance) => {
      const other = instant + distance;
      const isLess = comparable(text(instant)) < comparable(text(other));
      expect(isLess).toBe(instant < other);
      const [first, last] = instant < other ? [instant, other] : [other, instant];
      expect(earliest(text(instant), null, text(other))).toBe(text(first));
      expect(latest(null, text(instant), text(other))).toBe(text(last));
    }),
  );
  expect(latest()).toBeNull();
});
