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
import { escapeGlob } from './escape-glob.ts';
import { assertRange } from './object-range.ts';
import type { OpenObjects, Storage, StorageOptions, StorageSource, StoredObject } from './storage.ts';

const PARQUET = /\.parquet$/i;

/** Parquet files of a folder and the folders below it. Names that begin with a dot are left out, linked folders too. */
export class LocalStorage implements Storage {
  readonly source: StorageSource;
  readonly #directory: string;

  constructor(directory: string, kind: 'local' | 'sample' = 'local') {
    this.#directory = path.resolve(directory);
    this.source = { kind, location: this.#directory, mode: 'local' };
  }

  async list({ signal }: StorageOptions = {}): Promise<StoredObject[]> {
    const objects: StoredObject[] = [];
    try {
      await this.#collect('', objects, signal);
    } catch (error) {
      throw this.#error(error);
    }
    return objects.sort((one, other) => (one.key < other.key ? -1 : 1));
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
    const verify = async () => {
      await Promise.all(objects.map((object) => this.#check(object)));
    };
    throwIfAborted(signal);
    await verify();
    return {
      paths: objects.map(({ key }) => escapeGlob(this.#path(key))),
      verify,
      release: () => {},
    };
  }

  async close(): Promise<void> {}

  async #collect(folder: string, into: StoredObject[], signal: AbortSignal | undefined): Promise<void> {
    throwIfAborted(signal);
    const entries = await readdir(path.join(this.#directory, folder), { withFileTypes: true });
    await Promise.all(
      entries
        .filter(({ name }) => !name.startsWith('.'))
        .map(async (entry) => {
          const key = folder === '' ? entry.name : `${folder}/${entry.name}`;
          if (entry.isDirectory()) return await this.#collect(key, into, signal);
          if (!PARQUET.test(key)) return;
          const stats = await this.#statListed(key);
          if (stats?.isFile()) into.push(describe(key, stats));
        }),
    );
  }

  /** Undefined for a file that went away since its folder was read, and for a link to nowhere. */
  async #statListed(key: string): Promise<BigIntStats | undefined> {
    try {
      return await stat(this.#path(key), { bigint: true });
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
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

function describe(key: string, stats: BigIntStats): StoredObject {
  return { key, etag: fileEtag(stats), size: Number(stats.size), lastModified: stats.mtime };
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
