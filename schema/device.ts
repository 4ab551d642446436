import { builder } from './builder.ts';
import type { Context, DeviceSummary } from './context.ts';
import { DailySummaryType } from './daily-summary.ts';
import { dayRange, dayRangeArgs } from './day-range.ts';
import { DeviceRef, type DeviceShape } from './device-ref.ts';
import { ASSUMED_DAYS, sized } from './field-size.ts';
import { LatestReadingType } from './latest-reading.ts';
import { loadedMetricFields, pick } from './metric-fields.ts';
import { SeriesType } from './series.ts';
import { SERIES_POINTS, seriesArgs, seriesQuestion } from './series-args.ts';

const summaryOf = (device: DeviceShape, { telemetry }: Context): DeviceSummary | Promise<DeviceSummary> =>
  device.summary ?? telemetry.deviceSummary(device.deviceId).then((summary) => found(summary, device));

builder.node(DeviceRef, {
  description: 'A device (battery pack) that has left at least one reading, and its readings summed up.',
  id: { resolve: (device) => device.deviceId, description: 'Global id (Relay), for `node(id:)`.' },
  loadOne: async (deviceId: string, { telemetry }) => {
    const summary = await telemetry.deviceSummary(deviceId);
    return summary && { deviceId, summary };
  },
  fields: (t) => ({
    deviceId: t.exposeID('deviceId', { description: 'The `device_id` of its readings.' }),
    firstSeen: t.field({
      type: 'DateTime',
      description: 'Time of its oldest reading, UTC.',
      resolve: (device, _args, context) => pick(summaryOf(device, context), 'firstSeen'),
    }),
    lastSeen: t.field({
      type: 'DateTime',
      description: 'Time of its newest reading, UTC.',
      resolve: (device, _args, context) => pick(summaryOf(device, context), 'lastSeen'),
    }),
    ...loadedMetricFields(t, 'of the device', summaryOf),
    latestReading: t.field({
      type: LatestReadingType,
      description: 'Its newest reading: one real row, never a mix of several.',
      resolve: async (device, _args, { telemetry }) =>
        found(await telemetry.latestReading(device.deviceId), device),
    }),
    dailySummaries: t.field({
      type: [DailySummaryType],
      args: dayRangeArgs,
      extensions: sized({ items: { assumed: ASSUMED_DAYS } }),
      description: 'Its days that have readings, by date.',
      resolve: (device, args, { telemetry }) =>
        telemetry.deviceDailySummaries(device.deviceId, dayRange(args)),
    }),
    series: t.field({
      type: SeriesType,
      args: seriesArgs,
      extensions: sized({ below: SERIES_POINTS }),
      description:
        'Its metrics over time, made for charts. Unset `from` and `to`: from its first reading to just after its last one.',
      resolve: async (device, args, { telemetry }) =>
        found(await telemetry.deviceSeries(device.deviceId, seriesQuestion(args)), device),
    }),
  }),
});

builder.queryField('device', (t) =>
  t.field({
    type: DeviceRef,
    nullable: true,
    args: { deviceId: t.arg.id({ required: true, description: 'The `device_id` of its readings.' }) },
    description: 'One device; null when it has no reading.',
    resolve: async (_root, { deviceId }, { telemetry }) => {
      const summary = await telemetry.deviceSummary(deviceId);
      return summary && { deviceId, summary };
    },
  }),
);

/** A device comes out of its readings, so within one snapshot it always has some. */
function found<T>(value: T | null, device: DeviceShape): T {
  if (value === null) throw new Error(`The device ${device.deviceId} has no reading in this snapshot`);
  return value;
}
