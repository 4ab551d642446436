import type { ResultOf, VariablesOf } from 'gql.tada';
import type { Fleet, One } from './documents.ts';

/** Held by `tsc` alone: what fits, and, below each `@ts-expect-error`, what a client is told not to do. */
type FleetData = ResultOf<typeof Fleet>;
type OneData = ResultOf<typeof One>;

export const right = (fleet: FleetData, one: OneData) => ({
  rows: fleet.overview.totalRows satisfies number,
  last: fleet.overview.lastTimestamp satisfies string | null,
  source: fleet.dataset.source satisfies 'LOCAL' | 'S3' | 'SAMPLE',
  seen: fleet.devices.edges[0]?.node.lastSeen satisfies string | undefined,
  soc: one.device?.dailySummaries[0]?.avgSoc satisfies number | null | undefined,
  hour: one.hourlyAvg.rows[0]?.hour satisfies string | null | undefined,
  times: one.series[0]?.timestamps satisfies readonly number[] | undefined,
  values: one.series[0]?.metrics[0]?.values satisfies readonly (number | null)[] | undefined,
  variables: { first: 3, orderBy: { field: 'LAST_SEEN', direction: 'DESC' } } satisfies VariablesOf<
    typeof Fleet
  >,
});

export const wrong = (fleet: FleetData, one: OneData) => [
  // @ts-expect-error A field that was not asked for.
  fleet.overview.firstTimestamp,
  // @ts-expect-error A device may have no reading.
  one.device.deviceId,
  // @ts-expect-error A mean may be missing.
  one.device?.dailySummaries[0]?.avgSoc satisfies number | undefined,
  // @ts-expect-error A column may lack a value.
  one.series[0]?.metrics[0]?.values satisfies readonly number[] | undefined,
  // @ts-expect-error There is no such order.
  { first: 3, orderBy: { field: 'VOLTAGE' } } satisfies VariablesOf<typeof Fleet>,
  // @ts-expect-error A variable that is required.
  {} satisfies VariablesOf<typeof Fleet>,
  // @ts-expect-error Another scalar.
  { first: '3' } satisfies VariablesOf<typeof Fleet>,
];
