import { builder } from './builder.ts';
import type { LatestReading } from './context.ts';
import { DeviceRef } from './device-ref.ts';
import { ASSUMED_ITEMS, sized } from './field-size.ts';

export const LatestReadingType = builder.objectRef<LatestReading>('LatestReading').implement({
  description:
    'The newest reading of a device. Of rows of equal time it is the one in the object with the greatest key, then the later row.',
  fields: (t) => ({
    deviceId: t.exposeID('deviceId', { description: 'The device.' }),
    device: t.field({
      type: DeviceRef,
      description: 'The device.',
      resolve: ({ deviceId }) => ({ deviceId }),
    }),
    timestamp: t.expose('timestamp', { type: 'DateTime', description: 'When it was taken, UTC.' }),
    voltage: t.exposeFloat('voltage', { nullable: true, description: 'Voltage in V; null when missing.' }),
    temperature: t.exposeFloat('temperature', {
      nullable: true,
      description: 'Temperature in °C; null when missing.',
    }),
    soc: t.exposeFloat('soc', { nullable: true, description: 'State of charge in %; null when missing.' }),
  }),
});

builder.queryField('latestReadings', (t) =>
  t.field({
    type: [LatestReadingType],
    extensions: sized({ items: { by: ['deviceIds'], assumed: ASSUMED_ITEMS } }),
    args: { deviceIds: t.arg.idList({ description: 'Which devices. Unset: all. Unknown ids have none.' }) },
    description: 'The newest reading of each device, ordered by `deviceId`.',
    resolve: (_root, { deviceIds }, { telemetry }) => telemetry.latestReadings(deviceIds ?? null),
  }),
);
