import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { CACHE } from './options.ts';

/** Lends folders that are gone afterwards, however the run ends; a run beside this one has its own. */
export async function withFolders<Result>(
  use: (folder: (name: string) => string) => Promise<Result>,
): Promise<Result> {
  const { directory, remove } = await scratchFolder();
  try {
    return await use((name) => path.join(directory, name));
  } finally {
    await remove();
  }
}

export async function scratchFolder(): Promise<{ readonly directory: string; remove(): Promise<void> }> {
  const directory = await mkdtemp(path.join(CACHE, 'run-'));
  const atExit = () => rmSync(directory, { recursive: true, force: true });
  process.once('exit', atExit);
  return {
    directory,
    async remove() {
      process.removeListener('exit', atExit);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
