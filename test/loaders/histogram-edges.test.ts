import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { edgesByCount, edgesByWidth } from '../../src/loaders/histogram-edges.ts';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

describe('by number of bins', () => {
  test.each([
    [5, 0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [3, 0.1, 0.7, [0.1, 0.3, 0.5, 0.7]],
    [4, -20, 60, [-20, 0, 20, 40, 60]],
    [1, 3.3, 4.4, [3.3, 4.4]],
    [10, 7, 7, [7, 7]],
    [4, 1, 1 + 2 * Number.EPSILON, [1, 1 + 2 * Number.EPSILON]],
    [2, -Number.MAX_VALUE, Number.MAX_VALUE, [-Number.MAX_VALUE, 0, Number.MAX_VALUE]],
  ])('%i from %d to %d', (bins, low, high, edges) => {
    expect(edgesByCount(bins, low, high)).toEqual(edges);
  });

  test('for any ends they rise, keep the ends, and make no more bins than asked for', () => {
    fc.assert(
      fc.property(finite, finite, fc.integer({ min: 1, max: 1000 }), (a, b, bins) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        const edges = edgesByCount(bins, low, high);
        expect([edges[0], edges.at(-1)]).toEqual([low, high]);
        expect(edges.length - 1).toBeLessThanOrEqual(bins);
        if (low < high) expectRising(edges);
      }),
    );
  });
});

describe('by width', () => {
  test.each([
    [0.1, 0.3, 0.6, false, [0.3, 0.4, 0.5, 0.6]],
    [0.1, 0.25, 0.61, false, [0.2, 0.3, 0.4, 0.5, 0.6, 0.7]],
    [10, -15, 5, false, [-20, -10, 0, 10]],
    [10, -15, 5, true, [-15, -5, 5]],
    [0.3, 0, 1, true, [0, 0.3, 0.6, 0.9, 1.2]],
    [5, 7, 7, false, [5, 10]],
    [5, 7, 7, true, [7, 12]],
  ])('%d from %d to %d, from the lowest: %j', (width, low, high, fromLow, edges) => {
    expect(edgesByWidth(width, low, high, fromLow)).toEqual(edges);
  });

  test.each([
    [0.001, 0, 2],
    [1e-300, 1e300, 1e300],
    [1e-20, 1, 1],
    [5e-324, -1, 1],
    [1e308, 1.6e308, 1.7e308],
  ])('%d from %d to %d is refused', (width, low, high) => {
    for (const fromLow of [true, false]) {
      expect(() => edgesByWidth(width, low, high, fromLow)).toThrow(
        /binWidth: expected a width .*limit histogramBins/,
      );
    }
  });

  test('for any ends they rise and hold both, or the width is refused', () => {
    fc.assert(
      fc.property(
        finite,
        finite,
        fc.double({ min: 0, minExcluded: true, noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        (a, b, width, fromLow) => {
          const [low, high] = a < b ? [a, b] : [b, a];
          let edges: number[];
          try {
            edges = edgesByWidth(width, low, high, fromLow);
          } catch (error) {
            expect(error).toMatchObject({ code: 'BAD_USER_INPUT', details: { argument: 'binWidth' } });
            return;
          }
          expectRising(edges);
          expect(edges[0]).toBeLessThanOrEqual(low);
          expect(edges.at(-1)).toBeGreaterThanOrEqual(high);
          expect(edges.length - 1).toBeLessThanOrEqual(1000);
        },
      ),
      { numRuns: 500 },
    );
  });
});

function expectRising(edges: readonly number[]): void {
  for (const [index, edge] of edges.entries()) {
    if (index > 0) expect(edge).toBeGreaterThan(edges[index - 1] ?? edge);
  }
}
