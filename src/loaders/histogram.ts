import type DataLoader from 'dataloader';
import type { Histogram, HistogramArgs, PeriodStatistics } from '../../schema/fleet-types.ts';
import { DEFAULTS } from '../../schema/limit-values.ts';
import { ArgumentError } from '../errors.ts';
import { checkWithin } from './check-limit.ts';
import { checkDays } from './day-range.ts';
import type { CountKey, Counts } from './histogram-counts.ts';
import { edgesByCount, edgesByWidth } from './histogram-edges.ts';

export interface HistogramParts {
  readonly counts: DataLoader<CountKey, Counts>;
  /** All devices in question together; null: there are no readings. */
  total(period: Pick<HistogramArgs, 'deviceIds' | 'days'>): Promise<PeriodStatistics | null>;
}

const EXTREMES = {
  voltage: ['minVoltage', 'maxVoltage'],
  temperature: ['minTemperature', 'maxTemperature'],
  soc: ['minSoc', 'maxSoc'],
} as const;

/**
 * Counts readings by the value of a metric. Edges are made once, here; the scan compares with the same numbers.
 * @throws ArgumentError
 */
export async function histogram(parts: HistogramParts, args: HistogramArgs): Promise<Histogram> {
  checkArguments(args);
  const { metric } = args;
  const period = { deviceIds: args.deviceIds && [...new Set(args.deviceIds)], days: args.days };
  let { min: low, max: high } = args;
  if (low === null || high === null) {
    const total = await parts.total(period);
    const [lowest, highest] = EXTREMES[metric].map((name) => total?.[name] ?? null);
    if (lowest == null || highest == null) {
      const readingCount = total?.readingCount ?? 0;
      return { metric, readingCount, bins: [], below: 0, above: 0, missing: readingCount };
    }
    // An end that was asked for may lie beyond the other one: then all values are below or above it.
    low ??= Math.min(lowest, high ?? lowest);
    high ??= Math.max(highest, low);
  }
  const edges =
    args.binWidth === null
      ? edgesByCount(args.bins ?? DEFAULTS.histogramBins, low, high)
      : edgesByWidth(args.binWidth, low, high, args.min !== null);

  const { readings, present, below, above, bins } = await parts.counts.load({ metric, edges, ...period });
  return {
    metric,
    readingCount: readings,
    bins: bins.map((count, bin) => ({ lower: edges[bin] ?? low, upper: edges[bin + 1] ?? high, count })),
    below,
    above,
    missing: readings - present,
  };
}

function checkArguments({ bins, binWidth, min, max, days }: HistogramArgs): void {
  checkDays(days);
  if (bins !== null) checkWithin('histogramBins', 'bins', bins);
  if (bins !== null && binWidth !== null) {
    throw new ArgumentError('binWidth', `expected either \`bins\` or \`binWidth\`, but got both`);
  }
  if (binWidth !== null && !(binWidth > 0)) {
    throw new ArgumentError('binWidth', `expected a number above 0, but got: ${binWidth}`);
  }
  if (min !== null && max !== null && !(max > min)) {
    throw new ArgumentError('max', `expected more than \`min\` (${min}), but got: ${max}`);
  }
}
