import { expect, test } from 'vitest';
import { planRollup } from '../../src/rollup/plan.ts';

const object = (key: string, etag = 'e', size = 1) => ({ key, etag, size, lastModified: new Date(0) });
const entry = (key: string, etag?: string, size?: number) => ({ object: object(key, etag, size) });
const known = (...objects: ReturnType<typeof object>[]) => new Map(objects.map((each) => [each.key, each]));

test('nothing known: everything is read', () => {
  const entries = [entry('a'), entry('b')];
  expect(planRollup(new Map(), entries)).toEqual({ aggregate: entries, drop: [] });
});

test('the same objects: nothing to do, whatever their order', () => {
  expect(planRollup(known(object('a'), object('b')), [entry('b'), entry('a')])).toEqual({
    aggregate: [],
    drop: [],
  });
});

test('added, changed by etag, changed by size, removed', () => {
  const entries = [entry('added'), entry('etag', 'f'), entry('kept'), entry('size', 'e', 2)];
  const plan = planRollup(known(object('etag'), object('kept'), object('removed'), object('size')), entries);
  expect(plan.aggregate.map(({ object: { key } }) => key)).toEqual(['added', 'etag', 'size']);
  expect(plan.drop.toSorted()).toEqual(['etag', 'removed', 'size']);
});
