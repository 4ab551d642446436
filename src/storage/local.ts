import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import {
  DatasetChangedError,
  StorageAccessDeniedError,
  StorageNotFoundError,
  StorageUnavailableError,
  TelemetryError,
} from '../errors.ts';
import { throwIfAborted } from './aborted.ts';
import { canEscapeGlob, escapeGlob } from './escape-glob.ts';
import { assertRange } from './object-range.ts';
import type { OpenObjects, Storage, StorageOptions, StorageSource, StoredObject } from './storage.ts';

const PARQUET = /\.parquet$/i;

/** In place of the ETag of a file that no text names: it is listed so that it can be told of. */
const NOT_UTF8 = 'name-is-not-utf-8';

/** Parquet files of a folder and the folders below it. Names that begin with a dot are left out, linked folders too. */
export class LocalStorage implements Storage {
  readonly source: StorageSource;
  readonly #directory: string;

  constructor(directory: string, kind: 'local' | 'sample' = 'local') {
    this.#directory = path.resolve(directory);
    this.source = { kind, location: this.#directory, mode: 'local' };
  }

  async list({ signal }: StorageOptions = {}): Promise<StoredObject[]> {
    const found: StoredObject[] = [];
    try {
      await this.#collect(Buffer.from(this.#directory), '', found, signal);
    } catch (error) {
      throw this.#error(error);
    }
    // Names that are no text may come out as the same key, or as that of a file that can be read, which then wins.
    const nameless = found.filter(({ etag }) => etag === NOT_UTF8);
    const named = found.filter(({ etag }) => etag !== NOT_UTF8);
    const objects = new Map([...nameless, ...named].map((object) => [object.key, object]));
    return [...objects.values()].sort((one, other) => (one.key < other.key ? -1 : 1));
  }

  unreadable({ key, etag }: StoredObject): string | undefined {
    if (etag === NOT_UTF8) return 'Its name is not valid UTF-8, so it cannot be opened; rename it';
    if (canEscapeGlob(this.#path(key))) return undefined;
    return 'Its path holds a backslash beside one of * ? [, which DuckDB cannot open; rename it';
  }

  async readRange(
    object: StoredObject,
    start: number,
    end: number,
    { signal }: StorageOptions = {},
  ): Promise<Uint8Array> {
    assertRange(object, start, end);
    throwIfAborted(signal);
    try {
      const file = await open(this.#path(object.key));
      try {
        assertSame(object, await file.stat({ bigint: true }));
        const bytes = await readFully(file, start, end);
        // A file that is rewritten in place may have changed between the two.
        assertSame(object, await file.stat({ bigint: true }));
        return bytes;
      } finally {
        await file.close();
      }
    } catch (error) {
      throw this.#error(error, object);
    }
  }

  async open(objects: readonly StoredObject[], { signal }: StorageOptions = {}): Promise<OpenObjects> {
    const verify = () => this.verify(objects, { signal });
    await verify();
    return {
      paths: objects.map(({ key }) => escapeGlob(this.#path(key))),
      verify,
      release: () => {},
    };
  }

  async verify(objects: readonly StoredObject[], { signal }: StorageOptions = {}): Promise<void> {
    throwIfAborted(signal);
    await Promise.all(objects.map((object) => this.#check(object)));
  }

  async close(): Promise<void> {}

  /** @param folder its path in bytes, since names need not be text. */
  async #collect(
    folder: Buffer,
    prefix: string,
    into: StoredObject[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    throwIfAborted(signal);
    const entries = await readdir(folder, { withFileTypes: true, encoding: 'buffer' });
    await Promise.all(
      entries.map(async (entry) => {
        const name = entry.name.toString();
        if (name.startsWith('.')) return;
        const file = Buffer.concat([folder, Buffer.from(path.sep), entry.name]);
        if (entry.isDirectory()) return await this.#collect(file, `${prefix}${name}/`, into, signal);
        if (!PARQUET.test(name)) return;
        const stats = await statListed(file);
        if (stats?.isFile()) into.push(describe(`${prefix}${name}`, stats, isUtf8(file)));
      }),
    );
  }

  async #check(object: StoredObject): Promise<void> {
    try {
      assertSame(object, await stat(this.#path(object.key), { bigint: true }));
    } catch (error) {
      throw this.#error(error, object);
    }
  }

  #path(key: string): string {
    return path.join(this.#directory, ...key.split('/'));
  }

  #error(cause: unknown, object?: StoredObject): Error {
    if (cause instanceof TelemetryError) return cause;
    const code = errorCode(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return object
        ? new DatasetChangedError(`File ${object.key} was removed since it was listed`, { cause })
        : new StorageNotFoundError(
            this.source.kind === 'sample'
              ? 'The sample data is gone; a restart makes it anew'
              : 'The folder that DATA_DIR names does not exist',
            { cause },
          );
    }
    const what = object ? `File ${object.key}` : 'The folder that DATA_DIR names';
    if (code === 'EACCES' || code === 'EPERM') {
      return new StorageAccessDeniedError(`${what} may not be read; give this process's user the right to`, {
        cause,
      });
    }
    return new StorageUnavailableError(`${what} cannot be read (${code ?? 'no reason given'})`, { cause });
  }
}

/** Undefined for a file that went away since its folder was read, and for a link to nowhere. */
async function statListed(file: Buffer): Promise<BigIntStats | undefined> {
  try {
    return await stat(file, { bigint: true });
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function describe(key: string, stats: BigIntStats, named: boolean): StoredObject {
  const etag = named ? fileEtag(stats) : NOT_UTF8;
  return { key, etag, size: Number(stats.size), lastModified: stats.mtime };
}

/** The time alone is not enough: several files can carry the same, and a copy can keep that of its original. */
function fileEtag({ size, mtimeNs, ino }: BigIntStats): string {
  return createHash('sha256').update(`${size} ${mtimeNs} ${ino}`).digest('hex').slice(0, 16);
}

function assertSame(object: StoredObject, stats: BigIntStats): void {
  if (fileEtag(stats) !== object.etag) {
    throw new DatasetChangedError(`File ${object.key} was replaced since it was listed`);
  }
}

async function readFully(file: FileHandle, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start);
  let read = 0;
  while (read < bytes.length) {
    const { bytesRead } = await file.read(bytes, read, bytes.length - read, start + read);
    if (bytesRead === 0) throw new DatasetChangedError('A file became shorter while it was read');
    read += bytesRead;
  }
  return bytes;
}

function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
