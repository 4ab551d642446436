import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareKeys, createSnapshot, identityOf, isSameObject } from '../../src/dataset/snapshot.ts';
import type { StoredObject } from '../../src/storage/storage.ts';

const object = (key: string, etag = 'e', size = 10): StoredObject => ({
  key,
  etag,
  size,
  lastModified: new Date(0),
});
const versionOf = (...objects: StoredObject[]) => createSnapshot(objects).version;

test('orders objects by the bytes of their keys, as S3 does, and adds up their sizes', () => {
  // By UTF-16 code units the emoji (a surrogate pair) would come before the private-use character.
  const keys = ['a', 'B', 'a/b', 'a-b', 'é', '\u{1F50B}', '\uE000'];
  const listed = keys.map((key, index) => object(key, 'e', index));
  const snapshot = createSnapshot(listed);
  expect(snapshot.objects.map(({ key }) => key)).toEqual([
    'B',
    'a',
    'a-b',
    'a/b',
    'é',
    '\uE000',
    '\u{1F50B}',
  ]);
  expect(snapshot.bytes).toBe(21);
  expect(listed.map(({ key }) => key)).toEqual(keys);
  expect(createSnapshot([])).toEqual({
    version: expect.stringMatching(/^[0-9a-f]{32}$/),
    objects: [],
    bytes: 0,
  });
});

test('keys compare as their bytes do', () => {
  const key = fc
    .array(
      fc.constantFrom(
        'a',
        'b',
        '/',
        'é',
        '\ud7ff',
        '\ue000',
        '\uffff',
        '\u{10000}',
        '\u{1F50B}',
        '\u{10ffff}',
      ),
    )
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.oneof(key, fc.string({ unit: 'binary' })), key, (a, b) => {
      expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
    { numRuns: 2_000 },
  );
});

test('the version stands for the set, in whatever order and whenever it is listed', () => {
  const objects = fc.uniqueArray(
    fc.record({
      key: fc.string({ minLength: 1 }),
      etag: fc.string(),
      size: fc.nat(),
      lastModified: fc.date({ noInvalidDate: true }),
    }),
    { selector: ({ key }) => key },
  );
  const shuffled = objects.chain((set) =>
    fc.tuple(fc.constant(set), fc.shuffledSubarray(set, { minLength: set.length })),
  );
  fc.assert(
    fc.property(shuffled, ([set, again]) => {
      expect(versionOf(...again.map((each) => ({ ...each, lastModified: new Date(1) })))).toBe(
        versionOf(...set),
      );
    }),
  );
});

test('the version changes with every change of the set', () => {
  const versions = [
    versionOf(),
    versionOf(object('a')),
    versionOf(object('b')),
    versionOf(object('a', 'f')),
    versionOf(object('a', 'e', 11)),
    versionOf(object('a'), object('b')),
    // Nothing may slip from one field into the next.
    versionOf(object('a', 'e1', 0)),
    versionOf(object('ae', '', 10)),
    versionOf(object('a","e', '', 10)),
    versionOf(object('a', 'f'), object('b', 'e')),
    versionOf(object('a', 'e'), object('b', 'f')),
  ];
  expect(new Set(versions).size).toBe(versions.length);
});

test('the same object has the same key, etag and size', () => {
  const later = { ...object('a'), lastModified: new Date(5) };
  expect(isSameObject(object('a'), later)).toBe(true);
  expect(identityOf(later)).toBe(identityOf(object('a')));
  for (const other of [object('b'), object('a', 'f'), object('a', 'e', 11)]) {
    expect(isSameObject(object('a'), other)).toBe(false);
  }
  expect(Math.sign(compareKeys('a', 'b'))).toBe(-1);
  expect(compareKeys('é', 'é')).toBe(0);
});
