import { createHash, randomUUID } from 'node:crypto';
import { type BigIntStats, createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isAlive } from '../engine/is-alive.ts';

/** `id` says which object, `sha256` which bytes: a file proves by itself that it is whole. */
export interface CacheFile {
  readonly file: string;
  readonly id: string;
  readonly sha256: string;
  readonly size: number;
}

/** A file whose bytes were compared with its name, and what the file system said of it then. */
export interface KnownFile extends CacheFile {
  readonly stamp: string;
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
const UNFINISHED = /^(?:(\d+)-[0-9a-f-]{36}|.*)\.download$/;
/** Names of this process. Another one with its number, as in a container started anew, is a dead one. */
const unfinishedHere = new Set<string>();

/**
 * Makes the folder if need be, removes what unfinished downloads of dead processes left, and tells of the files that
 * are there, the oldest first. Files with other names are left alone, and other processes may use the folder too.
 */
export async function adoptFolder(directory: string): Promise<CacheFile[]> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const found = await Promise.all(
    (await readdir(directory)).map(async (name) => {
      const file = path.join(directory, name);
      if (isLeftOver(name)) await rm(file, { force: true });
      const [, id, sha256] = NAME.exec(name) ?? [];
      if (id === undefined || sha256 === undefined) return [];
      // Undefined when another process has removed it since.
      const stats = await statIfThere(file);
      return stats ? [{ file, id, sha256, size: Number(stats.size), mtimeNs: stats.mtimeNs }] : [];
    }),
  );
  return found.flat().sort((one, other) => (one.mtimeNs < other.mtimeNs ? -1 : 1));
}

/**
 * Has a file written under a passing name and gives it its own when it is whole.
 * @param write fills the file and answers with the SHA-256 of its bytes, in hex.
 */
export async function storeFile(
  directory: string,
  { id, size }: Pick<CacheFile, 'id' | 'size'>,
  write: (file: string) => Promise<string>,
): Promise<KnownFile> {
  const name = `${process.pid}-${randomUUID()}.download`;
  const unfinished = path.join(directory, name);
  unfinishedHere.add(name);
  try {
    // Not synced to the disk: after a crash the hash in the name tells what did not get there.
    const sha256 = await write(unfinished);
    const stored = { file: path.join(directory, `${id}-${sha256}.parquet`), id, sha256, size };
    // Another process may have stored it meanwhile, and would take a file put in its place for a changed one.
    const there = await knowIfIntact(stored, size);
    if (there) {
      await rm(unfinished, { force: true });
      return there;
    }
    await rename(unfinished, stored.file);
    return { ...stored, stamp: (await stampOf(stored.file)) ?? '' };
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  } finally {
    unfinishedHere.delete(name);
  }
}

/** The file if it still holds the bytes that its name says. */
export async function knowIfIntact(cached: CacheFile, size: number): Promise<KnownFile | undefined> {
  try {
    const { file, sha256 } = cached;
    const stats = await stat(file, { bigint: true });
    if (stats.size !== BigInt(size)) return undefined;
    const hash = createHash('sha256');
    await pipeline(createReadStream(file), hash);
    return hash.digest('hex') === sha256 ? { ...cached, size, stamp: stamp(stats) } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether nobody has touched the file since its bytes were compared. */
export async function isUntouched({ file, stamp }: KnownFile): Promise<boolean> {
  return (await stampOf(file)) === stamp;
}

async function stampOf(file: string): Promise<string | undefined> {
  const stats = await statIfThere(file);
  return stats && stamp(stats);
}

/** Whoever writes to a file can set its modification time back, but not its change time. */
function stamp({ size, mtimeNs, ctimeNs, ino }: BigIntStats): string {
  return `${size} ${mtimeNs} ${ctimeNs} ${ino}`;
}

async function statIfThere(file: string): Promise<BigIntStats | undefined> {
  return await stat(file, { bigint: true }).catch((error: unknown) => {
    if (isDiskError(error) && error.code === 'ENOENT') return undefined;
    throw error;
  });
}

function isLeftOver(name: string): boolean {
  const match = UNFINISHED.exec(name);
  if (!match || unfinishedHere.has(name)) return false;
  return match[1] === undefined || !isOtherProcess(Number(match[1]));
}

function isOtherProcess(pid: number): boolean {
  return pid !== process.pid && isAlive(pid);
}

/** An error of the file system, as opposed to one of the network that has a code too. */
export function isDiskError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && DISK_CODES.has(String(error.code));
}
