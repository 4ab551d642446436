import type { DeviceFilter, DeviceOrderField, FleetQueryVariables } from '../../generated/graphql.ts';
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

/** The states that the service can look for: what charges shows in the trends alone. */
export const FILTER_STATES = ['silent', 'hot', 'low'] as const;
export type FilterState = (typeof FILTER_STATES)[number];

export const PAGE_SIZES = [10, 25, 50, 100] as const;
const USUAL_SIZE = 25;
/** Of each state so many devices are on the attention list. */
const ATTENTION = 4;

export interface FleetAddress {
  readonly find: string;
  readonly state: FilterState | null;
  readonly sort: Sort;
  readonly descending: boolean;
  readonly size: number;
  readonly after: string | null;
  readonly before: string | null;
}

/** What is not understood counts as not said. */
export function fleetAddress(search: URLSearchParams): FleetAddress {
  const sort = search.get('sort') ?? '';
  const size = Number(search.get('size'));
  return {
    find: search.get('find') ?? '',
    state: FILTER_STATES.find((state) => state === search.get('state')) ?? null,
    sort: Object.hasOwn(SORTS, sort) ? (sort as Sort) : 'device',
    descending: search.get('order') === 'desc',
    size: PAGE_SIZES.find((known) => known === size) ?? USUAL_SIZE,
    after: search.get('after'),
    before: search.get('after') === null ? search.get('before') : null,
  };
}

/** Writes changes into an address: what is as usual is left out, and another list begins at its first page. */
export function changeFleet(search: URLSearchParams, change: Partial<FleetAddress>): void {
  const { find, state, sort, descending, size, after, before } = {
    ...fleetAddress(search),
    after: null,
    before: null,
    ...change,
  };
  const texts: Readonly<Record<string, string | null>> = {
    find: find === '' ? null : find,
    state,
    sort: sort === 'device' ? null : sort,
    order: descending ? 'desc' : null,
    size: size === USUAL_SIZE ? null : String(size),
    after,
    before,
  };
  for (const [name, text] of Object.entries(texts)) {
    if (text === null) search.delete(name);
    else search.set(name, text);
  }
}

/** A column that is chosen again is turned round. */
export function sortedBy({ sort, descending }: FleetAddress, chosen: Sort): Partial<FleetAddress> {
  return { sort: chosen, descending: sort === chosen ? !descending : false };
}

export function fleetVariables(address: FleetAddress): FleetQueryVariables {
  const { find, state, sort, descending, size, after, before } = address;
  return {
    ...(before === null ? { first: size, after } : { last: size, before }),
    filter: { ...(find === '' ? {} : { search: find }), ...(state === null ? {} : STATE_FILTERS[state]) },
    orderBy: { field: SORTS[sort], direction: descending ? 'DESC' : 'ASC' },
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
