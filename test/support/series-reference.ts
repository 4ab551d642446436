import type { Metric } from '../../schema/context.ts';
import type { SeriesAggregate } from '../../schema/series-types.ts';
import type { Reading } from './reference.ts';

/** Series in plain JavaScript: no code, and no edition of the time-zone data, is shared with what is tested. */

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
const DAY = 86_400_000;
/** Monday. */
const YEAR_1 = -62_135_596_800_000;

export interface ReferenceBucket {
  readonly value: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly count: number;
}

/** Milliseconds; a reading between two of them is after the first. */
const millis = ({ micros }: Reading) => Number(micros) / 1_000;

/** Zones of today: days begin at quarters of an hour of UTC. */
export class ReferenceBuckets {
  private readonly clock: Intl.DateTimeFormat;
  private readonly amount: number;
  private readonly suffix: string;
  private readonly starts = new Map<number, number>();

  constructor(bucket: string, timeZone: string) {
    const [, amount = '', suffix = ''] = /^(\d+)(.*)$/.exec(bucket) ?? [];
    this.amount = Number(amount);
    this.suffix = suffix;
    this.clock = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
  }

  /** Where the bucket begins that holds an instant. */
  startOf(ms: number): number {
    const scale = { s: 1_000, m: MINUTE, h: 60 * MINUTE }[this.suffix];
    const begin = this.periodStart(ms);
    if (scale === undefined) return begin;
    const step = this.amount * scale;
    return begin + Math.floor((ms - begin) / step) * step;
  }

  /** Every bucket that touches the range. */
  *within(from: number, to: number): Generator<number> {
    let start = this.startOf(from);
    while (start < to) {
      yield start;
      start = this.endOf(start);
    }
  }

  endOf(start: number): number {
    let probe = start;
    const step = ['s', 'm'].includes(this.suffix) ? 1_000 * 60 : QUARTER;
    do probe += step;
    while (this.startOf(probe) === start);
    return this.startOf(probe);
  }

  /** Back in quarters of an hour, as long as the clocks show a time of the same day, week, month, … */
  private periodStart(ms: number): number {
    const quarter = Math.floor(ms / QUARTER) * QUARTER;
    const known = this.starts.get(quarter);
    if (known !== undefined) return known;
    const period = this.periodOf(quarter);
    let start = quarter;
    while (this.periodOf(start - QUARTER) === period) {
      start -= QUARTER;
      const found = this.starts.get(start);
      if (found !== undefined) {
        start = found;
        break;
      }
    }
    this.starts.set(quarter, start);
    return start;
  }

  private periodOf(ms: number): number {
    const [year = 0, month = 0, day = 0] = this.clock.format(ms).split('-').map(Number);
    const days = (Date.UTC(year, month - 1, day) - YEAR_1) / DAY;
    if (this.suffix === 'd') return Math.floor(days / this.amount);
    if (this.suffix === 'w') return Math.floor(days / (7 * this.amount));
    if (this.suffix === 'mo') return Math.floor(((year - 1) * 12 + month - 1) / this.amount);
    if (this.suffix === 'y') return Math.floor((year - 1) / this.amount);
    return days;
  }
}

export interface ReferenceQuestion {
  readonly metric: Metric;
  readonly aggregate: SeriesAggregate;
  readonly buckets: ReferenceBuckets;
  readonly from: number;
  readonly to: number;
}

/** @param own the readings of one device, in the order that decides ties: by key, then by row */
export function bucketsOf(
  own: readonly Reading[],
  question: ReferenceQuestion,
): Map<number, ReferenceBucket> {
  const { metric, aggregate, buckets, from, to } = question;
  const inRange = own
    .filter((reading) => millis(reading) >= from && millis(reading) < to)
    .map((reading) => ({ ms: millis(reading), value: reading[metric] }))
    .filter((reading): reading is { ms: number; value: number } => reading.value !== null)
    .sort((a, b) => a.ms - b.ms);
  const groups = Map.groupBy(inRange, ({ ms }) => buckets.startOf(ms));
  return new Map(
    [...groups].map(([start, group]) => {
      const values = group.map(({ value }) => value);
      const end = Math.min(to, aggregate === 'timeWeightedAvg' ? buckets.endOf(start) : to);
      return [
        start,
        {
          value: aggregateOf(aggregate, group, end),
          min: values.reduce((a, b) => Math.min(a, b)),
          max: values.reduce((a, b) => Math.max(a, b)),
          count: values.length,
        },
      ];
    }),
  );
}

function aggregateOf(
  aggregate: SeriesAggregate,
  group: readonly { readonly ms: number; readonly value: number }[],
  end: number,
): number | null {
  const values = group.map(({ value }) => value);
  const sum = values.reduce((a, b) => a + b, 0);
  const mean = sum / values.length;
  const sorted = [...values].sort((a, b) => a - b);
  switch (aggregate) {
    case 'avg':
      return mean;
    case 'min':
      return sorted[0] ?? null;
    case 'max':
      return sorted.at(-1) ?? null;
    case 'first':
      return values[0] ?? null;
    case 'last':
      return values.at(-1) ?? null;
    case 'count':
      return values.length;
    case 'sum':
      return sum;
    case 'stddev':
      return values.length < 2
        ? null
        : Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / (values.length - 1));
    case 'timeWeightedAvg': {
      // A difference of milliseconds with a fraction would lose digits.
      const micros = (ms: number) => Math.round(ms * 1_000);
      const weights = group.map(({ ms }, index) => micros(group[index + 1]?.ms ?? end) - micros(ms));
      const whole = weights.reduce((a, b) => a + b, 0);
      return values.reduce((total, value, index) => total + value * (weights[index] ?? 0), 0) / whole;
    }
    default: {
      const place = (Number(aggregate.slice(1)) / 100) * (sorted.length - 1);
      const [low = 0, high = 0] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
      return low + (high - low) * (place - Math.floor(place));
    }
  }
}
