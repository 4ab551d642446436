import { LIMITS } from '../../schema/limit-values.ts';
import { ArgumentError } from '../errors.ts';
import { exceeded } from './check-limit.ts';

const MOST_BINS = LIMITS.histogramBins.value;

/**
 * The edges of bins of equal width from the lowest to the highest, both kept as they are. Those between are the decimal
 * numbers that people would write: 0.3 and not 0.30000000000000004. Values that lie too close for so many bins have fewer,
 * and a single value has one, from itself to itself.
 */
export function edgesByCount(bins: number, low: number, high: number): number[] {
  const edges = [low];
  for (let bin = 1; bin < bins; bin++) {
    const edge = tidy(low * (1 - bin / bins) + high * (bin / bins));
    if (edge > (edges.at(-1) ?? low) && edge < high) edges.push(edge);
  }
  return [...edges, high];
}

/**
 * The edges of bins of a width: from the lowest when it was asked for, else from the multiple of the width at or below it,
 * until the highest lies in a bin. The last bin is as wide as the others.
 * @throws ArgumentError when these are too many bins
 */
export function edgesByWidth(width: number, low: number, high: number, fromLow: boolean): number[] {
  const tooNarrow = () =>
    new ArgumentError(
      'binWidth',
      `expected a width that makes at most ${MOST_BINS} bins (limit histogramBins) from ${low} to ${high}, but got: ${width}`,
      { exceeded: exceeded('histogramBins', Math.ceil((high - low) / width)) },
    );
  let place = Math.floor(tidy(low / width));
  if (tidy(place * width) > low) place -= 1;
  const edgeAt = (bin: number) => (fromLow ? tidy(low + bin * width) : tidy((place + bin) * width));
  const edges = [fromLow ? low : edgeAt(0)];
  do {
    const edge = edgeAt(edges.length);
    // Also for widths that are nothing beside the values: then an edge is the one before it, or not finite.
    if (edges.length > MOST_BINS || !(edge > (edges.at(-1) ?? edge)) || edge === Infinity) throw tooNarrow();
    edges.push(edge);
  } while ((edges.at(-1) ?? high) < high);
  return edges;
}

/** Fifteen digits are what a double holds of any decimal number. */
const tidy = (value: number) => Number(value.toPrecision(15));
