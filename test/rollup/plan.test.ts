import { expect, test } from 'vitest';
import { identityOf } from '../../src/dataset/snapshot.ts';
import { type HeldObject, planPublish, planRollup } from '../../src/rollup/plan.ts';

const object = (key: string, etag = 'e', size = 1) => ({ key, etag, size });
const entry = (key: string, etag?: string, size?: number) => ({ object: object(key, etag, size) });
let ids = 0;
const live = (key: string, etag?: string) => ({ ...object(key, etag), objectId: ++ids, live: true });
const staged = (key: string, etag?: string) => ({ ...object(key, etag), objectId: ++ids, live: false });
const held = (...objects: HeldObject[]) => new Map(objects.map((each) => [identityOf(each), each]));
const keysOf = (objects: readonly { key: string }[]) => objects.map(({ key }) => key);

test('nothing held: everything is read', () => {
  const entries = [entry('a'), entry('b')];
  expect(planRollup(held(), entries)).toEqual({ aggregate: entries, covered: [], stale: [] });
});

test('the same objects: nothing to do, whatever their order', () => {
  const entries = [entry('b'), entry('a')];
  const all = held(live('a'), live('b'));
  expect(planRollup(all, entries)).toEqual({ aggregate: [], covered: entries, stale: [] });
  expect(planPublish(all, [object('b'), object('a')])).toEqual({ come: [], go: [] });
});

test('added, changed by etag, changed by size, removed', () => {
  const entries = [entry('added'), entry('etag', 'f'), entry('kept'), entry('size', 'e', 2)];
  const before = held(live('etag'), live('kept'), live('removed'), live('size'));
  const plan = planRollup(before, entries);
  expect(keysOf(plan.aggregate.map(({ object }) => object))).toEqual(['added', 'etag', 'size']);
  expect(plan.covered).toEqual([entries[2]]);
  // What counts stays until the new version does.
  expect(plan.stale).toEqual([]);
});

test('what was made for a version that never came is used by the next one that has it, or goes', () => {
  const before = held(live('a'), staged('a', 'newer'), staged('a', 'newest'), staged('gone'));
  const plan = planRollup(before, [entry('a', 'newest')]);
  expect(plan.aggregate).toEqual([]);
  expect(plan.stale.map(({ key, etag }) => [key, etag])).toEqual([
    ['a', 'newer'],
    ['gone', 'e'],
  ]);
});

test('to publish is to let in what is staged and to take out all that is not asked for', () => {
  const [old, next, kept, removed, other] = [
    live('a'),
    staged('a', 'next'),
    live('kept'),
    live('removed'),
    staged('other'),
  ];
  const wanted = [object('a', 'next'), object('kept')];
  expect(planPublish(held(old, next, kept, removed, other), wanted)).toEqual({
    come: [next],
    go: [old, removed],
  });
});
