import type { ObjectFieldBuilder } from '@pothos/core';
import { builder, type SchemaTypes } from './builder.ts';
import { dayRangeArgs } from './day-range.ts';
import { DeviceRef } from './device-ref.ts';
import { sized } from './field-size.ts';
import type { ComparedPeriods, Comparison } from './fleet-types.ts';
import { amountOf, LIMITS } from './limit-values.ts';
import { PeriodStatisticsType, Statistic } from './period-statistics.ts';
import { StatisticChangesType } from './statistic-changes.ts';

const DayPeriod = builder.inputType('DayPeriod', {
  description: 'A period of whole days.',
  fields: (t) => ({
    from: t.field({
      type: 'Date',
      description: 'First day, inclusive, in `timeZone`. Unset: from the first reading.',
    }),
    to: t.field({
      type: 'Date',
      description: 'Last day, inclusive, in `timeZone`. Unset: to the last reading.',
    }),
  }),
});

function periodFields<Parent extends ComparedPeriods>(t: ObjectFieldBuilder<SchemaTypes, Parent>) {
  return {
    first: t.field({
      type: PeriodStatisticsType,
      nullable: true,
      description: 'The first period; null when it has no readings.',
      resolve: ({ first }) => first,
    }),
    second: t.field({
      type: PeriodStatisticsType,
      nullable: true,
      description: 'The second period; null when it has no readings.',
      resolve: ({ second }) => second,
    }),
    change: t.field({
      type: StatisticChangesType,
      description: 'What changed from the first period to the second.',
      resolve: (periods) => periods,
    }),
  };
}

const TotalComparison = builder.objectRef<ComparedPeriods>('TotalComparison').implement({
  description: 'Two periods of all devices together.',
  fields: (t) => periodFields(t),
});

const DeviceComparison = builder.objectRef<Comparison['devices'][number]>('DeviceComparison').implement({
  description: 'Two periods of one device.',
  fields: (t) => ({
    deviceId: t.exposeID('deviceId', { description: 'The device.' }),
    device: t.field({
      type: DeviceRef,
      description: 'The device.',
      resolve: ({ deviceId }) => ({ deviceId }),
    }),
    ...periodFields(t),
  }),
});

const ComparisonType = builder.objectRef<Comparison>('Comparison').implement({
  description: 'Two periods side by side.',
  fields: (t) => ({
    deviceCount: t.exposeInt('deviceCount', {
      description: 'Devices with readings in at least one of the periods, those beyond `limit` included.',
    }),
    total: t.expose('total', {
      type: TotalComparison,
      description: 'All these devices together, those beyond `limit` included.',
    }),
    devices: t.expose('devices', { type: [DeviceComparison], description: 'At most `limit` of them.' }),
  }),
});

const DEFAULT_LIMIT = 100;

builder.queryField('compare', (t) =>
  t.field({
    type: ComparisonType,
    extensions: sized({
      below: { by: ['limit', 'deviceIds'], assumed: DEFAULT_LIMIT, most: LIMITS.comparedDevices.value },
    }),
    args: {
      first: t.arg({ type: DayPeriod, required: true, description: 'The period that is compared with.' }),
      second: t.arg({ type: DayPeriod, required: true, description: 'The period that is compared.' }),
      timeZone: dayRangeArgs.timeZone,
      deviceIds: t.arg.idList({ description: 'Which devices. Unset: all.' }),
      orderBy: t.arg({
        type: Statistic,
        description:
          'The devices in which this changed most, up or down, come first, and those in which no change can be told last. Unset: by `deviceId`.',
      }),
      limit: t.arg.int({
        defaultValue: DEFAULT_LIMIT,
        description: `At most so many devices. A whole number from 1 to ${amountOf('comparedDevices')}.`,
      }),
    },
    description: 'Two periods of days side by side, for each device and for all together.',
    resolve: (_root, { first, second, timeZone, deviceIds, orderBy, limit }, { telemetry }) =>
      telemetry.compare({
        first: { from: first.from ?? null, to: first.to ?? null },
        second: { from: second.from ?? null, to: second.to ?? null },
        timeZone: timeZone ?? 'UTC',
        deviceIds: deviceIds ?? null,
        orderBy: orderBy ?? null,
        limit: limit ?? DEFAULT_LIMIT,
      }),
  }),
);
