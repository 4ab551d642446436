import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { isAllowed, licencesOf } from '../../scripts/licences/licences.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const packages = licencesOf(read('package-lock.json'));

test('everything that a release installs has a licence that is allowed', () => {
  expect(packages.length).toBeGreaterThan(100);
  expect(packages.filter(({ licence }) => !isAllowed(licence))).toEqual([]);
});

test('the list has all dependencies, theirs too, and none of development', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, object>;
  const names = packages.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(Object.keys(dependencies ?? {})));
  expect(names).toContain('@smithy/core');
  expect(names.filter((name) => Object.keys(devDependencies ?? {}).includes(name))).toEqual([
    // GraphQL Yoga and Apache Arrow want them as well.
    '@graphql-typed-document-node/core',
    '@types/node',
  ]);
});

test('what the licences of a package say together counts', () => {
  expect(['MIT', '(MIT OR GPL-3.0)', 'MIT AND ISC'].map(isAllowed)).toEqual([true, true, true]);
  expect(['GPL-3.0', 'MIT AND GPL-3.0', 'none', 'UNLICENSED', 'SEE LICENSE IN x'].map(isAllowed)).toEqual(
    Array(5).fill(false),
  );
});
