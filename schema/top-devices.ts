import { builder } from './builder.ts';
import { dayRange, dayRangeArgs } from './day-range.ts';
import { DeviceRef } from './device-ref.ts';
import { sized } from './field-size.ts';
import type { RankedDevice } from './fleet-types.ts';
import { amountOf, LIMITS } from './limit-values.ts';
import { OrderDirection } from './order-direction.ts';
import { PeriodStatisticsType, Statistic } from './period-statistics.ts';

const RankedDeviceType = builder.objectRef<RankedDevice>('RankedDevice').implement({
  description: 'A device and its rank by a statistic of a period.',
  fields: (t) => ({
    rank: t.exposeInt('rank', { description: 'From 1. Devices of equal value have equal ranks.' }),
    value: t.exposeFloat('value', {
      description: 'The statistic that the rank is by: V, °C or %, or a number of readings.',
    }),
    deviceId: t.exposeID('deviceId', { description: 'The device.' }),
    device: t.field({
      type: DeviceRef,
      description: 'The device.',
      resolve: ({ deviceId }) => ({ deviceId }),
    }),
    statistics: t.expose('statistics', {
      type: PeriodStatisticsType,
      description: 'Its readings in the period, summed up.',
    }),
  }),
});

builder.queryField('topDevices', (t) =>
  t.field({
    type: [RankedDeviceType],
    extensions: sized({ items: { by: ['first', 'deviceIds'], assumed: 10, most: LIMITS.topDevices.value } }),
    args: {
      by: t.arg({ type: Statistic, required: true, description: 'What devices are ranked by.' }),
      direction: t.arg({
        type: OrderDirection,
        defaultValue: 'DESC',
        description: 'Which end comes first: `DESC` for the highest values, `ASC` for the lowest.',
      }),
      first: t.arg.int({
        defaultValue: 10,
        description: `At most so many devices. A whole number from 1 to ${amountOf('topDevices')}.`,
      }),
      deviceIds: t.arg.idList({ description: 'Among which devices. Unset: all.' }),
      ...dayRangeArgs,
    },
    description:
      'The devices at one end of a statistic over a period of days, by rank, then `deviceId`. Devices without the value are left out.',
    resolve: (_root, { by, direction, first, deviceIds, ...days }, { telemetry }) =>
      telemetry.topDevices({
        by,
        direction: direction ?? 'DESC',
        first: first ?? 10,
        deviceIds: deviceIds ?? null,
        days: dayRange(days),
      }),
  }),
);
