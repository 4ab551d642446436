import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Column } from '../../schema/series-types.ts';
import { type Fill, fillValues } from '../../src/series/fill.ts';

const filledIn = (times: number[], values: readonly (number | null)[], fill: Fill) => [
  ...new Column(
    fillValues(
      Float64Array.from(times),
      Float64Array.from(values, (value) => value ?? Number.NaN),
      fill,
    ),
  ),
];

const TIMES = [0, 10, 20, 50, 60, 70];
const VALUES = [null, 1, null, null, 6, null];

test.each([
  ['none', VALUES],
  ['null', VALUES],
  ['previous', [null, 1, 1, 1, 6, 6]],
  // By time, not by place.
  ['linear', [null, 1, 2, 5, 6, null]],
] as const)('%s', (fill, expected) => {
  expect(filledIn(TIMES, VALUES, fill)).toEqual(expected);
});

test('values stay as they are, and what is between stays between', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }))), (values) => {
      const times = values.map((_, index) => index);
      for (const fill of ['previous', 'linear'] as const) {
        const filled = filledIn(times, values, fill);
        const present = values.filter((value) => value !== null);
        for (const [index, value] of values.entries()) {
          const at = filled[index] ?? null;
          if (value !== null) expect(at).toBe(value);
          else if (at !== null) {
            expect(at).toBeGreaterThanOrEqual(present.reduce((a, b) => Math.min(a, b)));
            expect(at).toBeLessThanOrEqual(present.reduce((a, b) => Math.max(a, b)));
          }
        }
      }
    }),
  );
});

test('equal times', () => {
  expect(filledIn([5, 5, 5], [1, null, 3], 'linear')).toEqual([1, 1, 3]);
});
