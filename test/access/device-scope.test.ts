import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isInScope, normalised, scopeKey } from '../../src/access/device-scope.ts';

const word = fc.string({ unit: fc.constantFrom('a', 'b', '%', 'é'), maxLength: 3 });
const scope = fc.record({
  ids: fc.array(word, { maxLength: 5 }),
  prefixes: fc.array(
    word.filter((text) => text !== ''),
    { maxLength: 4 },
  ),
});

test('a scope that is written in one way has the same devices, and one key for every way of writing it', () => {
  fc.assert(
    fc.property(scope, fc.array(word, { maxLength: 30 }), ({ ids, prefixes }, devices) => {
      const plain = normalised({ ids, prefixes });
      for (const device of [...devices, ...ids, ...prefixes]) {
        expect(isInScope(plain, device)).toBe(isInScope({ ids, prefixes }, device));
      }
      const otherwise = {
        ids: [...ids, ...ids, ...prefixes.map((prefix) => `${prefix}b`)].reverse(),
        prefixes: [...prefixes, ...prefixes.map((prefix) => `${prefix}a`)].reverse(),
      };
      expect(scopeKey(otherwise)).toBe(scopeKey({ ids, prefixes }));
    }),
  );
});

test('scopes of other devices have other keys', () => {
  const keys = [
    null,
    { ids: [], prefixes: [] },
    { ids: ['a'], prefixes: [] },
    { ids: ['a', 'b'], prefixes: [] },
    { ids: ['a,b'], prefixes: [] },
    { ids: [], prefixes: ['a'] },
    { ids: ['a'], prefixes: ['b'] },
    { ids: [], prefixes: [''] },
  ].map(scopeKey);
  expect(new Set(keys).size).toBe(keys.length);
});
