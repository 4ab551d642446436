import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PageArgs } from '../../schema/connection-types.ts';
import { ArgumentError } from '../../src/errors.ts';
import { pageOfList } from '../../src/loaders/list-page.ts';

const listOf = (items: readonly number[]) => ({
  items,
  placeOf: (item: number) => item,
  compare: (a: number, b: number) => a - b,
  encode: String,
  decode: (_argument: string, cursor: string) => Number(cursor),
});

/** EdgesToReturn, HasPreviousPage and HasNextPage of the Relay cursor connections specification, step by step. */
function bySpecification(items: readonly number[], { first, after, last, before }: PageArgs) {
  const [from, to] = [
    after === null ? -Infinity : Number(after),
    before === null ? Infinity : Number(before),
  ];
  const ranged = items.filter((item) => item > from && item < to);
  let edges = ranged;
  if (first !== null && edges.length > first) edges = edges.slice(0, first);
  if (last !== null && edges.length > last) edges = edges.slice(edges.length - last);
  const isBeyond = (test: (item: number) => boolean) => items.some(test);
  return {
    edges,
    hasNextPage: first === null ? isBeyond((item) => item >= to) : ranged.length > first,
    // `last` is of what `first` has left.
    hasPreviousPage:
      last === null ? isBeyond((item) => item <= from) : Math.min(ranged.length, first ?? Infinity) > last,
  };
}

const count = fc.option(fc.nat(8));
const cursor = fc.option(fc.integer({ min: -1, max: 12 }).map(String));

test('pages are those of the specification, whether or not the item of a cursor is still there', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(11)).map((items) => items.toSorted((a, b) => a - b)),
      fc.record({ first: count, after: cursor, last: count, before: cursor }),
      (items, args) => {
        const page = pageOfList(listOf(items), args);
        const expected = bySpecification(items, args);
        const nodes = page.edges.map(({ node }) => node);
        expect({ ...page.pageInfo, edges: nodes, totalCount: page.totalCount }).toEqual({
          ...expected,
          totalCount: items.length,
          startCursor: nodes.length === 0 ? null : String(nodes[0]),
          endCursor: nodes.length === 0 ? null : String(nodes.at(-1)),
        });
        expect(page.edges.map(({ cursor }) => Number(cursor))).toEqual(nodes);
      },
    ),
    { numRuns: 2_000 },
  );
});

test.each(['first', 'last'])('%s below 0 is a mistake', (argument) => {
  const none = { first: null, after: null, last: null, before: null };
  expect(() => pageOfList(listOf([1]), { ...none, [argument]: -1 })).toThrow(ArgumentError);
});
