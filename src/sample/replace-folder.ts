import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/**
 * Fills a new folder beside `directory` and then puts it in its place. Until then `directory` stays as it was, whenever
 * the process is killed; what earlier kills left behind is swept away afterwards.
 */
export async function replaceFolder(
  directory: string,
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  const unfinished = `${directory}.unfinished-`;
  const folder = await mkdtemp(unfinished);
  try {
    await fill(folder);
    await moveAway(directory, path.join(await mkdtemp(unfinished), 'replaced'));
    await rename(folder, directory);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  await sweep(unfinished);
}

/** A folder with files in it cannot be renamed over, so there is a moment when `directory` does not exist. */
async function moveAway(directory: string, to: string): Promise<void> {
  await rename(directory, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

async function sweep(prefix: string): Promise<void> {
  const parent = path.dirname(prefix);
  const names = (await readdir(parent)).filter((name) => name.startsWith(path.basename(prefix)));
  await Promise.all(names.map((name) => rm(path.join(parent, name), { recursive: true, force: true })));
}
