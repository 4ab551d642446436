import { builder } from './builder.ts';
import { type METRIC_STATISTICS, METRICS } from './context.ts';

/** For each bound, what a value must be to keep it. */
const BOUNDS = {
  lt: 'Below this.',
  lte: 'This or below.',
  gt: 'Above this.',
  gte: 'This or above.',
} as const;

const FloatFilter = builder.inputType('FloatFilter', {
  description: 'Bounds that a value must all keep. A missing value (null) keeps none.',
  fields: (t) => ({
    lt: t.float({ description: BOUNDS.lt }),
    lte: t.float({ description: BOUNDS.lte }),
    gt: t.float({ description: BOUNDS.gt }),
    gte: t.float({ description: BOUNDS.gte }),
  }),
});

const DateTimeFilter = builder.inputType('DateTimeFilter', {
  description: 'Bounds that an instant must all keep.',
  fields: (t) => ({
    lt: t.field({ type: 'DateTime', description: BOUNDS.lt }),
    lte: t.field({ type: 'DateTime', description: BOUNDS.lte }),
    gt: t.field({ type: 'DateTime', description: BOUNDS.gt }),
    gte: t.field({ type: 'DateTime', description: BOUNDS.gte }),
  }),
});

const UNITS = { voltage: 'V', temperature: '°C', soc: '%' } as const;

const LatestReadingFilter = builder.inputType('LatestReadingFilter', {
  description: 'Conditions that the newest reading of a device must all meet.',
  fields: (t) => ({
    voltage: t.field({ type: FloatFilter, description: `Its voltage in ${UNITS.voltage}.` }),
    temperature: t.field({ type: FloatFilter, description: `Its temperature in ${UNITS.temperature}.` }),
    soc: t.field({ type: FloatFilter, description: `Its state of charge in ${UNITS.soc}.` }),
  }),
});

const unitOf = (statistic: string) => {
  const metric = METRICS.find((name) => statistic.toLowerCase().endsWith(name));
  return metric === undefined ? '' : ` in ${UNITS[metric]}`;
};

export const DeviceFilterInput = builder.inputType('DeviceFilter', {
  description:
    'Conditions that a device must all meet. An unset condition lets every device pass; a missing value meets none.',
  fields: (t) => {
    const statistic = (name: (typeof METRIC_STATISTICS)[number]) =>
      t.field({ type: FloatFilter, description: `Its \`${name}\`${unitOf(name)}.` });
    return {
      ids: t.idList({ description: 'Its id is one of these.' }),
      search: t.string({ description: 'Its id contains this text, upper and lower case alike.' }),
      seenSince: t.field({
        type: 'DateTime',
        description: 'Its newest reading is at or after this instant.',
      }),
      seenBefore: t.field({ type: 'DateTime', description: 'Its newest reading is before this instant.' }),
      firstSeen: t.field({ type: DateTimeFilter, description: 'The time of its oldest reading.' }),
      silentFor: t.field({
        type: 'Duration',
        description:
          'Its newest reading is at least so much older than `asOf`. A device that has been heard of since `asOf` is not silent.',
      }),
      asOf: t.field({
        type: 'DateTime',
        description:
          'The instant that `silentFor` looks back from. Unset: the time of the newest reading of all devices, so that the answer depends on the data alone and not on when it is asked.',
      }),
      latest: t.field({ type: LatestReadingFilter, description: 'The values of its newest reading.' }),
      readingCount: statistic('readingCount'),
      avgVoltage: statistic('avgVoltage'),
      minVoltage: statistic('minVoltage'),
      maxVoltage: statistic('maxVoltage'),
      avgTemperature: statistic('avgTemperature'),
      minTemperature: statistic('minTemperature'),
      maxTemperature: statistic('maxTemperature'),
      avgSoc: statistic('avgSoc'),
      minSoc: statistic('minSoc'),
      maxSoc: statistic('maxSoc'),
    };
  },
});
