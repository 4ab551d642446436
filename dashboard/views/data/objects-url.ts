import type {
  DatasetObjectOrderField,
  ObjectListQueryVariables,
  ObjectStatus,
} from '../../generated/graphql.ts';
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

/** What the address says of the list of objects, and what is asked for it. Pure. */

const SORTS = {
  key: 'KEY',
  size: 'SIZE',
  written: 'LAST_MODIFIED',
} as const satisfies Record<string, DatasetObjectOrderField>;

export type ObjectSort = keyof typeof SORTS;
/** What has come last is what one looks for. */
const ORDERS: ListOrders<ObjectSort> = { sorts: SORTS, usual: { sort: 'written', descending: true } };

export const STATUS_NAMES = ['read', 'quarantined', 'waiting'] as const;
export type StatusName = (typeof STATUS_NAMES)[number];
const STATUSES: Readonly<Record<StatusName, ObjectStatus>> = {
  read: 'READ',
  quarantined: 'QUARANTINED',
  waiting: 'WAITING',
};

export interface ObjectsAddress extends ListAddress<ObjectSort> {
  readonly status: StatusName | null;
}

/** What is not understood counts as not said. */
export function objectsAddress(search: URLSearchParams): ObjectsAddress {
  const status = STATUS_NAMES.find((known) => known === search.get('status')) ?? null;
  return { ...listAddress(search, ORDERS), status };
}

export function changeObjects(search: URLSearchParams, change: Partial<ObjectsAddress>): void {
  const address = { ...objectsAddress(search), ...FIRST_PAGE, ...change };
  writeList(search, address, ORDERS);
  writeTexts(search, { status: address.status });
}

export function objectsVariables(address: ObjectsAddress): ObjectListQueryVariables {
  const { find, status, sort } = address;
  return {
    ...pageArguments(address),
    filter: {
      ...(find === '' ? {} : { search: find }),
      ...(status === null ? {} : { status: STATUSES[status] }),
    },
    orderBy: { field: SORTS[sort], direction: directionOf(address) },
  };
}
