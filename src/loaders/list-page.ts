import type { Connection, PageArgs } from '../../schema/connection-types.ts';
import { checkCount } from './check-limit.ts';

/** A list that is at hand, in its order. */
export interface OrderedList<Item, Place> {
  readonly items: readonly Item[];
  /** What stands in its cursor. No two items have the same one. */
  placeOf(item: Item): Place;
  /** Below 0 when the first comes before the second. */
  compare(first: Place, second: Place): number;
  encode(place: Place): string;
  /** @throws InvalidCursorError */
  decode(argument: 'after' | 'before', cursor: string): Place;
}

/**
 * A page by the algorithm of the Relay cursor connections specification (§ 4, Arguments, and § 5, PageInfo). A cursor stands
 * for a place, so it is good whether or not its item is still there.
 * @throws ArgumentError, InvalidCursorError
 */
export function pageOfList<Item, Place>(
  list: OrderedList<Item, Place>,
  { first, after, last, before }: PageArgs,
): Connection<Item> {
  checkCount('first', first);
  checkCount('last', last);
  const { items, placeOf, compare } = list;
  /** How many items come before the place, or stand at it too. */
  const countTo = (place: Place, isAtIncluded: boolean) => {
    let [low, high] = [0, items.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const sign = compare(placeOf(items[middle] as Item), place);
      if (sign < 0 || (sign === 0 && isAtIncluded)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const from = after === null ? 0 : countTo(list.decode('after', after), true);
  const to = before === null ? items.length : countTo(list.decode('before', before), false);
  const ranged = Math.max(0, to - from);
  const end = first === null ? from + ranged : from + Math.min(first, ranged);
  const start = last === null ? from : Math.max(from, end - last);
  const edges = items.slice(start, end).map((node) => ({ cursor: list.encode(placeOf(node)), node }));
  return {
    totalCount: items.length,
    edges,
    pageInfo: {
      hasNextPage: first === null ? to < items.length : ranged > first,
      hasPreviousPage: last === null ? from > 0 : start > from,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
