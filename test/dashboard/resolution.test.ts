import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  fitted,
  isWhole,
  moved,
  pointsFor,
  type Span,
  zoomed,
} from '../../dashboard/telemetry/resolution.ts';

const HOUR = 3_600_000;
const WHOLE = { from: 0, to: 1000 * HOUR };

test('two points a pixel, in steps, within what the service gives', () => {
  expect(pointsFor(0)).toBe(200);
  expect(pointsFor(390)).toBe(800);
  expect(pointsFor(399)).toBe(pointsFor(391));
  expect(pointsFor(1100)).toBe(2200);
  expect(pointsFor(100_000)).toBe(4000);
});

test('zooming keeps what is pointed at in its place', () => {
  const span = { from: 100 * HOUR, to: 200 * HOUR };
  expect(zoomed(span, 0.5, WHOLE)).toEqual({ from: 125 * HOUR, to: 175 * HOUR });
  expect(zoomed(span, 0.5, WHOLE, 0)).toEqual({ from: 100 * HOUR, to: 150 * HOUR });
  expect(zoomed(span, 2, WHOLE, 1)).toEqual({ from: 0, to: 200 * HOUR });
  expect(isWhole(zoomed(span, 1000, WHOLE), WHOLE)).toBe(true);
});

test('moving stops at the ends, and keeps the length', () => {
  const span = { from: 100 * HOUR, to: 200 * HOUR };
  expect(moved(span, 0.25, WHOLE)).toEqual({ from: 125 * HOUR, to: 225 * HOUR });
  expect(moved(span, -5, WHOLE)).toEqual({ from: 0, to: 100 * HOUR });
  expect(moved(span, 50, WHOLE)).toEqual({ from: 900 * HOUR, to: 1000 * HOUR });
});

test('many small moves are no zoom', () => {
  let span = fitted({ from: 100_000_123, to: 200_000_456 }, WHOLE);
  const length = span.to - span.from;
  for (let step = 0; step < 50; step++) span = moved(span, 0.0137, WHOLE);
  expect(span.to - span.from).toBe(length);
});

test('whatever is done, what is shown lies within what there is, and is at least a minute', () => {
  const time = fc.integer({ min: 0, max: 10 ** 12 });
  const spans = fc
    .tuple(time, time)
    .map(([a, b]): Span => ({ from: Math.min(a, b), to: Math.max(a, b) + 60_000 }));
  const acts = fc.array(
    fc.oneof(
      fc.record({
        zoom: fc.double({ min: 0.001, max: 1000, noNaN: true }),
        at: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      fc.record({ move: fc.double({ min: -10, max: 10, noNaN: true }) }),
    ),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(spans, spans, acts, (whole, start, steps) => {
      let span = fitted(start, whole);
      for (const step of steps) {
        span = 'zoom' in step ? zoomed(span, step.zoom, whole, step.at) : moved(span, step.move, whole);
        // On whole seconds, so up to one more at each end.
        expect(span.from).toBeGreaterThan(whole.from - 1000);
        expect(span.to).toBeLessThan(whole.to + 1001);
        expect(span.to - span.from).toBeGreaterThanOrEqual(Math.min(60_000, whole.to - whole.from));
      }
    }),
  );
});
