export type Fill = 'none' | 'null' | 'previous' | 'linear';

/**
 * What stands where there is no value (NaN), at times in ascending order:
 * - `previous`: the last value before it; none before the first
 * - `linear`: what lies on the line between its neighbours, by time; none before the first and after the last
 * - `null` and `none`: nothing. Whether such times are in the answer at all is decided elsewhere
 */
export function fillValues(timestamps: Float64Array, values: Float64Array, fill: Fill): Float64Array {
  if (fill === 'none' || fill === 'null') return values;
  const filled = values.slice();
  let last = -1;
  for (let index = 0; index < values.length; index++) {
    if (Number.isNaN(values[index])) {
      if (fill === 'previous' && last >= 0) filled[index] = values[last] as number;
      continue;
    }
    if (fill === 'linear' && last >= 0) interpolate(timestamps, filled, last, index);
    last = index;
  }
  return filled;
}

function interpolate(timestamps: Float64Array, filled: Float64Array, left: number, right: number): void {
  const [from = 0, to = 0] = [timestamps[left], timestamps[right]];
  const [low = 0, high = 0] = [filled[left], filled[right]];
  for (let index = left + 1; index < right; index++) {
    const share = to === from ? 0 : ((timestamps[index] ?? 0) - from) / (to - from);
    const between = share === 0 ? low : low + (high - low) * share;
    // Rounding, or a difference past what a double can hold, may lead out.
    filled[index] = Math.min(Math.max(low, high), Math.max(Math.min(low, high), between));
  }
}
