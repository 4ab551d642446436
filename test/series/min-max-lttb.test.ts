import fc from 'fast-check';
import { expect, test } from 'vitest';
import { minMaxLttb } from '../../src/series/min-max-lttb.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

const line = fc
  .array(fc.record({ step: fc.nat({ max: 50 }), y: fc.integer({ min: -1_000, max: 1_000 }) }), {
    minLength: 1,
    maxLength: 600,
  })
  .map((steps) => {
    let x = 0;
    return steps.map(({ step, y }): Point => {
      x += step;
      return { x, y };
    });
  });

const columns = (points: readonly Point[]) => ({
  x: Float64Array.from(points, ({ x }) => x),
  y: Float64Array.from(points, ({ y }) => y),
});

/** Steinarsson's thesis (2013), chapter 4.2, word by word and without regard to speed. */
function lttb(points: readonly Point[], threshold: number): Point[] {
  if (points.length <= threshold) return [...points];
  const inner = points.slice(1, -1);
  const buckets = Array.from({ length: threshold - 2 }, (_, bucket) =>
    inner.slice(
      Math.floor((bucket * inner.length) / (threshold - 2)),
      Math.floor(((bucket + 1) * inner.length) / (threshold - 2)),
    ),
  );
  const chosen = [points[0] as Point];
  for (const [index, bucket] of buckets.entries()) {
    const next = buckets[index + 1] ?? [points.at(-1) as Point];
    const mean = {
      x: next.reduce((sum, { x }) => sum + x, 0) / next.length,
      y: next.reduce((sum, { y }) => sum + y, 0) / next.length,
    };
    const a = chosen.at(-1) as Point;
    const areas = bucket.map((b) => Math.abs((a.x - mean.x) * (b.y - a.y) - (a.x - b.x) * (mean.y - a.y)));
    chosen.push(bucket[areas.indexOf(Math.max(...areas))] as Point);
  }
  return [...chosen, points.at(-1) as Point];
}

function preselected(points: readonly Point[], bins: number): Point[] {
  const inner = points.slice(1, -1);
  const chosen = Array.from({ length: bins }, (_, bin) => {
    const own = inner.slice(
      Math.floor((bin * inner.length) / bins),
      Math.floor(((bin + 1) * inner.length) / bins),
    );
    const ys = own.map(({ y }) => y);
    const extremes = [own[ys.indexOf(Math.min(...ys))], own[ys.indexOf(Math.max(...ys))]] as Point[];
    return own.filter((point) => extremes.includes(point));
  });
  return [points[0] as Point, ...chosen.flat(), points.at(-1) as Point];
}

function reference(points: readonly Point[], count: number): Point[] {
  if (points.length <= count) return [...points];
  const candidates = points.length > count * 4 ? preselected(points, count * 2) : points;
  const chosen = lttb(candidates, count - 2);
  const ys = points.map(({ y }) => y);
  const extremes = [points[ys.indexOf(Math.min(...ys))], points[ys.indexOf(Math.max(...ys))]] as Point[];
  return points.filter((point) => chosen.includes(point) || extremes.includes(point));
}

test('picks what the plain algorithm picks', () => {
  fc.assert(
    fc.property(line, fc.integer({ min: 5, max: 120 }), (points, count) => {
      const picked = minMaxLttb(columns(points), count).map((place) => points[place]);
      expect(picked).toEqual(reference(points, count));
    }),
    { numRuns: 300 },
  );
});

test('first, last, lowest and highest are kept, in order, at most as many as asked for', () => {
  fc.assert(
    fc.property(line, fc.integer({ min: 2, max: 120 }), (points, count) => {
      const { x, y } = columns(points);
      const picked = minMaxLttb({ x, y }, count);
      expect(picked.length).toBeLessThanOrEqual(count);
      expect(picked).toEqual([...new Set(picked)].sort((a, b) => a - b));
      expect([picked[0], picked.at(-1)]).toEqual([0, points.length - 1]);
      if (points.length <= count) expect(picked).toHaveLength(points.length);
      if (count < 4) return;
      const values = picked.map((place) => y[place] as number);
      expect([Math.min(...values), Math.max(...values)]).toEqual([Math.min(...y), Math.max(...y)]);
    }),
    { numRuns: 300 },
  );
});

test('one peak among a million survives', () => {
  const y = Float64Array.from({ length: 1_000_000 }, (_, index) => Math.sin(index / 50_000));
  y[654_321] = 9;
  const x = Float64Array.from(y.keys());
  const picked = minMaxLttb({ x, y }, 800);
  expect(picked).toContain(654_321);
  expect(picked.length).toBeGreaterThan(790);
});
