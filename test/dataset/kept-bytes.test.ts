import { expect, test } from 'vitest';
import type { ManifestEntry } from '../../src/dataset/inspect.ts';
import { KeptBytes } from '../../src/dataset/kept-bytes.ts';
import { createSnapshot } from '../../src/dataset/snapshot.ts';

const entry = (key: string, etag: string): ManifestEntry => ({
  object: { key, etag, size: 1, lastModified: new Date(0) },
  rows: 1,
  schema: { layout: '', device: 'column' },
});
const snapshotOf = (...entries: ManifestEntry[]) => createSnapshot(entries.map(({ object }) => object));

test('what is kept serves the same object again and again, however its statements end', () => {
  const kept = new KeptBytes();
  for (const proven of [true, false, true]) kept.begin([entry('a', '1')])?.end(proven);
  expect(kept.begin([entry('a', '1')])).toBeDefined();
});

test('an object that takes the place of one whose statements were all proven is kept like any other', () => {
  const kept = new KeptBytes();
  kept.begin([entry('a', '1'), entry('b', '1')])?.end(true);
  expect(kept.begin([entry('a', '2'), entry('b', '1')])).toBeDefined();
});

test.each(['runs', 'ended without proof'])(
  'a key is read anew for good once a statement over its earlier object %s',
  (state) => {
    const kept = new KeptBytes();
    const earlier = kept.begin([entry('a', '1')]);
    if (state !== 'runs') earlier?.end(false);
    expect(kept.begin([entry('a', '2'), entry('b', '1')])).toBeUndefined();
    if (state === 'runs') earlier?.end(true);
    expect(kept.begin([entry('a', '2')])).toBeUndefined();
    expect(kept.begin([entry('a', '3')])).toBeUndefined();
    expect(kept.begin([entry('b', '1')])).toBeDefined();
  },
);

test('damage is a matter of one object, and what is not listed any more is forgotten', () => {
  const kept = new KeptBytes();
  kept.distrust(entry('a', '1'));
  expect([kept.mayServe([entry('a', '1')]), kept.mayServe([entry('a', '2')])]).toEqual([false, true]);
  kept.begin([entry('b', '1')])?.end(false);
  expect(kept.begin([entry('b', '2')])).toBeUndefined();
  kept.forgetUnlisted(snapshotOf(entry('a', '1')));
  expect(kept.mayServe([entry('a', '1')])).toBe(false);
  expect(kept.begin([entry('b', '3')])).toBeDefined();
});
