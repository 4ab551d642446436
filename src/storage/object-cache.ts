import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import {
  ConfigError,
  DatasetChangedError,
  ObjectCacheTooSmallError,
  StorageUnavailableError,
} from '../errors.ts';
import { orAborted, throwIfAborted } from './aborted.ts';
import {
  adoptFolder,
  type CacheFile,
  isDiskError,
  isUntouched,
  type KnownFile,
  knowIfIntact,
  storeFile,
} from './cache-folder.ts';
import { CacheSpace, type SpaceEntry } from './cache-space.ts';
import { createLimit } from './limit.ts';
import type { CacheUse, StoredObject } from './storage.ts';

export interface ObjectCacheOptions {
  /** Processes that share it find each other's files, but each keeps to `maxBytes` by what itself knows of. */
  readonly directory: string;
  readonly maxBytes: number;
  /** What tells apart objects of the same key and ETag: store, bucket and prefix. */
  readonly namespace: string;
  /** Writes the object's bytes to `file` and answers with their SHA-256 in hex. */
  readonly download: (object: StoredObject, file: string, signal: AbortSignal) => Promise<string>;
}

export interface HeldObjects {
  /** Paths, in the order asked for. */
  readonly files: readonly string[];
  /** @throws DatasetChangedError if one of the files was changed or removed since its bytes were compared. */
  verify(): Promise<void>;
  release(): void;
}

interface Entry extends SpaceEntry {
  /** A file whose bytes are still to be compared: of an earlier run, or touched by somebody else. */
  adopted?: CacheFile | undefined;
  file?: Promise<KnownFile> | undefined;
  /** Set until `file` is settled. */
  making?: AbortController | undefined;
}

const DOWNLOADS = 4;

/** A bounded folder of whole objects. An object is fetched once for all who want it, and held ones are never removed. */
export class ObjectCache {
  readonly #options: ObjectCacheOptions;
  readonly #space: CacheSpace<Entry>;
  readonly #limit = createLimit(DOWNLOADS);
  readonly #closing = new AbortController();
  #asked = 0;
  #misses = 0;
  /** New files wait for those that make room for them. */
  #removals: Promise<unknown> = Promise.resolve();

  private constructor(options: ObjectCacheOptions) {
    this.#options = options;
    this.#space = new CacheSpace<Entry>(
      options.maxBytes,
      (wanted) => ({ ...wanted, pins: 0 }),
      (entry) => this.#remove(entry),
    );
  }

  /** @throws ConfigError if the folder cannot be made or read. */
  static async create(options: ObjectCacheOptions): Promise<ObjectCache> {
    const cache = new ObjectCache(options);
    try {
      for (const adopted of await adoptFolder(options.directory)) {
        cache.#space.add({ id: adopted.id, size: adopted.size, pins: 0, adopted });
      }
    } catch (error) {
      throw new ConfigError([
        `OBJECT_CACHE_DIR: expected a folder that this process may write to, but ${options.directory} is not (${isDiskError(error) ? error.code : String(error)})`,
      ]);
    }
    await cache.#removals;
    return cache;
  }

  /** What the files take, those under way included. */
  get bytes(): number {
    return this.#space.bytes;
  }

  /** An object that several wait for at once is missed once. */
  get use(): CacheUse {
    return { bytes: this.bytes, hits: this.#asked - this.#misses, misses: this.#misses };
  }

  /**
   * Brings the objects here and holds them until `release`. Waits while others hold what it needs the room of.
   * @throws ObjectCacheTooSmallError if they can never be here together; whatever `download` throws.
   */
  async acquire(objects: readonly StoredObject[], signal?: AbortSignal): Promise<HeldObjects> {
    const either = signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal;
    throwIfAborted(either);
    const byId = new Map(objects.map((object) => [this.#id(object), object]));
    this.#assertFits([...byId.values()]);

    const wanted = Array.from(byId, ([id, { size }]) => ({ id, size }));
    const entries = await this.#space.hold(wanted, either);
    const release = once(() => this.#release(entries));
    try {
      const made = entries.map(async (entry) => [entry.id, await this.#file(entry, byId)] as const);
      const files = new Map(await orAborted(Promise.all(made), either));
      return {
        files: objects.map((object) => files.get(this.#id(object))?.file ?? ''),
        verify: () => assertUntouched([...files.values()]),
        release,
      };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Ends downloads and those who wait. Files stay for the next run. */
  close(): void {
    this.#closing.abort();
  }

  #assertFits(objects: readonly StoredObject[]): void {
    const { maxBytes } = this.#options;
    const needed = objects.reduce((sum, { size }) => sum + size, 0);
    if (needed <= maxBytes) return;
    throw new ObjectCacheTooSmallError(
      `The ${objects.length} objects of one statement take ${needed} bytes together, but OBJECT_CACHE_MAX_BYTES allows ${maxBytes}; raise it to at least ${needed}`,
    );
  }

  async #file(entry: Entry, byId: ReadonlyMap<string, StoredObject>): Promise<KnownFile> {
    const object = byId.get(entry.id);
    if (!object) throw new TypeError('expected an entry of one of the objects asked for');
    this.#asked++;
    const made = entry.file;
    if (made) {
      const known = await made;
      if (await isUntouched(known)) return known;
      // Somebody tidied the folder or wrote to the file. Of all who notice, the first has it compared or fetched again.
      if (entry.file === made) {
        entry.file = undefined;
        entry.adopted = known;
      }
    }
    entry.file ??= this.#make(entry, object);
    return entry.file;
  }

  #make(entry: Entry, object: StoredObject): Promise<KnownFile> {
    const making = new AbortController();
    entry.making = making;
    const file = this.#limit(() => this.#adoptOrDownload(entry, object, making.signal))
      .catch((error: unknown) => {
        this.#space.drop(entry);
        throw toCacheError(error);
      })
      .finally(() => {
        entry.making = undefined;
      });
    // Those who waited for it may all have gone.
    file.catch(() => {});
    return file;
  }

  async #adoptOrDownload(entry: Entry, object: StoredObject, signal: AbortSignal): Promise<KnownFile> {
    const { adopted } = entry;
    if (adopted) {
      const known = await knowIfIntact(adopted, object.size);
      if (known) {
        entry.adopted = undefined;
        return known;
      }
      await rm(adopted.file, { force: true });
      entry.adopted = undefined;
      if (entry.pins === 0) signal = AbortSignal.abort();
    }
    await this.#removals;
    return await storeFile(this.#options.directory, { id: entry.id, size: object.size }, async (file) => {
      throwIfAborted(signal);
      this.#misses++;
      const sha256 = await this.#options.download(object, file, signal);
      throwIfAborted(signal);
      return sha256;
    });
  }

  #release(entries: readonly Entry[]): void {
    this.#space.release(entries);
    for (const entry of entries) {
      if (entry.pins > 0 || !entry.making || entry.adopted) continue;
      // Nobody waits for this download any more.
      entry.making.abort();
      this.#space.drop(entry);
    }
  }

  #remove(entry: Entry): void {
    const file = entry.adopted ? Promise.resolve(entry.adopted) : entry.file;
    const removal = file?.then((known) => rm(known.file, { force: true })).catch(() => {});
    this.#removals = Promise.all([this.#removals, removal]);
  }

  #id(object: StoredObject): string {
    return createHash('sha256')
      .update(JSON.stringify([this.#options.namespace, object.key, object.etag, object.size]))
      .digest('hex')
      .slice(0, 32);
  }
}

async function assertUntouched(files: readonly KnownFile[]): Promise<void> {
  const untouched = await Promise.all(files.map(isUntouched));
  if (untouched.every(Boolean)) return;
  throw new DatasetChangedError('A file in the cache folder was changed or removed while it was read');
}

function toCacheError(error: unknown): unknown {
  if (!isDiskError(error)) return error;
  const message = `The cache folder (OBJECT_CACHE_DIR) cannot be written (${error.code})`;
  return new StorageUnavailableError(message, { cause: error });
}

function once(run: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    run();
  };
}
