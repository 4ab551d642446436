import type { DeviceSeriesQuery } from '../../generated/graphql.ts';
import type { ChartLine } from '../../parts/chart-model.ts';
import { bucketMs, gapsOf, withBreaks } from '../../telemetry/gaps.ts';
import type { Span } from '../../telemetry/resolution.ts';
import { count, METRIC_TEXTS, METRICS, type MetricName, measured } from '../../text/format.ts';

/** What a chart of one metric shows, from what the API answers. Pure. */

type SeriesAnswer = NonNullable<DeviceSeriesQuery['device']>['series'];

export interface MetricModel {
  readonly metric: MetricName;
  readonly timestamps: readonly number[];
  readonly line: ChartLine;
  readonly gaps: readonly Span[];
  /** In a sentence, for those who do not see the chart. */
  readonly summary: string;
}

export function metricModels({ timestamps, metrics, resolution }: SeriesAnswer): MetricModel[] {
  const bucket = bucketMs(resolution.bucket);
  return METRICS.flatMap((metric) => {
    const column = metrics.find((found) => found.metric === metric.toUpperCase());
    if (column === undefined) return [];
    const gaps = gapsOf(timestamps, column.values, resolution.method, bucket);
    const isAggregate = resolution.method === 'BUCKETS';
    const asked = isAggregate ? [column.values, column.min, column.max] : [column.values];
    const { timestamps: times, columns } = withBreaks(timestamps, asked, gaps);
    const [values = [], min, max] = columns;
    const line: ChartLine = {
      label: METRIC_TEXTS[metric].label,
      colour: metric,
      values,
      ...(min === undefined || max === undefined ? {} : { min, max }),
    };
    return [{ metric, timestamps: times, line, gaps, summary: summaryOf(metric, line, gaps.length) }];
  });
}

function summaryOf(metric: MetricName, { values, min, max }: ChartLine, gaps: number): string {
  const known = (column: ChartLine['values']) =>
    column.filter((value) => value !== null && value !== undefined);
  const { label } = METRIC_TEXTS[metric];
  if (known(values).length === 0) return `${label}: no values in this time.`;
  const least = known(min ?? values).reduce((a, b) => Math.min(a, b));
  const most = known(max ?? values).reduce((a, b) => Math.max(a, b));
  const broken = gaps === 0 ? 'no gaps' : `${gaps} ${gaps === 1 ? 'gap' : 'gaps'}`;
  return `${label} from ${measured(metric, least)} to ${measured(metric, most)}, ${broken}.`;
}

const UNITS: Readonly<Record<string, string>> = {
  s: 'second',
  m: 'minute',
  h: 'hour',
  d: 'day',
  w: 'week',
  mo: 'month',
  y: 'year',
};

/** How the points were made, as the answer tells it. */
export function resolutionText(
  { method, bucket, source }: SeriesAnswer['resolution'],
  points: number,
): string {
  const rows = `${count(points)} points`;
  const [, number = '', unit = ''] = /^(\d+)([a-z]+)$/.exec(bucket ?? '') ?? [];
  switch (method) {
    case 'BUCKETS': {
      const width = `${number === '1' ? '' : `${number} `}${UNITS[unit] ?? ''}${number === '1' ? '' : 's'}`;
      const origin = source === 'READINGS' ? 'the readings' : 'rollups';
      return `${rows}: the mean of each ${width}, and its lowest and highest value as a band, from ${origin}. Zoom in for readings.`;
    }
    case 'MIN_MAX_LTTB':
      return `${rows}: readings that the shape needs; lows, highs and gaps are kept. Zoom in for all of them.`;
    default:
      return `${rows}: every reading.`;
  }
}
