import { builder } from './builder.ts';
import type { DailySummary } from './context.ts';
import { dayRange, dayRangeArgs } from './day-range.ts';
import { DeviceRef } from './device-ref.ts';
import { ASSUMED_DAYS, ASSUMED_ITEMS, sized } from './field-size.ts';
import { metricFields } from './metric-fields.ts';

export const DailySummaryType = builder.objectRef<DailySummary>('DailySummary').implement({
  description: 'The readings of one device on one day, summed up. A day without readings has no summary.',
  fields: (t) => ({
    deviceId: t.exposeID('deviceId', { description: 'The device.' }),
    device: t.field({
      type: DeviceRef,
      description: 'The device.',
      resolve: ({ deviceId }) => ({ deviceId }),
    }),
    date: t.expose('date', { type: 'Date', description: 'The day, in the time zone of the question.' }),
    ...metricFields(t, 'of the day'),
  }),
});

builder.queryField('dailySummaries', (t) =>
  t.field({
    type: [DailySummaryType],
    extensions: sized({ items: { by: ['deviceIds'], assumed: ASSUMED_ITEMS, each: ASSUMED_DAYS } }),
    args: {
      deviceIds: t.arg.idList({ description: 'Which devices. Unset: all. Unknown ids have no days.' }),
      ...dayRangeArgs,
    },
    description: 'Readings summed up by device and day, ordered by `deviceId`, then `date`.',
    resolve: (_root, { deviceIds, ...days }, { telemetry }) =>
      telemetry.dailySummaries(deviceIds ?? null, dayRange(days)),
  }),
);
