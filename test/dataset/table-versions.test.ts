import { expect, test } from 'vitest';
import { TableVersions } from '../../src/dataset/cluster/table-versions.ts';

const version = (name: string, files: string, schema?: string) => ({
  name,
  paths: new Set(files),
  ...(schema !== undefined && { schema }),
});

/** @param noted name and files of each version, a letter a file */
function versionsOf(...noted: readonly (readonly [name: string, files: string])[]): TableVersions {
  const versions = new TableVersions();
  for (const [name, files] of noted) versions.note(version(name, files));
  return versions;
}

test.each([
  ['abc', 'v2'],
  ['ac', 'v2'],
  ['cd', 'v3'],
  ['c', 'v3'],
  ['ad', undefined],
  ['ax', undefined],
])('of %s: %s is the latest version that has them all', (files, name) => {
  expect(versionsOf(['v1', 'ab'], ['v2', 'abc'], ['v3', 'cd']).withAll([...files])).toBe(name);
});

test('a file that comes back is not taken for one that was there all along', () => {
  const versions = versionsOf(['v1', 'ab'], ['v2', 'a'], ['v3', 'b']);
  // In v1 they were together, but of that version only this is known of `b`: that it is there since v3.
  expect(versions.withAll(['a', 'b'])).toBeUndefined();
  expect(versions.withAll(['a'])).toBe('v2');
  expect(versions.withAll(['b'])).toBe('v3');
});

test('other columns, and another table with the same numbers, leave nothing of older versions', () => {
  const versions = versionsOf(['1', 'ab'], ['2', 'bc']);
  versions.note(version('3', 'cd', 'other columns'));
  expect([versions.withAll(['b']), versions.withAll(['c'])]).toEqual([undefined, '3']);
  versions.note(version('4', 'de', 'other columns'));
  versions.note(version('2', 'ef', 'other columns'));
  expect([versions.withAll(['d']), versions.withAll(['e'])]).toEqual([undefined, '2']);
});

test('the same version again changes nothing; old ones are forgotten', () => {
  const versions = new TableVersions();
  const first = version('v0', 'a');
  versions.note(first);
  versions.note(first);
  expect(versions.withAll(['a'])).toBe('v0');
  for (let number = 1; number < 16; number++) versions.note(version(`v${number}`, 'b'));
  expect(versions.withAll(['a'])).toBe('v0');
  versions.note(version('v16', 'b'));
  expect([versions.withAll(['a']), versions.withAll(['b'])]).toEqual([undefined, 'v16']);
});
