import { builder } from './builder.ts';
import { DatasetType } from './dataset.ts';
import { type DatasetObject, OBJECT_ORDER_FIELDS, type ObjectContents } from './dataset-types.ts';
import { enumName } from './enum-name.ts';
import { ASSUMED_ITEMS, sized } from './field-size.ts';
import { OrderDirection } from './order-direction.ts';
import { pageArgs } from './page-args.ts';

const ObjectStatus = builder.enumType('ObjectStatus', {
  description: 'What an object is to the answers.',
  values: {
    READ: { description: 'Its readings are in the answers.' },
    QUARANTINED: { description: 'It cannot be read, as `reason` says. Its rows are in no answer.' },
    WAITING: {
      description:
        'It is not taken in yet, so its rows are in no answer: only while the rollups are built for the first time and answers come from a part (`WARMUP=partial`).',
    },
  } as const,
});

const ObjectContentsType = builder.objectRef<ObjectContents>('ObjectContents').implement({
  description: 'The readings of an object, of the devices that the viewer may see.',
  fields: (t) => ({
    readingCount: t.expose('readingCount', { type: 'SafeInt', description: 'Readings in it.' }),
    deviceCount: t.exposeInt('deviceCount', { description: 'Devices that these are of.' }),
    firstTimestamp: t.expose('firstTimestamp', {
      type: 'DateTime',
      nullable: true,
      description: 'Time of its oldest reading, UTC; null when there is none.',
    }),
    lastTimestamp: t.expose('lastTimestamp', {
      type: 'DateTime',
      nullable: true,
      description: 'Time of its newest reading, UTC; null when there is none.',
    }),
  }),
});

const DatasetObjectType = builder.objectRef<DatasetObject>('DatasetObject').implement({
  description: 'One Parquet object of the snapshot.',
  fields: (t) => ({
    key: t.exposeString('key', { description: 'Its key below the prefix, or its path below the folder.' }),
    etag: t.exposeString('etag', {
      description:
        'Changes whenever its bytes do: the ETag of S3 without its quotes; of a file a digest of its size, time and inode.',
    }),
    size: t.expose('size', { type: 'SafeInt', description: 'Bytes.' }),
    lastModified: t.expose('lastModified', { type: 'DateTime', description: 'When it was written, UTC.' }),
    status: t.expose('status', { type: ObjectStatus, description: 'What it is to the answers.' }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'Why it cannot be read; null unless it is quarantined.',
    }),
    rowCount: t.expose('rowCount', {
      type: 'SafeInt',
      nullable: true,
      description:
        'Rows by its footer, those without device or time included, which are no readings; null when it is not read, and for who may see some devices only.',
    }),
    contents: t.field({
      type: ObjectContentsType,
      nullable: true,
      description:
        'Its readings; null when it is not read, and while there are no rollups (`dataset { rolledUp }`).',
      resolve: (object, _args, { telemetry }) => telemetry.objectContents(object),
    }),
  }),
});

const DatasetObjectFilter = builder.inputType('DatasetObjectFilter', {
  description: 'Conditions that an object must all meet. An unset condition lets every object pass.',
  fields: (t) => ({
    search: t.string({ description: 'Its key contains this text, upper and lower case alike.' }),
    status: t.field({ type: ObjectStatus, description: 'What it is to the answers.' }),
  }),
});

const DatasetObjectOrderField = builder.enumType('DatasetObjectOrderField', {
  description: 'What objects can be ordered by.',
  values: Object.fromEntries(
    OBJECT_ORDER_FIELDS.map((field) => [enumName(field), { value: field, description: `By \`${field}\`.` }]),
  ),
});

const DatasetObjectOrder = builder.inputType('DatasetObjectOrder', {
  description: 'An order of objects. Objects of equal value are ordered by their key, by its UTF-8 bytes.',
  fields: (t) => ({
    field: t.field({ type: DatasetObjectOrderField, required: true, description: 'What to order by.' }),
    direction: t.field({ type: OrderDirection, defaultValue: 'ASC', description: 'Which end comes first.' }),
  }),
});

builder.objectField(DatasetType, 'objects', (t) =>
  t.connection(
    {
      type: DatasetObjectType,
      description:
        'The objects of the snapshot, quarantined ones included (Relay connection). Without `first` and `last`: all that match, in one page. For who may see some devices only: those whose key names one of these (`device_id=…/`), which may be fewer than `objectCount`.',
      extensions: sized({ below: { by: ['first', 'last'], assumed: ASSUMED_ITEMS } }),
      args: {
        filter: t.arg({ type: DatasetObjectFilter, description: 'Which objects. Unset: all.' }),
        orderBy: t.arg({ type: DatasetObjectOrder, description: 'In which order. Unset: by key.' }),
      },
      resolve: (_dataset, args, { telemetry }) =>
        telemetry.objects({
          ...pageArgs(args),
          search: args.filter?.search ?? null,
          status: args.filter?.status ?? null,
          orderBy: { field: args.orderBy?.field ?? 'key', direction: args.orderBy?.direction ?? 'ASC' },
        }),
    },
    {
      name: 'DatasetObjectConnection',
      description: 'A page of objects (Relay).',
      edgesField: { description: 'The objects of the page, in order, each with its cursor.' },
      fields: (connection) => ({
        totalCount: connection.int({
          description: 'Objects that match, on all pages together.',
          resolve: ({ totalCount }) => totalCount,
        }),
      }),
    },
    { name: 'DatasetObjectEdge', description: 'An object on a page (Relay).' },
  ),
);
