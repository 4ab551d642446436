import type { Series } from '../../schema/series-types.ts';

/** Prints of points, by time: some bytes each instead of their values, to tell which of them are others than before. */
export class PointPrints {
  /** Every point that there is has its print; else there may be others. */
  readonly isWhole: boolean;
  private times = new Float64Array();
  private prints = new Float64Array();

  constructor(isWhole: boolean) {
    this.isWhole = isWhole;
  }

  get size(): number {
    return this.times.length;
  }

  /** undefined: not known. */
  at(time: number): number | undefined {
    const place = this.placeOf(time);
    if (this.times[place] === time) return this.prints[place];
    return this.isWhole ? EMPTY : undefined;
  }

  /** The times from one, inclusive, to another, exclusive. */
  between(from: number, to: number): Float64Array {
    return this.times.subarray(this.placeOf(from), this.placeOf(to));
  }

  /** Takes points in, in the place of those of equal times. @param points by time */
  put(points: readonly { readonly time: number; readonly print: number }[]): void {
    const [oldTimes, oldPrints] = [this.times, this.prints];
    const times = new Float64Array(oldTimes.length + points.length);
    const prints = new Float64Array(times.length);
    let count = 0;
    let old = 0;
    const add = (time: number, print: number) => {
      times[count] = time;
      prints[count++] = print;
    };
    for (const { time, print } of points) {
      for (; (oldTimes[old] ?? time) < time; old++) add(oldTimes[old] as number, oldPrints[old] as number);
      if (oldTimes[old] === time) old++;
      add(time, print);
    }
    for (; old < oldTimes.length; old++) add(oldTimes[old] as number, oldPrints[old] as number);
    this.times = times.slice(0, count);
    this.prints = prints.slice(0, count);
  }

  /** Of the first one that is not before a time. */
  private placeOf(time: number): number {
    let [low, high] = [0, this.times.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.times[middle] as number) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The print of a bucket without any reading. */
export const EMPTY = 0;

const word = new DataView(new ArrayBuffer(8));

/** FNV-1a over the values of a point, two lanes of 32 bits, of which a number holds 53: equal for equal values alone, but for one in 2^53. */
export function printOf({ metrics }: Series, index: number): number {
  if (metrics.every(({ count }) => (count.at(index) ?? 0) === 0)) return EMPTY;
  let [a, b] = [0x811c9dc5, 0x01000193];
  for (const { values, min, max, count } of metrics) {
    for (const column of [values, min, max, count]) {
      word.setFloat64(0, column.numbers[index] ?? Number.NaN);
      for (const half of [word.getUint32(0), word.getUint32(4)]) {
        a = Math.imul(a ^ half, 0x01000193);
        a ^= a >>> 15;
        b = Math.imul(b ^ half, 0x85ebca6b);
        b ^= b >>> 13;
      }
    }
  }
  return (a >>> 0) * 2 ** 21 + ((b >>> 0) % 2 ** 21) + 1;
}
