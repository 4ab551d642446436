import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { isAlive } from './is-alive.ts';

const NAME = /^spill-(\d+)-/;

/** A container gives its processes the same pid again and again, so the own pid alone says little. */
const own = new Set<string>();

/**
 * A folder of this process's own for what does not fit into memory: DuckDB gives its files the same names everywhere,
 * so two engines in one folder would read each other's. Folders of processes that are gone are swept.
 */
export async function createSpillFolder(parent: string): Promise<string> {
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    const pid = NAME.exec(name)?.[1];
    const folder = path.join(parent, name);
    const inUse = Number(pid) === process.pid ? own.has(folder) : isAlive(Number(pid));
    if (pid !== undefined && !inUse) await rm(folder, { recursive: true, force: true });
  }
  const folder = await mkdtemp(path.join(parent, `spill-${process.pid}-`));
  own.add(folder);
  return folder;
}
