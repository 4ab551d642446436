import type { DeviceDaysQuery } from '../../generated/graphql.ts';
import type { ChartModel } from '../../parts/chart-model.ts';
import { METRIC_TEXTS, type MetricName } from '../../text/format.ts';

/** The days of a device as a chart. Pure. */

export type DaySummary = NonNullable<DeviceDaysQuery['device']>['dailySummaries'][number];

const DAY_MS = 86_400_000;

const FIELDS = {
  voltage: ['avgVoltage', 'minVoltage', 'maxVoltage'],
  temperature: ['avgTemperature', 'minTemperature', 'maxTemperature'],
  soc: ['avgSoc', 'minSoc', 'maxSoc'],
} as const;

/**
 * A day has no hour any more, so days stand as far from each other as in the calendar, and none is 23 hours long. Those
 * without a summary are gaps.
 */
export function dailyModel(days: readonly DaySummary[], metric: MetricName): ChartModel {
  const { label, unit, digits } = METRIC_TEXTS[metric];
  const known = new Map(days.map((summary) => [Date.parse(summary.date), summary]));
  const [first, last] = [Date.parse(days[0]?.date ?? ''), Date.parse(days.at(-1)?.date ?? '')];
  const timestamps = Array.from(
    { length: days.length === 0 ? 0 : (last - first) / DAY_MS + 1 },
    (_, index) => first + index * DAY_MS,
  );
  const column = (field: (typeof FIELDS)[MetricName][number]) =>
    timestamps.map((at) => known.get(at)?.[field] ?? null);
  const [mean, min, max] = FIELDS[metric];
  const missing = timestamps.filter((at) => !known.has(at));
  return {
    label: `${label}: mean, lowest and highest of ${days.length} days. The table below has the figures.`,
    timestamps,
    lines: [{ label: 'Mean', colour: metric, values: column(mean), min: column(min), max: column(max) }],
    gaps: missing.map((at) => ({ from: at - DAY_MS / 2, to: at + DAY_MS / 2 })),
    unit,
    digits,
    zone: 'UTC',
    isDaily: true,
  };
}
