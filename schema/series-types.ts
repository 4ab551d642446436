import type { Metric } from './context.ts';

export const SERIES_AGGREGATES = [
  'avg',
  'min',
  'max',
  'first',
  'last',
  'count',
  'sum',
  'stddev',
  'timeWeightedAvg',
  'p01',
  'p05',
  'p10',
  'p25',
  'p50',
  'p75',
  'p90',
  'p95',
  'p99',
] as const;
export type SeriesAggregate = (typeof SERIES_AGGREGATES)[number];

export const SERIES_FILLS = ['none', 'null', 'previous', 'linear'] as const;

export interface SeriesArgs {
  /** null: all of them. */
  readonly metrics: readonly Metric[] | null;
  /** Half open; null: the first reading, or just after the last one. */
  readonly from: string | null;
  readonly to: string | null;
  /** At most one of the two is given. */
  readonly bucket: string | null;
  readonly maxPoints: number | null;
  readonly timeZone: string;
  readonly aggregate: SeriesAggregate | null;
  readonly fill: (typeof SERIES_FILLS)[number];
}

/** Columns of equal length. */
export interface Series {
  readonly deviceId: string;
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
  readonly resolution: SeriesResolution;
  /** Milliseconds since 1970, with a fraction where the data has microseconds. */
  readonly timestamps: readonly number[];
  readonly metrics: readonly MetricSeries[];
}

export interface SeriesResolution {
  readonly method: 'BUCKETS' | 'READINGS' | 'MIN_MAX_LTTB';
  readonly source: 'ROLLUPS' | 'READINGS' | 'ROLLUPS_AND_READINGS';
  /** null: points are readings. */
  readonly bucket: string | null;
  readonly aggregate: SeriesAggregate | null;
  readonly exact: boolean;
}

export interface MetricSeries {
  readonly metric: Metric;
  readonly values: readonly (number | null)[];
  readonly min: readonly (number | null)[];
  readonly max: readonly (number | null)[];
  readonly count: readonly number[];
}
