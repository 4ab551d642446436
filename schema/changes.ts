import { builder } from './builder.ts';
import { DatasetType } from './dataset.ts';
import type { ChangedDevice, DatasetChanges } from './dataset-types.ts';
import { DeviceRef } from './device-ref.ts';
import { ASSUMED_DAYS, ASSUMED_ITEMS, sized } from './field-size.ts';
import { pageArgs } from './page-args.ts';

const ChangedDeviceType = builder.objectRef<ChangedDevice>('ChangedDevice').implement({
  description: 'A device some of whose readings are others than before.',
  fields: (t) => ({
    deviceId: t.exposeID('deviceId', { description: 'The device.' }),
    device: t.field({
      type: DeviceRef,
      nullable: true,
      description: 'The device; null when it has no reading any more.',
      resolve: async ({ deviceId }, _args, { telemetry }) => {
        const summary = await telemetry.deviceSummary(deviceId);
        return summary && { deviceId, summary };
      },
    }),
    days: t.field({
      type: ['Date'],
      extensions: sized({ items: { assumed: ASSUMED_DAYS } }),
      description:
        'The days (UTC) whose readings may be others: of objects that came, changed, went, or cannot be read any more. In order.',
      resolve: ({ days }) => days,
    }),
  }),
});

export const DatasetChangesType = builder.objectRef<DatasetChanges>('DatasetChanges').implement({
  description: 'What to ask for again, since a snapshot.',
  fields: (t) => ({
    since: t.exposeID('since', {
      nullable: true,
      description: 'The version that was compared with; null when none was given.',
    }),
    version: t.exposeID('version', {
      description: 'The version of the snapshot that this answer rests on: the next `since`.',
    }),
    complete: t.exposeBoolean('complete', {
      description:
        '`devices` has all that changed. False: what changed is not known, so everything is to be asked for again. The version is too old or never was, none was given, or there are no rollups.',
    }),
    dataset: t.field({
      type: DatasetType,
      description: 'The snapshot that this answer rests on, and its state.',
      resolve: (_changes, _args, { telemetry }) => telemetry.dataset(),
    }),
    devices: t.connection(
      {
        type: ChangedDeviceType,
        description:
          'The devices that changed, by id, of those that the viewer may see (Relay connection). Without `first` and `last`: all, in one page.',
        extensions: sized({ below: { by: ['first', 'last'], assumed: ASSUMED_ITEMS } }),
        resolve: (changes, args) => changes.page(pageArgs(args)),
      },
      {
        name: 'ChangedDeviceConnection',
        description: 'A page of devices that changed (Relay).',
        edgesField: { description: 'The devices of the page, in order, each with its cursor.' },
        fields: (connection) => ({
          totalCount: connection.int({
            description: 'Devices that changed, on all pages together.',
            resolve: ({ totalCount }) => totalCount,
          }),
        }),
      },
      { name: 'ChangedDeviceEdge', description: 'A device on a page (Relay).' },
    ),
  }),
});

builder.queryField('changedSince', (t) =>
  t.field({
    type: DatasetChangesType,
    args: {
      version: t.arg.id({
        required: true,
        description: 'The version of a snapshot, as `dataset { version }` or an event told it.',
      }),
    },
    description:
      'Which devices and days changed since a snapshot, late data included, so that just these need be asked for again.',
    resolve: (_root, { version }, { telemetry }) => telemetry.changedSince(version),
  }),
);
