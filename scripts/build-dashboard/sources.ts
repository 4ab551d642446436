import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');
export const DASHBOARD = path.join(ROOT, 'dashboard');
export const DIST = path.join(DASHBOARD, 'dist');
/** What the build was made of. It stands beside the build, and is not given out. */
export const STAMP = path.join(DIST, 'sources.sha256');

/** A hash of all that the build is made of, the versions of packages included: times of files tell less. */
export async function dashboardSources(): Promise<string> {
  const entries = await readdir(DASHBOARD, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !file.startsWith(DIST + path.sep))
    .sort();
  const hash = createHash('sha256');
  for (const file of [...files, path.join(ROOT, 'package-lock.json')]) {
    hash.update(`${path.relative(ROOT, file)}\n`).update(await readFile(file));
  }
  return hash.digest('hex');
}

export async function isCurrent(sources: string): Promise<boolean> {
  return (await readFile(STAMP, 'utf8').catch(() => undefined)) === sources;
}
