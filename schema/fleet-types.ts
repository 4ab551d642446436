import { type DayRange, METRIC_STATISTICS, type Metric, type MetricStatistics } from './context.ts';

/** A range is the highest value less the lowest. */
export interface PeriodStatistics extends MetricStatistics {
  readonly rangeVoltage: number | null;
  readonly rangeTemperature: number | null;
  readonly rangeSoc: number | null;
}

export interface TopDevicesArgs {
  readonly by: PeriodStatistic;
  readonly direction: 'ASC' | 'DESC';
  readonly first: number;
  readonly deviceIds: readonly string[] | null;
  readonly days: DayRange;
}

export interface RankedDevice {
  readonly deviceId: string;
  /** From 1; devices of equal value have equal ranks. */
  readonly rank: number;
  readonly value: number;
  readonly statistics: PeriodStatistics;
}

export interface CompareArgs {
  readonly first: Omit<DayRange, 'timeZone'>;
  readonly second: Omit<DayRange, 'timeZone'>;
  readonly timeZone: string;
  readonly deviceIds: readonly string[] | null;
  /** By the size of the change of this statistic; null: by device. */
  readonly orderBy: PeriodStatistic | null;
  readonly limit: number;
}

/** A side is null when it has no readings. */
export interface ComparedPeriods {
  readonly first: PeriodStatistics | null;
  readonly second: PeriodStatistics | null;
}

export interface Comparison {
  /** Devices with readings in a period, those beyond the limit included. */
  readonly deviceCount: number;
  readonly total: ComparedPeriods;
  readonly devices: readonly (ComparedPeriods & { readonly deviceId: string })[];
}

export interface HistogramArgs {
  readonly metric: Metric;
  /** null beside a width; null for both: a number of the service's choice. */
  readonly bins: number | null;
  readonly binWidth: number | null;
  /** Where the bins begin and end; null: at the lowest and the highest value. */
  readonly min: number | null;
  readonly max: number | null;
  readonly deviceIds: readonly string[] | null;
  readonly days: DayRange;
}

/** Each reading is counted once: in a bin, below or above all bins, or as missing. */
export interface Histogram {
  readonly metric: Metric;
  readonly readingCount: number;
  readonly bins: readonly HistogramBin[];
  readonly below: number;
  readonly above: number;
  readonly missing: number;
}

/** From `lower`, inclusive, to `upper`, exclusive but in the last bin. */
export interface HistogramBin {
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

export const PERIOD_STATISTICS = [
  ...METRIC_STATISTICS,
  'rangeVoltage',
  'rangeTemperature',
  'rangeSoc',
] as const satisfies readonly (keyof PeriodStatistics)[];
export type PeriodStatistic = (typeof PERIOD_STATISTICS)[number];
