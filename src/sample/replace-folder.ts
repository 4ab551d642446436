import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/** Whether a folder holds what `fill` would make. */
type IsCurrent = (folder: string) => Promise<boolean>;

/**
 * Fills a new folder beside `directory` and then puts it in its place. Until then `directory` stays as it was, whenever
 * the process is killed; what earlier kills left unfinished is swept away afterwards.
 *
 * Of several processes at once the first to finish wins. The others' calls fail: their folders were swept away, or they
 * found `directory` current.
 *
 * @throws whatever `fill` throws, and the file system's errors
 */
export async function replaceFolder(
  directory: string,
  { fill, isCurrent }: { fill: (folder: string) => Promise<void>; isCurrent: IsCurrent },
): Promise<void> {
  const unfinished = `${directory}.unfinished-`;
  const folder = await mkdtemp(unfinished);
  try {
    await fill(folder);
    await putInPlace(folder, directory, isCurrent);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
  await sweep(unfinished);
}

async function putInPlace(folder: string, directory: string, isCurrent: IsCurrent): Promise<void> {
  for (;;) {
    try {
      return await rename(folder, directory);
    } catch (error) {
      // A folder with files in it cannot be renamed over.
      if (isNotFound(error) || (await isCurrent(directory))) throw error;
    }
    await moveAway(directory, await mkdtemp(`${directory}.replaced-`), isCurrent);
  }
}

async function moveAway(directory: string, to: string, isCurrent: IsCurrent): Promise<void> {
  try {
    await rename(directory, to);
    // Another process may have put its folder there since we looked.
    if (await isCurrent(to)) await rename(to, directory);
  } catch (error) {
    // Another process was faster to move it away, or to put its own there.
    if (!isNotFound(error) && !isNotEmpty(error)) throw error;
  } finally {
    await rm(to, { recursive: true, force: true });
  }
}

/** Takes the folders' names away first, so that none is put in place when it is half removed. */
async function sweep(prefix: string): Promise<void> {
  const parent = path.dirname(prefix);
  const names = (await readdir(parent)).filter((name) => name.startsWith(path.basename(prefix)));
  await Promise.all(
    names.map(async (name) => {
      const swept = path.join(parent, `${name}.swept`);
      try {
        await rename(path.join(parent, name), swept);
        await rm(swept, { recursive: true, force: true });
      } catch (error) {
        // Its own process was faster.
        if (!isNotFound(error)) throw error;
      }
    }),
  );
}

const isNotFound = (error: unknown) => codeOf(error) === 'ENOENT';
const isNotEmpty = (error: unknown) => codeOf(error) === 'ENOTEMPTY' || codeOf(error) === 'EEXIST';

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
