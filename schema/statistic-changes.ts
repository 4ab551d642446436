import { builder } from './builder.ts';
import { type ComparedPeriods, PERIOD_STATISTICS, type PeriodStatistic } from './fleet-types.ts';

interface Change {
  readonly absolute: number;
  readonly relative: number | null;
}

const ChangeType = builder.objectRef<Change>('Change').implement({
  description: 'How a statistic changed from the first period to the second.',
  fields: (t) => ({
    absolute: t.exposeFloat('absolute', {
      description: 'The second value less the first: V, °C or %, or a number of readings.',
    }),
    relative: t.exposeFloat('relative', {
      nullable: true,
      description:
        '`absolute` as a share of the first value without its sign: 0.1 for a tenth more. Null where the first value is 0, and for temperatures, since 0 °C is no zero (a range of temperatures has one).',
    }),
  }),
});

export const StatisticChangesType = builder.objectRef<ComparedPeriods>('StatisticChanges').implement({
  description:
    'What changed from the first period to the second. Null where a side has no value; a side without readings has 0 readings.',
  fields: (t) => {
    const field = (name: PeriodStatistic) =>
      t.field({
        type: ChangeType,
        nullable: true,
        description: `Change of \`${name}\`.`,
        resolve: (periods) => changeOf(name, periods),
      });
    return Object.fromEntries(PERIOD_STATISTICS.map((name) => [name, field(name)]));
  },
});

function changeOf(name: PeriodStatistic, { first, second }: ComparedPeriods): Change | null {
  const none = name === 'readingCount' ? 0 : null;
  const before = first?.[name] ?? none;
  const after = second?.[name] ?? none;
  if (before === null || after === null) return null;
  const absolute = after - before;
  // Values of the greatest size have no difference that a number could hold.
  if (!Number.isFinite(absolute)) return null;
  const hasZero = !/^(avg|min|max)Temperature$/.test(name);
  const relative = absolute / Math.abs(before);
  return { absolute, relative: hasZero && Number.isFinite(relative) ? relative : null };
}
