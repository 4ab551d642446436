import { builder } from './builder.ts';
import type { Reading } from './context.ts';
import { DeviceRef } from './device-ref.ts';
import { sized } from './field-size.ts';
import { amountOf, DEFAULTS, LIMITS } from './limit-values.ts';
import { OrderDirection } from './order-direction.ts';
import { pageArgs } from './page-args.ts';
import { timeRangeArgs } from './time-range.ts';

const ReadingType = builder.objectRef<Reading>('Reading').implement({
  description:
    'One row as it stands in its object. Rows are not compared with each other: equal ones are all readings.',
  fields: (t) => ({
    deviceId: t.exposeID('deviceId', { description: 'The device.' }),
    timestamp: t.expose('timestamp', {
      type: 'DateTime',
      description: 'When it was taken, UTC, to the microsecond.',
    }),
    voltage: t.exposeFloat('voltage', { nullable: true, description: 'Voltage in V; null when missing.' }),
    temperature: t.exposeFloat('temperature', {
      nullable: true,
      description: 'Temperature in °C; null when missing.',
    }),
    soc: t.exposeFloat('soc', { nullable: true, description: 'State of charge in %; null when missing.' }),
  }),
});

builder.objectField(DeviceRef, 'readings', (t) =>
  t.connection(
    {
      type: ReadingType,
      description: `Its rows by time, then by key of the object, then by row (Relay connection). Without \`first\` and \`last\`: the first ${DEFAULTS.readingsPage}. A page holds at most ${amountOf('readingsPage')}; pages of many devices hold at most ${amountOf('readingsTogether')} together.`,
      extensions: sized({
        below: { by: ['first', 'last'], assumed: DEFAULTS.readingsPage, most: LIMITS.readingsPage.value },
      }),
      args: {
        ...timeRangeArgs,
        direction: t.arg({
          type: OrderDirection,
          defaultValue: 'ASC',
          description: 'Oldest first, or (`DESC`) the same order backwards: newest first.',
        }),
      },
      resolve: async ({ deviceId }, args, { telemetry }) => {
        const range = { from: args.from ?? null, to: args.to ?? null };
        const { edges, pageInfo } = await telemetry.readings(deviceId, {
          ...range,
          ...pageArgs(args),
          direction: args.direction ?? 'ASC',
        });
        return { deviceId, range, edges, pageInfo };
      },
    },
    {
      name: 'ReadingConnection',
      description: 'A page of readings (Relay).',
      edgesField: { description: 'The readings of the page, in order, each with its cursor.' },
      fields: (connection) => ({
        totalCount: connection.field({
          type: 'SafeInt',
          description:
            'Readings from `from` to before `to`, on all pages together. Counted only when it is asked for.',
          resolve: ({ deviceId, range }, _args, { telemetry }) => telemetry.readingCount(deviceId, range),
        }),
      }),
    },
    {
      name: 'ReadingEdge',
      description: 'A reading on a page (Relay).',
      nodeField: { description: 'The reading.' },
    },
  ),
);
