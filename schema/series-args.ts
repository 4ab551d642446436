import { builder } from './builder.ts';
import { enumName } from './enum-name.ts';
import type { ListSize } from './field-size.ts';
import { amountOf, DEFAULTS, LIMITS } from './limit-values.ts';
import { MetricType } from './metric.ts';
import { SERIES_AGGREGATES, SERIES_FILLS, type SeriesArgs } from './series-types.ts';
import { timeRangeArgs } from './time-range.ts';

const AGGREGATE_TEXTS: Readonly<Record<string, string>> = {
  avg: 'Mean.',
  min: 'Lowest value.',
  max: 'Highest value.',
  first: 'First value; of equal times that of the object with the least key, then of the earlier row.',
  last: 'Last value; of equal times that of the object with the greatest key, then of the later row.',
  count: 'Number of values: 0 where there is none, in every `fill` but `NONE`.',
  sum: 'Sum.',
  stddev: 'Standard deviation of the sample (n − 1); null for a single value.',
  timeWeightedAvg:
    'Mean weighted by time: each value holds until the next one of the bucket, the last until the bucket (or the range) ends; the time before the first value has no weight.',
};

export const SeriesAggregate = builder.enumType('SeriesAggregate', {
  description:
    'How the values of a bucket become one. Missing values are left out. All are exact; from AVG, MIN, MAX, COUNT and SUM on rollups they are the same to the last bit as from a scan, and the others are always scans.',
  values: Object.fromEntries(
    SERIES_AGGREGATES.map((aggregate) => [
      enumName(aggregate),
      {
        value: aggregate,
        description:
          AGGREGATE_TEXTS[aggregate] ??
          `Percentile ${Number(aggregate.slice(1))}, on the line between the two nearest values.`,
      },
    ]),
  ),
});

const FILL_TEXTS = {
  none: 'They are left out.',
  null: '`null`, at which uPlot interrupts its line.',
  previous: 'The last value before; `null` before the first one.',
  linear: 'What lies on the line between the values before and after, by time; `null` at the ends.',
} as const;

const SeriesFill = builder.enumType('SeriesFill', {
  description:
    'What stands in `values` where there is no value: in buckets without any, and in gaps between thinned readings. `min`, `max` and `count` are never filled, so `count` 0 tells.',
  values: Object.fromEntries(
    SERIES_FILLS.map((fill) => [enumName(fill), { value: fill, description: FILL_TEXTS[fill] }]),
  ),
});

/** Points of each device. With `bucket` they are not known beforehand. */
export const SERIES_POINTS: ListSize = {
  by: ['maxPoints'],
  assumed: DEFAULTS.seriesPoints,
  most: LIMITS.seriesPoints.value,
};

const BUCKET_TEXT =
  'How wide buckets are: seconds, minutes or hours that divide a day (`30s`, `5m`, `6h`), or days, weeks from Monday, months, years (`1d`, `1w`, `3mo`, `1y`), which are those of `timeZone`.';

const metricArgs = builder.args((t) => ({
  metrics: t.field({ type: [MetricType], description: 'Which metrics, in which order. Unset: all.' }),
  ...timeRangeArgs,
}));

const timeZoneArgs = builder.args((t) => ({
  timeZone: t.field({
    type: 'TimeZone',
    defaultValue: 'UTC',
    description: 'The IANA time zone in which days begin, weeks, months and the hours within them too.',
  }),
}));

/** Those of a subscription: which points there are must not depend on what comes. */
export const seriesTailArgs = builder.args((t) => ({
  ...metricArgs,
  bucket: t.string({ required: true, description: BUCKET_TEXT }),
  ...timeZoneArgs,
  aggregate: t.field({
    type: SeriesAggregate,
    description: 'How the values of a bucket become one. Unset: AVG.',
  }),
}));

/** The arguments of every series that is asked for once. */
export const seriesArgs = builder.args((t) => ({
  ...metricArgs,
  bucket: t.string({ description: `${BUCKET_TEXT} Not together with \`maxPoints\`.` }),
  maxPoints: t.int({
    description: `At most so many points, from ${amountOf('seriesLeastPoints')} to ${amountOf('seriesPoints')}: the resolution is picked. Unset, and without \`bucket\`: ${DEFAULTS.seriesPoints}.`,
  }),
  ...timeZoneArgs,
  aggregate: t.field({
    type: SeriesAggregate,
    description:
      'How the values of a bucket become one. Unset: AVG, or readings themselves where buckets would be below an hour.',
  }),
  fill: t.field({
    type: SeriesFill,
    defaultValue: 'null',
    description: 'What stands where there is no value.',
  }),
}));

interface Given extends Partial<{ [Name in keyof SeriesArgs]: SeriesArgs[Name] | null | undefined }> {}

export function seriesQuestion(given: Given): SeriesArgs {
  return {
    metrics: given.metrics ?? null,
    from: given.from ?? null,
    to: given.to ?? null,
    bucket: given.bucket ?? null,
    maxPoints: given.maxPoints ?? null,
    timeZone: given.timeZone ?? 'UTC',
    aggregate: given.aggregate ?? null,
    fill: given.fill ?? 'null',
  };
}
