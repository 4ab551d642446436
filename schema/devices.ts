import { builder } from './builder.ts';
import { DEVICE_ORDER_FIELDS } from './context.ts';
import { DeviceFilterInput } from './device-filter.ts';
import { DeviceRef } from './device-ref.ts';
import { enumName } from './enum-name.ts';
import { ASSUMED_ITEMS, sized } from './field-size.ts';
import { OrderDirection } from './order-direction.ts';
import { pageArgs } from './page-args.ts';

const DeviceOrderField = builder.enumType('DeviceOrderField', {
  description: 'What devices can be ordered by. Devices without the value come last in both directions.',
  values: Object.fromEntries(
    DEVICE_ORDER_FIELDS.map((field) => [
      enumName(field),
      {
        value: field,
        description: field.startsWith('latest')
          ? `By \`latestReading { ${field.slice('latest'.length).toLowerCase()} }\`.`
          : `By \`${field}\`.`,
      },
    ]),
  ),
});

const DeviceOrder = builder.inputType('DeviceOrder', {
  description: 'An order of devices. Devices of equal value are ordered by their id.',
  fields: (t) => ({
    field: t.field({ type: DeviceOrderField, required: true, description: 'What to order by.' }),
    direction: t.field({ type: OrderDirection, defaultValue: 'ASC', description: 'Which end comes first.' }),
  }),
});

builder.queryField('devices', (t) =>
  t.connection(
    {
      type: DeviceRef,
      description:
        'Devices and their readings summed up (Relay connection). Without `first` and `last`: all that match, in one page.',
      extensions: sized({ below: { by: ['first', 'last', 'filter.ids'], assumed: ASSUMED_ITEMS } }),
      args: {
        filter: t.arg({ type: DeviceFilterInput, description: 'Which devices. Unset: all.' }),
        orderBy: t.arg({ type: DeviceOrder, description: 'In which order. Unset: by id.' }),
      },
      resolve: async (_root, args, { telemetry }) => {
        const { ids, search, seenSince, seenBefore, ...conditions } = args.filter ?? {};
        const connection = await telemetry.devices({
          ...pageArgs(args),
          filter: {
            ...conditions,
            ids: ids ?? null,
            search: search ?? null,
            seenSince: seenSince ?? null,
            seenBefore: seenBefore ?? null,
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
