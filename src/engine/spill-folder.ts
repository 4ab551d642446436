import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

const NAME = /^spill-(\d+)-/;

/**
 * A folder of this process's own for what does not fit into memory: DuckDB gives its files the same names everywhere,
 * so two engines in one folder would read each other's. Folders of processes that are gone are swept.
 */
export async function createSpillFolder(parent: string): Promise<string> {
  await mkdir(parent, { recursive: true });
  for (const name of await readdir(parent)) {
    const pid = Number(NAME.exec(name)?.[1] ?? process.pid);
    if (!isAlive(pid)) await rm(path.join(parent, name), { recursive: true, force: true });
  }
  return mkdtemp(path.join(parent, `spill-${process.pid}-`));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is alive, and another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
