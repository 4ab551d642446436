import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { CACHE } from './options.ts';

/** Lends folders that are gone afterwards; a run beside this one has its own. */
export async function withFolders<Result>(
  use: (folder: (name: string) => string) => Promise<Result>,
): Promise<Result> {
  const root = await mkdtemp(path.join(CACHE, 'run-'));
  try {
    return await use((name) => path.join(root, name));
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
