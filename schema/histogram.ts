import { builder } from './builder.ts';
import { dayRange, dayRangeArgs } from './day-range.ts';
import { sized } from './field-size.ts';
import type { Histogram, HistogramBin } from './fleet-types.ts';
import { amountOf, DEFAULTS, LIMITS } from './limit-values.ts';
import { MetricType } from './metric.ts';

const HistogramBinType = builder.objectRef<HistogramBin>('HistogramBin').implement({
  description: 'The readings whose value lies from `lower` to below `upper`; in the last bin `upper` too.',
  fields: (t) => ({
    lower: t.exposeFloat('lower', { description: 'Lower edge, inclusive, in the unit of the metric.' }),
    upper: t.exposeFloat('upper', {
      description: 'Upper edge, exclusive but in the last bin, in the unit of the metric.',
    }),
    count: t.expose('count', { type: 'SafeInt', description: 'Number of readings.' }),
  }),
});

const HistogramType = builder.objectRef<Histogram>('Histogram').implement({
  description:
    'Readings counted by value. Each is counted once: `readingCount` is the sum of all bins, `below`, `above` and `missing`.',
  fields: (t) => ({
    metric: t.expose('metric', { type: MetricType, description: 'What is measured.' }),
    readingCount: t.expose('readingCount', { type: 'SafeInt', description: 'Number of readings.' }),
    bins: t.expose('bins', {
      type: [HistogramBinType],
      description:
        'By value, without gaps, those without readings included. None when no value tells where to begin or end.',
    }),
    below: t.expose('below', { type: 'SafeInt', description: 'Readings below the first bin.' }),
    above: t.expose('above', { type: 'SafeInt', description: 'Readings above the last bin.' }),
    missing: t.expose('missing', { type: 'SafeInt', description: 'Readings without a finite value.' }),
  }),
});

builder.queryField('histogram', (t) =>
  t.field({
    type: HistogramType,
    extensions: sized({
      below: { by: ['bins'], assumed: DEFAULTS.histogramBins, most: LIMITS.histogramBins.value },
    }),
    args: {
      metric: t.arg({ type: MetricType, required: true, description: 'What is measured.' }),
      bins: t.arg.int({
        description: `Number of bins of equal width, from 1 to ${amountOf('histogramBins')}; fewer where values lie too close for so many. Unset: ${DEFAULTS.histogramBins}, or as many as \`binWidth\` makes.`,
      }),
      binWidth: t.arg.float({
        description:
          'Width of the bins in the unit of the metric, in place of `bins`. They begin at `min`, or if that is unset at a multiple of the width, and go on until the highest value (or `max`) lies in one.',
      }),
      min: t.arg.float({ description: 'Where the first bin begins. Unset: at the lowest value.' }),
      max: t.arg.float({ description: 'Where the last bin ends. Unset: at the highest value.' }),
      deviceIds: t.arg.idList({ description: 'Which devices. Unset: all.' }),
      ...dayRangeArgs,
    },
    description:
      'Readings counted by the value of a metric. It reads the objects of the period, so it takes longer than what rollups tell; several histograms of the same readings are one scan.',
    resolve: (_root, { metric, bins, binWidth, min, max, deviceIds, ...days }, { telemetry }) =>
      telemetry.histogram({
        metric,
        bins: bins ?? null,
        binWidth: binWidth ?? null,
        min: min ?? null,
        max: max ?? null,
        deviceIds: deviceIds ?? null,
        days: dayRange(days),
      }),
  }),
);
