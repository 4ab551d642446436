import { builder } from './builder.ts';
import { DEVICE_ORDER_FIELDS } from './context.ts';
import { DeviceRef } from './device-ref.ts';

const DeviceOrderField = builder.enumType('DeviceOrderField', {
  description: 'What devices can be ordered by. Devices without the value come last in both directions.',
  values: Object.fromEntries(
    DEVICE_ORDER_FIELDS.map((field) => [
      field.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase(),
      { value: field, description: `By \`${field}\`.` },
    ]),
  ),
});

export const OrderDirection = builder.enumType('OrderDirection', {
  description: 'Which end of the order comes first.',
  values: {
    ASC: { description: 'Lowest, oldest or first in the alphabet first.' },
    DESC: { description: 'Highest, newest or last in the alphabet first.' },
  } as const,
});

const DeviceOrder = builder.inputType('DeviceOrder', {
  description: 'An order of devices. Devices of equal value are ordered by their id.',
  fields: (t) => ({
    field: t.field({ type: DeviceOrderField, required: true, description: 'What to order by.' }),
    direction: t.field({ type: OrderDirection, defaultValue: 'ASC', description: 'Which end comes first.' }),
  }),
});

const DeviceFilter = builder.inputType('DeviceFilter', {
  description: 'Conditions that a device must all meet. An unset condition lets every device pass.',
  fields: (t) => ({
    ids: t.idList({ description: 'Its id is one of these.' }),
    search: t.string({ description: 'Its id contains this text, upper and lower case alike.' }),
    seenSince: t.field({ type: 'DateTime', description: 'Its newest reading is at or after this instant.' }),
    seenBefore: t.field({ type: 'DateTime', description: 'Its newest reading is before this instant.' }),
  }),
});

builder.queryField('devices', (t) =>
  t.connection(
    {
      type: DeviceRef,
      description:
        'Devices and their readings summed up (Relay connection). Without `first` and `last`: all that match, in one page.',
      args: {
        filter: t.arg({ type: DeviceFilter, description: 'Which devices. Unset: all.' }),
        orderBy: t.arg({ type: DeviceOrder, description: 'In which order. Unset: by id.' }),
      },
      resolve: async (_root, args, { telemetry }) => {
        const connection = await telemetry.devices({
          first: args.first ?? null,
          after: args.after ?? null,
          last: args.last ?? null,
          before: args.before ?? null,
          filter: {
            ids: args.filter?.ids ?? null,
            search: args.filter?.search ?? null,
            seenSince: args.filter?.seenSince ?? null,
            seenBefore: args.filter?.seenBefore ?? null,
          },
          orderBy: { field: args.orderBy?.field ?? 'deviceId', direction: args.orderBy?.direction ?? 'ASC' },
        });
        return {
          totalCount: connection.totalCount,
          pageInfo: connection.pageInfo,
          edges: connection.edges.map(({ cursor, node }) => ({
            cursor,
            node: { deviceId: node.deviceId, summary: node },
          })),
        };
      },
    },
    {
      name: 'DeviceConnection',
      description: 'A page of devices (Relay).',
      fields: (connection) => ({
        totalCount: connection.int({
          description: 'Devices that meet the filter, on all pages together.',
          resolve: ({ totalCount }) => totalCount,
        }),
      }),
    },
    { name: 'DeviceEdge', description: 'A device on a page (Relay).' },
  ),
);
