import { GraphQLError } from 'graphql';
import { builder } from './builder.ts';
import { DatasetChangesType } from './changes.ts';
import type { Context, LatestReadingsUpdate, Live, SeriesUpdate } from './context.ts';
import { ASSUMED_ITEMS, sized } from './field-size.ts';
import { LatestReadingType } from './latest-reading.ts';
import { amountOf, LIMITS } from './limit-values.ts';
import { SeriesType } from './series.ts';
import { seriesQuestion, seriesTailArgs } from './series-args.ts';

builder.subscriptionType({
  description:
    'Events over Server-Sent Events, as snapshots become current. The first comes at once. Each rests on one snapshot, whose `version` is where to go on after a break (`since`). Whoever reads slowly is told the newest state only, and misses none of what changed.',
});

const since = {
  description:
    'Where to go on: the `version` of the last event. What changed since then is told first. Unset, or too old: everything is. The header `Last-Event-ID` counts before it.',
};

const events = {
  version: 'The version of the snapshot that the event rests on: the next `since`.',
  reset: 'The event has everything: what was told before is to be forgotten. Else it has what changed.',
  gone: 'Devices that have no reading any more.',
};

const LatestReadingsUpdateType = builder.objectRef<LatestReadingsUpdate>('LatestReadingsUpdate').implement({
  description: 'Newest readings that are others than before.',
  fields: (t) => ({
    version: t.exposeID('version', { description: events.version }),
    reset: t.exposeBoolean('reset', { description: events.reset }),
    readings: t.expose('readings', {
      type: [LatestReadingType],
      description: 'The newest reading of each device where it is another one, ordered by `deviceId`.',
    }),
    gone: t.field({
      type: ['ID'],
      extensions: sized({ items: { assumed: 0 } }),
      description: events.gone,
      resolve: ({ gone }) => gone,
    }),
  }),
});

const SeriesUpdateType = builder.objectRef<SeriesUpdate>('SeriesUpdate').implement({
  description: 'Points of series that are others than before.',
  fields: (t) => ({
    version: t.exposeID('version', { description: events.version }),
    reset: t.exposeBoolean('reset', { description: events.reset }),
    series: t.expose('series', {
      type: [SeriesType],
      description:
        'The series of each device that changed, in the order of `deviceIds`. Unless it is a `reset`, with the points that are new or others, to be put in the place of those of equal `timestamps`: a point whose values are null and whose `count` is 0 has no readings any more. `from` and `to` are those of what was looked at.',
    }),
    gone: t.field({
      type: ['ID'],
      extensions: sized({ items: { assumed: 0 } }),
      description: events.gone,
      resolve: ({ gone }) => gone,
    }),
  }),
});

builder.subscriptionField('datasetChanged', (t) =>
  t.field({
    type: DatasetChangesType,
    args: { since: t.arg.id(since) },
    description: 'Each new snapshot, and which devices and days changed with it.',
    subscribe: (_root, args, context) => liveOf(context).datasetChanged(args.since ?? null),
    resolve: ({ payload }) => payload,
  }),
);

builder.subscriptionField('latestReadings', (t) =>
  t.field({
    type: LatestReadingsUpdateType,
    extensions: sized({
      below: { by: ['deviceIds'], assumed: ASSUMED_ITEMS, most: LIMITS.subscribedDevices.value },
    }),
    args: {
      deviceIds: t.arg.idList({
        required: true,
        description: `Which devices, at most ${amountOf('subscribedDevices')}. Unknown ids have no reading until one comes.`,
      }),
      since: t.arg.id(since),
    },
    description: 'The newest reading of each device, whenever it is another one.',
    subscribe: (_root, { deviceIds, since }, context) =>
      liveOf(context).latestReadings(deviceIds, since ?? null),
    resolve: ({ payload }) => payload,
  }),
);

builder.subscriptionField('series', (t) =>
  t.field({
    type: SeriesUpdateType,
    extensions: sized({
      below: { by: ['deviceIds'], assumed: ASSUMED_ITEMS, most: LIMITS.subscribedDevices.value },
      together: LIMITS.subscribedPoints.value,
    }),
    args: {
      deviceIds: t.arg.idList({
        required: true,
        description: `Which devices, at most ${amountOf('subscribedDevices')}. Unknown ids have no series until a reading comes.`,
      }),
      ...seriesTailArgs,
      since: t.arg.id(since),
    },
    description: `Metrics of devices over time in buckets, and then the buckets that are new or others, late data included. All together at most ${amountOf('subscribedPoints')} points.`,
    subscribe: (_root, { deviceIds, since, bucket, ...args }, context) => {
      const { metrics, from, to, timeZone, aggregate } = seriesQuestion(args);
      return liveOf(context).series(
        deviceIds,
        { metrics, from, to, timeZone, aggregate, bucket },
        since ?? null,
      );
    },
    resolve: ({ payload }) => payload,
  }),
);

/** A document may name the fields wherever it likes; only a subscription has somebody to listen to. */
function liveOf({ live }: Context): Live {
  if (live === undefined) throw new GraphQLError('expected a subscription, but got another operation');
  return live;
}
