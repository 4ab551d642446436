import { glob, readFile } from 'node:fs/promises';

const isLong = process.env['TEST_EFFORT'] === 'long';

/**
 * What is tried in `npm test`, where everybody waits for it, and what in `npm run test:long`: more cases of the same test.
 * A file that calls it runs in both suites.
 */
export function effort<T>(usual: T, long: T): T {
  return isLong ? long : usual;
}

/** Of the usual tests those that the long suite runs again. */
export async function filesWithEffort(): Promise<string[]> {
  const files = [];
  for await (const file of glob('test/**/*.test.ts')) {
    if ((await readFile(file, 'utf8')).includes('/support/effort.ts')) files.push(file);
  }
  return files;
}
