import { builder } from './builder.ts';
import { METRICS, type Metric } from './context.ts';
import { DeviceRef } from './device-ref.ts';
import { ASSUMED_ITEMS, sized } from './field-size.ts';
import { amountOf, LIMITS } from './limit-values.ts';
import { MetricType } from './metric.ts';
import { refuse } from './refuse.ts';
import { SERIES_POINTS, SeriesAggregate, seriesArgs, seriesQuestion } from './series-args.ts';
import type { MetricSeries, Series, SeriesResolution } from './series-types.ts';

const SeriesMethod = builder.enumType('SeriesMethod', {
  description: 'What a point is.',
  values: {
    BUCKETS: { description: 'The values of a stretch of time, at its start.' },
    READINGS: { description: 'A reading. All of them are there.' },
    MIN_MAX_LTTB: {
      description:
        'A reading that the shape needs: lows, highs and turns are kept (MinMaxLTTB), those between are left out.',
    },
  } as const,
});

const SeriesSource = builder.enumType('SeriesSource', {
  description: 'What was read.',
  values: {
    ROLLUPS: { description: 'Rollups only.' },
    READINGS: { description: 'The readings of the range.' },
    ROLLUPS_AND_READINGS: {
      description: 'Rollups, and readings where the range begins or ends within their slots.',
    },
  } as const,
});

const SeriesResolutionType = builder.objectRef<SeriesResolution>('SeriesResolution').implement({
  description: 'How a series was made.',
  fields: (t) => ({
    method: t.expose('method', { type: SeriesMethod, description: 'What a point is.' }),
    source: t.expose('source', { type: SeriesSource, description: 'What was read.' }),
    bucket: t.exposeString('bucket', {
      nullable: true,
      description: 'How wide the buckets are, such as `1h`; null when points are readings.',
    }),
    aggregate: t.expose('aggregate', {
      type: SeriesAggregate,
      nullable: true,
      description: 'How the values of a bucket became one; null when points are readings.',
    }),
    exact: t.exposeBoolean('exact', {
      description:
        'Every reading of the range is in the figures. False when some are left out (`MIN_MAX_LTTB`): then each point is a real reading, and the line between them an approximation.',
    }),
  }),
});

const MetricSeriesType = builder.objectRef<MetricSeries>('MetricSeries').implement({
  description: 'One metric of a series, as columns as long as `timestamps`.',
  fields: (t) => ({
    metric: t.expose('metric', { type: MetricType, description: 'What was measured.' }),
    values: t.expose('values', {
      type: 'NumberColumn',
      description: 'The aggregate, or the reading; filled as `fill` says.',
    }),
    min: t.expose('min', { type: 'NumberColumn', description: 'The lowest value of each point.' }),
    max: t.expose('max', { type: 'NumberColumn', description: 'The highest value of each point.' }),
    count: t.expose('count', { type: 'NumberColumn', description: 'The number of values of each point.' }),
  }),
});

interface PointValue {
  readonly series: MetricSeries;
  readonly index: number;
}

const PointValueType = builder.objectRef<PointValue>('SeriesPointValue').implement({
  description: 'One metric at one point.',
  fields: (t) => ({
    value: t.float({
      nullable: true,
      description: 'The aggregate, or the reading; filled as `fill` says.',
      resolve: ({ series, index }) => series.values.at(index),
    }),
    min: t.float({
      nullable: true,
      description: 'The lowest value.',
      resolve: ({ series, index }) => series.min.at(index),
    }),
    max: t.float({
      nullable: true,
      description: 'The highest value.',
      resolve: ({ series, index }) => series.max.at(index),
    }),
    count: t.field({
      type: 'SafeInt',
      description: 'The number of values.',
      resolve: ({ series, index }) => series.count.at(index) ?? 0,
    }),
  }),
});

interface Point {
  readonly series: Series;
  readonly index: number;
}

const valueAt = ({ series, index }: Point, metric: Metric): PointValue | null => {
  const found = series.metrics.find((one) => one.metric === metric);
  return found === undefined ? null : { series: found, index };
};

const SeriesPoint = builder.objectRef<Point>('SeriesPoint').implement({
  description: 'One point of a series.',
  fields: (t) => ({
    timestamp: t.field({
      type: 'DateTime',
      description: 'The start of the bucket, or the time of the reading, UTC, to the millisecond.',
      resolve: ({ series, index }) => new Date(series.timestamps.at(index) ?? 0).toISOString(),
    }),
    voltage: t.field({
      type: PointValueType,
      nullable: true,
      description: 'In V; null when it is not asked for.',
      resolve: (point) => valueAt(point, 'voltage'),
    }),
    temperature: t.field({
      type: PointValueType,
      nullable: true,
      description: 'In °C; null when it is not asked for.',
      resolve: (point) => valueAt(point, 'temperature'),
    }),
    soc: t.field({
      type: PointValueType,
      nullable: true,
      description: 'In %; null when it is not asked for.',
      resolve: (point) => valueAt(point, 'soc'),
    }),
  }),
});

function rowsOf(series: Series): Point[] {
  const count = series.timestamps.length;
  const most = LIMITS.seriesRows.value;
  if (count <= most) return Array.from({ length: count }, (_, index) => ({ series, index }));
  return refuse(
    'points',
    `expected at most ${most} of them (limit seriesRows), but got: ${count}. Ask for \`timestamps\` and \`metrics\` instead, which are columns`,
    { limit: 'seriesRows', asked: count, allowed: most },
  );
}

export const SeriesType = builder.objectRef<Series>('Series').implement({
  description:
    'The metrics of one device over time. `[timestamps, ...metrics.map((metric) => metric.values)]` is what uPlot draws.',
  fields: (t) => ({
    deviceId: t.exposeID('deviceId', { description: 'The device.' }),
    device: t.field({
      type: DeviceRef,
      description: 'The device.',
      resolve: ({ deviceId }) => ({ deviceId }),
    }),
    from: t.expose('from', { type: 'DateTime', description: 'From this instant, inclusive, UTC.' }),
    to: t.expose('to', { type: 'DateTime', description: 'Up to this instant, exclusive, UTC.' }),
    timeZone: t.expose('timeZone', { type: 'TimeZone', description: 'The zone in which buckets were cut.' }),
    resolution: t.expose('resolution', { type: SeriesResolutionType, description: 'How it was made.' }),
    timestamps: t.expose('timestamps', {
      type: 'TimeColumn',
      description:
        'The starts of buckets, or the times of readings. The first bucket may begin before `from`; what lies before is not in it.',
    }),
    metrics: t.expose('metrics', {
      type: [MetricSeriesType],
      extensions: sized({ items: { assumed: METRICS.length } }),
      description: 'One for each metric, in the order asked for: columns, the fast way.',
    }),
    points: t.field({
      type: [SeriesPoint],
      description: `The same row by row, for at most ${amountOf('seriesRows')} points; columns have no such limit.`,
      resolve: (series) => rowsOf(series),
    }),
  }),
});

builder.queryField('series', (t) =>
  t.field({
    type: [SeriesType],
    extensions: sized({
      items: { by: ['deviceIds'], assumed: ASSUMED_ITEMS, most: LIMITS.seriesDevices.value },
      below: SERIES_POINTS,
      together: LIMITS.seriesPointsTogether.value,
    }),
    args: {
      deviceIds: t.arg.idList({
        description: `Which devices, at most ${amountOf('seriesDevices')}. Unset: all. Unknown ids have no series.`,
      }),
      ...seriesArgs,
    },
    description: `Metrics of several devices over time, made for charts, in the order of \`deviceIds\`, else by id. All together at most ${amountOf('seriesPointsTogether')} points.`,
    resolve: (_root, { deviceIds, ...args }, { telemetry }) =>
      telemetry.series(deviceIds ?? null, seriesQuestion(args)),
  }),
);
