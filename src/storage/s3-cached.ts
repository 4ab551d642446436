import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { ObjectUnreadableError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { abortedError, throwIfAborted } from './aborted.ts';
import { isDiskError } from './cache-folder.ts';
import { escapeGlob } from './escape-glob.ts';
import { ObjectCache } from './object-cache.ts';
import { atPace } from './pace.ts';
import { BODY_ATTEMPTS, type ObjectBody, type S3Bucket } from './s3-bucket.ts';
import { md5OfEtag } from './s3-etag.ts';
import type {
  CacheUse,
  KeyRange,
  OpenObjects,
  Storage,
  StorageOptions,
  StorageSource,
  StoredObject,
} from './storage.ts';

export interface CacheSettings {
  readonly directory: string;
  readonly maxBytes: number;
  readonly log?: Logger | undefined;
}

/** The SDK's stream fails with a message that begins so; it has no class of its own. */
const MISMATCH = 'Checksum mismatch';

/**
 * Whole objects, fetched with `If-Match` and compared with their checksum, in a folder that DuckDB reads. For machines
 * without httpfs, and for stores or networks whose bytes are not to be trusted.
 */
export class S3CachedStorage implements Storage {
  readonly source: StorageSource;
  readonly #bucket: S3Bucket;
  readonly #cache: ObjectCache;
  readonly #settings: CacheSettings;
  #tooSmall = false;

  private constructor(bucket: S3Bucket, cache: ObjectCache, settings: CacheSettings) {
    this.source = { kind: 's3', location: bucket.url, mode: 'cached' };
    this.#bucket = bucket;
    this.#cache = cache;
    this.#settings = settings;
  }

  /** @throws ConfigError if the folder cannot be used. */
  static async create(bucket: S3Bucket, settings: CacheSettings): Promise<S3CachedStorage> {
    const cache = await ObjectCache.create({
      directory: settings.directory,
      maxBytes: settings.maxBytes,
      namespace: `${bucket.location.endpoint ?? ''} ${bucket.url}`,
      download: (object, file, signal) => download(bucket, object, file, signal),
    });
    return new S3CachedStorage(bucket, cache, settings);
  }

  get cacheUse(): CacheUse {
    return this.#cache.use;
  }

  async list(options?: StorageOptions): Promise<StoredObject[]> {
    const objects = await this.#bucket.list(options);
    this.#warnIfTooSmall(objects);
    return objects;
  }

  listRange(range: KeyRange, options?: StorageOptions): Promise<StoredObject[]> {
    return this.#bucket.listRange(range, options);
  }

  readRange(object: StoredObject, start: number, end: number, options?: StorageOptions): Promise<Uint8Array> {
    return this.#bucket.readRange(object, start, end, options);
  }

  async open(objects: readonly StoredObject[], { signal }: StorageOptions = {}): Promise<OpenObjects> {
    const held = await this.#cache.acquire(objects, signal);
    return {
      paths: held.files.map(escapeGlob),
      verify: async () => {
        throwIfAborted(signal);
        await held.verify();
      },
      release: held.release,
    };
  }

  verify(objects: readonly StoredObject[], options?: StorageOptions): Promise<void> {
    return this.#bucket.verify(objects, options);
  }

  async close(): Promise<void> {
    this.#cache.close();
    this.#bucket.client.destroy();
  }

  /** Once for as long as it lasts: a statement over all objects will fail, one over fewer may still be answered. */
  #warnIfTooSmall(objects: readonly StoredObject[]): void {
    const { maxBytes, log } = this.#settings;
    const needed = objects.reduce((sum, { size }) => sum + size, 0);
    if (needed > maxBytes && !this.#tooSmall) {
      log?.warn(
        { needed, allowed: maxBytes, setting: 'OBJECT_CACHE_MAX_BYTES' },
        `All objects together take ${needed} bytes, but OBJECT_CACHE_MAX_BYTES allows ${maxBytes}: statements over all of them fail; raise it to at least ${needed}`,
      );
    }
    this.#tooSmall = needed > maxBytes;
  }
}

/** Fetches anew after a body that broke off, and once after one that differs from its checksum. */
async function download(
  bucket: S3Bucket,
  object: StoredObject,
  file: string,
  signal: AbortSignal,
): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await bucket.get(object, { signal });
    try {
      return await writeVerified(response, object, file, { signal, timeoutMs: bucket.timeoutMs });
    } catch (cause) {
      if (signal.aborted) throw abortedError(signal, cause);
      if (isDiskError(cause)) throw cause;
      const damaged = isMismatch(cause);
      if (attempt < (damaged ? 2 : BODY_ATTEMPTS)) continue;
      throw damaged
        ? new ObjectUnreadableError(`Object ${object.key} differs from its checksum`, { cause })
        : bucket.error(cause, object);
    }
  }
}

async function writeVerified(
  response: ObjectBody,
  object: StoredObject,
  file: string,
  { signal, timeoutMs }: { signal: AbortSignal; timeoutMs: number },
): Promise<string> {
  const expectedMd5 = hasChecksum(response) ? undefined : md5OfEtag(object.etag, response);
  const md5 = expectedMd5 === undefined ? undefined : createHash('md5');
  const sha256 = createHash('sha256');
  let length = 0;

  await pipeline(
    response.Body,
    async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of atPace(chunks, timeoutMs)) {
        sha256.update(chunk);
        md5?.update(chunk);
        length += chunk.length;
        yield chunk;
      }
    },
    createWriteStream(file),
    { signal },
  );

  if (length !== object.size) throw new Error(`expected ${object.size} bytes, but got ${length}`);
  if (md5?.digest('hex') !== expectedMd5) throw new Error(`${MISMATCH}: expected the MD5 ${expectedMd5}`);
  return sha256.digest('hex');
}

function isMismatch(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith(MISMATCH);
}

/** Whether the SDK compares the body: not with the checksums of a multipart upload's parts, which end in `-` and a number. */
function hasChecksum(response: ObjectBody): boolean {
  const { ChecksumCRC64NVME, ChecksumCRC32, ChecksumCRC32C, ChecksumSHA256, ChecksumSHA1 } = response;
  return [ChecksumCRC64NVME, ChecksumCRC32, ChecksumCRC32C, ChecksumSHA256, ChecksumSHA1].some(
    (checksum) => checksum !== undefined && !/-\d+$/.test(checksum),
  );
}
