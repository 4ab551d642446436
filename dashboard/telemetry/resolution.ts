/** Which resolution is asked for, and what is asked when a chart is zoomed or moved. Pure. */

/** Instants in ms: from, inclusive, to, exclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const LEAST_POINTS = 200;
const MOST_POINTS = 4_000;
const STEP = 200;
/** Nobody measures finer, and a chart of nothing helps nobody. */
const SHORTEST_MS = 60_000;

/**
 * As many points as a chart of this width can show: two a pixel, since thinned readings are divided between the metrics.
 * In steps, so that a window that is dragged wider asks no new question at every pixel.
 */
export function pointsFor(widthPixels: number): number {
  return Math.min(MOST_POINTS, Math.max(LEAST_POINTS, Math.ceil((widthPixels * 2) / STEP) * STEP));
}

/** @param factor below 1: closer @param at what stays in its place, as a share of the span from 0 to 1 */
export function zoomed(span: Span, factor: number, within: Span, at = 0.5): Span {
  const length = (span.to - span.from) * factor;
  const pivot = span.from + (span.to - span.from) * at;
  return fitted({ from: pivot - length * at, to: pivot + length * (1 - at) }, within);
}

/** @param share of its own length: 0.25 is a quarter later, below 0 earlier */
export function moved(span: Span, share: number, within: Span): Span {
  const by = (span.to - span.from) * share;
  return fitted({ from: span.from + by, to: span.to + by }, within);
}

/** Moved, and cut if it must, so that it shows nothing outside, nor less than a minute; on whole seconds. */
export function fitted({ from, to }: Span, within: Span): Span {
  const middle = (from + to) / 2;
  const most = Math.max(SHORTEST_MS, within.to - within.from);
  const length = Math.min(most, Math.max(SHORTEST_MS, to - from));
  const start = Math.max(within.from, Math.min(middle - length / 2, within.to - length));
  // The length is rounded by itself: many small moves must not add up to a zoom.
  const first = Math.floor(start / 1000) * 1000;
  return { from: first, to: first + Math.ceil(length / 1000) * 1000 };
}

export function isWhole(span: Span, within: Span): boolean {
  return span.from <= within.from && span.to >= within.to;
}
