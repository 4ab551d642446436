import { builder } from './builder.ts';
import type { Overview } from './context.ts';

const OverviewType = builder.objectRef<Overview>('Overview').implement({
  description: 'The whole fleet in four figures, as far as the viewer may see it.',
  fields: (t) => ({
    totalRows: t.expose('totalRows', {
      type: 'SafeInt',
      description: 'Readings in all objects. A row without device or time is no reading.',
    }),
    deviceCount: t.exposeInt('deviceCount', { description: 'Devices with at least one reading.' }),
    firstTimestamp: t.expose('firstTimestamp', {
      type: 'DateTime',
      nullable: true,
      description: 'Time of the oldest reading, UTC; null when there is no reading.',
    }),
    lastTimestamp: t.expose('lastTimestamp', {
      type: 'DateTime',
      nullable: true,
      description: 'Time of the newest reading, UTC; null when there is no reading.',
    }),
  }),
});

builder.queryField('overview', (t) =>
  t.field({
    type: OverviewType,
    description: 'Number of readings and devices, and the time that they span.',
    resolve: (_root, _args, { telemetry }) => telemetry.overview(),
  }),
);
