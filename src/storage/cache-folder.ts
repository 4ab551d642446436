import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

/** `id` says which object, `sha256` which bytes: a file proves by itself that it is whole. */
export interface CacheFile {
  readonly file: string;
  readonly id: string;
  readonly sha256: string;
  readonly size: number;
}

const NAME = /^([0-9a-f]{32})-([0-9a-f]{64})\.parquet$/;
const DISK_CODES = new Set([
  'EACCES',
  'EDQUOT',
  'EIO',
  'EMFILE',
  'ENOENT',
  'ENOSPC',
  'ENOTDIR',
  'EPERM',
  'EROFS',
]);
const UNFINISHED = /\.download$/;

/**
 * Makes the folder if need be, removes what unfinished downloads left, and tells of the files of an earlier run, the
 * oldest first. The folder belongs to one process at a time; files with other names are left alone.
 */
export async function adoptFolder(directory: string): Promise<CacheFile[]> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const found = await Promise.all(
    (await readdir(directory)).map(async (name) => {
      const file = path.join(directory, name);
      if (UNFINISHED.test(name)) await rm(file, { force: true });
      const [, id, sha256] = NAME.exec(name) ?? [];
      if (id === undefined || sha256 === undefined) return [];
      const { size, mtimeMs } = await stat(file);
      return [{ file, id, sha256, size, mtimeMs }];
    }),
  );
  return found.flat().sort((one, other) => one.mtimeMs - other.mtimeMs);
}

/**
 * Has a file written under a passing name and gives it its own when it is whole.
 * @param write fills the file and answers with the SHA-256 of its bytes, in hex.
 */
export async function storeFile(
  directory: string,
  id: string,
  write: (file: string) => Promise<string>,
): Promise<string> {
  const unfinished = path.join(directory, `${randomUUID()}.download`);
  try {
    // Not synced to the disk: after a crash the hash in the name tells what did not get there.
    const sha256 = await write(unfinished);
    const file = path.join(directory, `${id}-${sha256}.parquet`);
    await rename(unfinished, file);
    return file;
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** Whether the file still holds the bytes that its name says. */
export async function isIntact({ file, sha256 }: CacheFile, size: number): Promise<boolean> {
  try {
    if (!(await hasSize(file, size))) return false;
    const hash = createHash('sha256');
    await pipeline(createReadStream(file), hash);
    return hash.digest('hex') === sha256;
  } catch {
    return false;
  }
}

export async function hasSize(file: string, size: number): Promise<boolean> {
  const stats = await stat(file).catch(() => undefined);
  return stats?.size === size;
}

/** An error of the file system, as opposed to one of the network that has a code too. */
export function isDiskError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && DISK_CODES.has(String(error.code));
}
