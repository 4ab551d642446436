import { builder } from './builder.ts';
import type { DatasetInfo, QuarantinedObject, RollupProgress } from './dataset-types.ts';
import { sized } from './field-size.ts';

const DatasetSource = builder.enumType('DatasetSource', {
  description: 'Where the readings come from.',
  values: {
    SAMPLE: { description: 'Generated sample data, because neither a bucket nor a folder is configured.' },
    LOCAL: { description: 'A folder (`DATA_DIR`).' },
    S3: { description: 'A bucket (`S3_BUCKET`).' },
  } as const,
});

const ReadMode = builder.enumType('ReadMode', {
  description: 'How the engine reads the objects.',
  values: {
    LOCAL: { description: 'From the folder.' },
    DIRECT: { description: 'Ranges of the objects, straight from S3.' },
    CACHED: { description: 'Whole, verified objects from a bounded local cache.' },
  } as const,
});

const RollupGrain = builder.enumType('RollupGrain', {
  description: 'The stretches of time that rollups are of (`ROLLUP_GRAIN`).',
  values: {
    HOUR: {
      description:
        'Hours of UTC, cut further where days of some zone begin: days of all zones of today, and hours.',
    },
    DAY: {
      description: 'Days of UTC. What lies within them, days of other zones too, is read from the objects.',
    },
  } as const,
});

const QuarantinedObjectType = builder.objectRef<QuarantinedObject>('QuarantinedObject').implement({
  description:
    'An object that cannot be read. Its rows are in no answer; it is tried again when it changes, and else less and less often.',
  fields: (t) => ({
    key: t.exposeString('key', { description: 'Its key below the prefix.' }),
    size: t.expose('size', { type: 'SafeInt', description: 'Bytes.' }),
    lastModified: t.expose('lastModified', { type: 'DateTime', description: 'When it was written, UTC.' }),
    reason: t.exposeString('reason', { description: 'Why it cannot be read.' }),
  }),
});

const RollupProgressType = builder.objectRef<RollupProgress>('RollupProgress').implement({
  description: 'How far the rollups are: of the objects that are new or changed, how many have been read.',
  fields: (t) => ({
    objects: t.exposeInt('objects', { description: 'Objects to read.' }),
    objectsDone: t.exposeInt('objectsDone', { description: 'Objects read so far.' }),
    bytes: t.expose('bytes', { type: 'SafeInt', description: 'Size of the objects to read, in bytes.' }),
    bytesDone: t.expose('bytesDone', {
      type: 'SafeInt',
      description: 'Size of the objects read so far, in bytes.',
    }),
    secondsLeft: t.exposeInt('secondsLeft', {
      nullable: true,
      description:
        'What the rest takes at the pace so far, in seconds; null before the first object is done.',
    }),
  }),
});

/** What a field tells whom a scope limits. */
const OF_SOME = 'For who may see some devices only:';

export const DatasetType = builder.objectRef<DatasetInfo>('Dataset').implement({
  description: 'What the answers of this operation rest on: one snapshot of the objects.',
  fields: (t) => ({
    version: t.exposeString('version', {
      description:
        'Names what the answers rest on: a hash of the keys, ETags and sizes of the objects, and of which cannot be read.',
    }),
    isWhole: t.exposeBoolean('isWhole', {
      description:
        'The data set is told as a whole. False for who may see some devices only: counts, lists and progress are then as each field says.',
    }),
    source: t.expose('source', { type: DatasetSource, description: 'Where the readings come from.' }),
    readMode: t.expose('readMode', { type: ReadMode, description: 'How the objects are read.' }),
    objectCount: t.int({
      description: `Parquet objects, quarantined ones included. ${OF_SOME} those that hold readings of these.`,
      resolve: async (_dataset, _args, { telemetry }) => (await telemetry.datasetSize()).objectCount,
    }),
    bytes: t.field({
      type: 'SafeInt',
      description: `Size of all objects together, in bytes. ${OF_SOME} of those that hold readings of these.`,
      resolve: async (_dataset, _args, { telemetry }) => (await telemetry.datasetSize()).bytes,
    }),
    refreshedAt: t.expose('refreshedAt', {
      type: 'DateTime',
      description: 'When the objects were last listed and this snapshot was found, UTC.',
    }),
    rolledUp: t.exposeBoolean('rolledUp', {
      description:
        'Summaries of this snapshot come from rollups, in milliseconds. False while these are built for the first time, or when they cannot be brought up to date; then summaries are scans of the objects.',
    }),
    rollupGrain: t.expose('rollupGrain', {
      type: RollupGrain,
      nullable: true,
      description: 'The stretches of time that the rollups are of; null while `rolledUp` is false.',
    }),
    coverage: t.exposeFloat('coverage', {
      description:
        'The share of the readings that summaries rest on: 1, except while the rollups are built for the first time. Then 0 as long as summaries wait for them, or what is covered so far when the service is set to answer from a part (`WARMUP=partial`). It is of the readings of all devices, whoever asks.',
    }),
    progress: t.expose('progress', {
      type: RollupProgressType,
      nullable: true,
      description: `How far the rollups of the next snapshot are; null while none are made. ${OF_SOME} always null.`,
    }),
    newestReading: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Time of the newest reading, UTC; null when there is no reading.',
      resolve: (_dataset, _args, { telemetry }) => telemetry.newestReading(),
    }),
    quarantined: t.expose('quarantined', {
      type: [QuarantinedObjectType],
      extensions: sized({ items: { assumed: 10 } }),
      description: `The objects that cannot be read, by key. ${OF_SOME} those whose key names one of these (\`device_id=…/\`).`,
    }),
  }),
});

builder.queryField('dataset', (t) =>
  t.field({
    type: DatasetType,
    description: 'The snapshot that this operation answers from, and its state.',
    resolve: (_root, _args, { telemetry }) => telemetry.dataset(),
  }),
);
