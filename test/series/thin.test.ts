import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../schema/limit-values.ts';
import { thin as thinning } from '../../src/series/thin.ts';

const MINUTE = 60_000;

/** All of it in one go, in lists. */
function thin(...asked: Parameters<typeof thinning>) {
  const work = thinning(...asked);
  let step = work.next();
  while (!step.done) step = work.next();
  const { places, timestamps, isThinned } = step.value;
  return { places: [...places], timestamps: [...timestamps], isThinned };
}

const value = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -50, max: 50 }) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
);
const readings = fc
  .array(
    fc.record({
      step: fc.oneof(
        { weight: 20, arbitrary: fc.constantFrom(0, 1, 1, 1, 2) },
        { weight: 1, arbitrary: fc.integer({ min: 30, max: 900 }) },
      ),
      values: fc.tuple(value, value, value),
    }),
    { maxLength: 900 },
  )
  .map((rows) => {
    let minute = 0;
    return {
      timestamps: Float64Array.from(rows, ({ step }) => {
        minute += step;
        return minute * MINUTE;
      }),
      values: [0, 1, 2].map((metric) => Float64Array.from(rows, (row) => row.values[metric] as number)),
    };
  });

const spanOf = (timestamps: Float64Array) => (timestamps.at(-1) ?? 0) - (timestamps[0] ?? 0) + 1;

test('whatever the readings: few enough, in order, each metric with its ends and its extremes', () => {
  fc.assert(
    fc.property(
      readings,
      fc.integer({ min: LIMITS.seriesLeastPoints.value, max: 400 }),
      fc.integer({ min: 1, max: 3 }),
      ({ timestamps, values }, maxPoints, metrics) => {
        const columns = values.slice(0, metrics);
        const thinned = thin({ timestamps, values: columns }, spanOf(timestamps), maxPoints);
        expect(thinned.places.length).toBeLessThanOrEqual(maxPoints);
        expect(thinned.timestamps).toEqual([...thinned.timestamps].sort((a, b) => a - b));
        const kept = thinned.places.filter((place) => place !== -1);
        expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
        for (const [at, place] of thinned.places.entries()) {
          if (place !== -1) expect(thinned.timestamps[at]).toBe(timestamps[place]);
        }
        if (!thinned.isThinned) expect(kept).toHaveLength(timestamps.length);
        for (const column of columns) {
          const all = [...column.keys()].filter((place) => !Number.isNaN(column[place]));
          if (all.length === 0) continue;
          const own = kept.filter((place) => !Number.isNaN(column[place]));
          expect([own[0], own.at(-1)]).toEqual([all[0], all.at(-1)]);
          const extremes = (places: number[]) => {
            const ys = places.map((place) => column[place] as number);
            return [Math.min(...ys), Math.max(...ys)];
          };
          expect(extremes(own)).toEqual(extremes(all));
        }
      },
    ),
    { numRuns: 300 },
  );
});

describe('gaps', () => {
  const every = (minutes: number, from: number, count: number) =>
    Array.from({ length: count }, (_, index) => (from + index * minutes) * MINUTE);
  const times = Float64Array.from([...every(1, 0, 2_000), ...every(1, 5_000, 2_000)]);
  const rising = Float64Array.from(times.keys());

  test('a gap stays one: both its ends, and a mark halfway', () => {
    const { places, timestamps, isThinned } = thin(
      { timestamps: times, values: [rising] },
      spanOf(times),
      100,
    );
    expect(isThinned).toBe(true);
    const mark = places.indexOf(-1);
    expect(places.slice(mark - 1, mark + 2)).toEqual([1_999, -1, 2_000]);
    expect(timestamps[mark]).toBe(((1_999 + 5_000) / 2) * MINUTE);
    expect(places.filter((place) => place === -1)).toHaveLength(1);
  });

  test('where one metric has none and another has values, a reading stands for it', () => {
    const holed = rising.map((height, index) => (index > 500 && index < 1_500 ? Number.NaN : height));
    const { places } = thin({ timestamps: times, values: [rising, holed] }, spanOf(times), 100);
    expect(places).toContain(500);
    expect(places).toContain(501);
    expect(places).toContain(1_500);
  });

  test('usual intervals are none, however far apart, and neither is what nobody could see', () => {
    const daily = Float64Array.from(every(1_440, 0, 60));
    expect(thin({ timestamps: daily, values: [daily] }, spanOf(daily), 50).places).not.toContain(-1);
    const paused = Float64Array.from([...every(1, 0, 5_000), ...every(1, 5_050, 5_000)]);
    expect(thin({ timestamps: paused, values: [paused] }, spanOf(paused), 100).places).not.toContain(-1);
  });

  test('nothing, and one reading', () => {
    const nothing = { timestamps: new Float64Array(), values: [new Float64Array()] };
    expect(thin(nothing, 1, 100)).toEqual({ places: [], timestamps: [], isThinned: false });
    const one = { timestamps: Float64Array.of(5), values: [Float64Array.of(1)] };
    expect(thin(one, 1, 100)).toEqual({ places: [0], timestamps: [5], isThinned: false });
  });
});
