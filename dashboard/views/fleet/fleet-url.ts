import type { DeviceFilter, DeviceOrderField, FleetQueryVariables } from '../../generated/graphql.ts';
import {
  directionOf,
  FIRST_PAGE,
  type ListAddress,
  type ListOrders,
  listAddress,
  pageArguments,
  writeList,
  writeTexts,
} from '../../navigation/list-address.ts';
import { RULES } from '../../telemetry/states.ts';

/** What the fleet's address says, and what is asked for it. Pure. */

const SORTS = {
  device: 'DEVICE_ID',
  seen: 'LAST_SEEN',
  soc: 'LATEST_SOC',
  temperature: 'LATEST_TEMPERATURE',
  voltage: 'LATEST_VOLTAGE',
  readings: 'READING_COUNT',
} as const satisfies Record<string, DeviceOrderField>;

export type Sort = keyof typeof SORTS;
const ORDERS: ListOrders<Sort> = { sorts: SORTS, usual: { sort: 'device', descending: false } };

/** The states that the service can look for: what charges shows in the trends alone. */
export const FILTER_STATES = ['silent', 'hot', 'low'] as const;
export type FilterState = (typeof FILTER_STATES)[number];

/** Of each state so many devices are on the attention list. */
const ATTENTION = 4;

export interface FleetAddress extends ListAddress<Sort> {
  readonly state: FilterState | null;
}

/** What is not understood counts as not said. */
export function fleetAddress(search: URLSearchParams): FleetAddress {
  const state = FILTER_STATES.find((known) => known === search.get('state')) ?? null;
  return { ...listAddress(search, ORDERS), state };
}

export function changeFleet(search: URLSearchParams, change: Partial<FleetAddress>): void {
  const address = { ...fleetAddress(search), ...FIRST_PAGE, ...change };
  writeList(search, address, ORDERS);
  writeTexts(search, { state: address.state });
}

export function fleetVariables(address: FleetAddress): FleetQueryVariables {
  const { find, state, sort } = address;
  return {
    ...pageArguments(address),
    filter: { ...(find === '' ? {} : { search: find }), ...(state === null ? {} : STATE_FILTERS[state]) },
    orderBy: { field: SORTS[sort], direction: directionOf(address) },
    lowSoc: RULES.lowSoc,
    hotTemperature: RULES.hotTemperature,
    silentFor: SILENT_FOR,
    attention: ATTENTION,
  };
}

const SILENT_FOR = `PT${RULES.silentHours}H`;
const STATE_FILTERS: Readonly<Record<FilterState, DeviceFilter>> = {
  silent: { silentFor: SILENT_FOR },
  hot: { latest: { temperature: { gte: RULES.hotTemperature } } },
  low: { latest: { soc: { lt: RULES.lowSoc } } },
};
