import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LocalStorage } from '../../storage/local.ts';
import { makeScratch } from './scratch.ts';
import { type Sink, UNFINISHED } from './sink.ts';

/** The scratch folder lies inside, so that finished files are renamed and never copied; the dot hides it. */
export async function openFolder(directory: string): Promise<Sink> {
  await mkdir(directory, { recursive: true });
  const scratch = makeScratch(path.join(directory, '.unfinished-'));
  const marker = path.join(directory, UNFINISHED);
  return {
    location: path.resolve(directory),
    scratch: scratch.directory,
    async put(file, key) {
      const target = path.join(directory, ...key.split('/'));
      await mkdir(path.dirname(target), { recursive: true });
      await rename(file, target);
    },
    async list() {
      return (await new LocalStorage(directory).list()).map(({ key }) => key);
    },
    remove: (key) => rm(path.join(directory, ...key.split('/'))),
    async readMark() {
      try {
        return await readFile(marker, 'utf8');
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      }
    },
    begin: (mark) => writeFile(marker, mark),
    finish: () => rm(marker, { force: true }),
    close: () => scratch.remove(),
    abandon: () => scratch.removeNow(),
  };
}
