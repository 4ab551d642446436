/** What the address of a page says of its list: what is looked for, its order, and which page of it. Pure. */

export const PAGE_SIZES = [10, 25, 50, 100] as const;
const USUAL_SIZE = 25;

export interface ListAddress<Sort extends string> {
  readonly find: string;
  readonly sort: Sort;
  readonly descending: boolean;
  readonly size: number;
  readonly after: string | null;
  readonly before: string | null;
}

/** What a list can be ordered by, as its address names it, and its order where the address names none. */
export interface ListOrders<Sort extends string> {
  readonly sorts: Readonly<Record<Sort, string>>;
  readonly usual: { readonly sort: Sort; readonly descending: boolean };
}

/** What is not understood counts as not said. */
export function listAddress<Sort extends string>(
  search: URLSearchParams,
  orders: ListOrders<Sort>,
): ListAddress<Sort> {
  const named = search.get('sort') ?? '';
  const sort = Object.hasOwn(orders.sorts, named) ? (named as Sort) : orders.usual.sort;
  const order = search.get('order');
  const size = Number(search.get('size'));
  return {
    find: search.get('find') ?? '',
    sort,
    descending: order === 'asc' || order === 'desc' ? order === 'desc' : isUsuallyDescending(sort, orders),
    size: PAGE_SIZES.find((known) => known === size) ?? USUAL_SIZE,
    after: search.get('after'),
    before: search.get('after') === null ? search.get('before') : null,
  };
}

/** Another list begins at its first page. */
export const FIRST_PAGE = { after: null, before: null } as const;

/** Writes a list into an address: what is as usual is left out. */
export function writeList<Sort extends string>(
  search: URLSearchParams,
  { find, sort, descending, size, after, before }: ListAddress<Sort>,
  orders: ListOrders<Sort>,
): void {
  const isUsual = descending === isUsuallyDescending(sort, orders);
  writeTexts(search, {
    find: find === '' ? null : find,
    sort: sort === orders.usual.sort ? null : sort,
    order: isUsual ? null : descending ? 'desc' : 'asc',
    size: size === USUAL_SIZE ? null : String(size),
    after,
    before,
  });
}

/** @param texts null: not there */
export function writeTexts(search: URLSearchParams, texts: Readonly<Record<string, string | null>>): void {
  for (const [name, text] of Object.entries(texts)) {
    if (text === null) search.delete(name);
    else search.set(name, text);
  }
}

function isUsuallyDescending<Sort extends string>(sort: Sort, { usual }: ListOrders<Sort>): boolean {
  return sort === usual.sort && usual.descending;
}

/** A column that is chosen again is turned round. */
export function sortedBy<Sort extends string>(
  { sort, descending }: Pick<ListAddress<Sort>, 'sort' | 'descending'>,
  chosen: Sort,
): Pick<ListAddress<Sort>, 'sort' | 'descending'> {
  return { sort: chosen, descending: sort === chosen ? !descending : false };
}

/** The arguments of a Relay connection. */
export function pageArguments({ size, after, before }: ListAddress<string>) {
  return before === null ? { first: size, after } : { last: size, before };
}

export function directionOf({ descending }: ListAddress<string>): 'ASC' | 'DESC' {
  return descending ? 'DESC' : 'ASC';
}
