import type {
  ClientDeviceQuery,
  ClientFleetQuery,
  ClientFleetQueryVariables,
  ClientNodeQuery,
} from '../../generated/graphql.ts';

/** Held by `tsc` alone: what fits, and, below each `@ts-expect-error`, what a client is told not to do. */
export const right = (fleet: ClientFleetQuery, one: ClientDeviceQuery, { node }: ClientNodeQuery) => ({
  rows: fleet.overview.totalRows satisfies number,
  last: fleet.overview.lastTimestamp satisfies string | null,
  source: fleet.dataset.source satisfies 'LOCAL' | 'S3' | 'SAMPLE',
  seen: fleet.devices.edges[0]?.node.lastSeen satisfies string | undefined,
  soc: one.device?.berlin[0]?.avgSoc satisfies number | null | undefined,
  hour: one.hourlyAvg.rows[0]?.hour satisfies string | null | undefined,
  device: node?.__typename === 'Device' ? (node.deviceId satisfies string) : undefined,
  variables: {
    first: 3,
    filter: { ids: ['dev-1'], seenSince: '2026-01-01T00:00:00Z' },
    orderBy: { field: 'LAST_SEEN', direction: 'DESC' },
  } satisfies ClientFleetQueryVariables,
});

export const wrong = (fleet: ClientFleetQuery, one: ClientDeviceQuery) => [
  // @ts-expect-error A field that was not asked for.
  fleet.overview.firstTimestamp,
  // @ts-expect-error A device may have no reading.
  one.device.deviceId,
  // @ts-expect-error A mean may be missing.
  one.device?.berlin[0]?.avgSoc satisfies number | undefined,
  // @ts-expect-error There is no such order.
  { first: 3, orderBy: { field: 'VOLTAGE' } } satisfies ClientFleetQueryVariables,
  // @ts-expect-error A variable that is required.
  {} satisfies ClientFleetQueryVariables,
  // @ts-expect-error Another scalar.
  { first: '3' } satisfies ClientFleetQueryVariables,
];
