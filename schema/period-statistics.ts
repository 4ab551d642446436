import { builder } from './builder.ts';
import { enumName } from './enum-name.ts';
import { PERIOD_STATISTICS, type PeriodStatistic, type PeriodStatistics } from './fleet-types.ts';
import { loadedMetricFields } from './metric-fields.ts';

export const PeriodStatisticsType = builder.objectRef<PeriodStatistics>('PeriodStatistics').implement({
  description: 'The readings of a period, summed up.',
  fields: (t) => {
    const range = (key: keyof PeriodStatistics, unit: string) =>
      t.exposeFloat(key, {
        nullable: true,
        description: `Highest value less the lowest of the period in ${unit}; null when none of its readings has a finite value.`,
      });
    return {
      ...loadedMetricFields(t, 'of the period', (statistics) => statistics),
      rangeVoltage: range('rangeVoltage', 'V'),
      rangeTemperature: range('rangeTemperature', '°C'),
      rangeSoc: range('rangeSoc', '%'),
    };
  },
});

export const Statistic = builder.enumType('Statistic', {
  description: 'What a period can be looked at by.',
  values: Object.fromEntries(
    PERIOD_STATISTICS.map((name) => [enumName(name), { value: name, description: `The \`${name}\`.` }]),
  ) as Record<string, { value: PeriodStatistic; description: string }>,
});
