import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { S3Location } from '../config/config.ts';
import { DatasetChangedError, StorageAccessDeniedError, StorageUnavailableError } from '../errors.ts';
import { abortedError, orAborted, throwIfAborted } from './aborted.ts';
import { coalesce } from './coalesce.ts';
import { assertRange } from './object-range.ts';
import { withinPatience } from './pace.ts';
import { RESPONSE_MS } from './s3-client.ts';
import { describeBucket, toStorageError } from './s3-errors.ts';
import { ifMatch, type ObjectFacts, objectEtag } from './s3-etag.ts';
import { isNoFolder, isParquetName, listObjects } from './s3-listing.ts';
import type { KeyRange, StorageOptions, StoredObject } from './storage.ts';

/** Up to here one HEAD each is cheaper than a listing, which is one request a thousand objects. */
const MOST_HEADS = 8;

/** The SDK repeats a request whose headers do not arrive, but not one whose body breaks off. */
export const BODY_ATTEMPTS = 3;

export interface S3BucketSettings {
  /** Keys a page of a listing; the store's own limit (1,000) when unset. */
  readonly pageSize?: number | undefined;
  /** That of the client. */
  readonly timeoutMs?: number | undefined;
  /** Whether objects of readings may have any name: a table says which they are. Default: names end in `.parquet`. */
  readonly anyName?: boolean | undefined;
}

export type ObjectBody = GetObjectCommandOutput & { readonly Body: Readable };

/** The requests that both S3 modes make. Every one that is about an object fails when the key now holds another. */
export class S3Bucket {
  readonly client: S3Client;
  readonly location: S3Location;
  readonly timeoutMs: number;
  readonly #pageSize: number | undefined;
  readonly #anyName: boolean;
  readonly #listAgain = coalesce(
    async () => new Map((await this.list()).map((object) => [object.key, object])),
  );

  constructor(
    client: S3Client,
    location: S3Location,
    { pageSize, timeoutMs = RESPONSE_MS, anyName = false }: S3BucketSettings = {},
  ) {
    this.client = client;
    this.location = location;
    this.timeoutMs = timeoutMs;
    this.#pageSize = pageSize;
    this.#anyName = anyName;
  }

  get url(): string {
    return `s3://${this.location.bucket}/${this.location.prefix}`;
  }

  list(options: StorageOptions = {}): Promise<StoredObject[]> {
    const isWanted = this.#anyName ? isNoFolder : isParquetName;
    return listObjects(this, { pageSize: this.#pageSize, isWanted, ...options });
  }

  /** Of any name. */
  listRange(range: KeyRange, options: StorageOptions = {}): Promise<StoredObject[]> {
    return listObjects(this, { pageSize: this.#pageSize, isWanted: isNoFolder, ...range, ...options });
  }

  /** @throws DatasetChangedError if the key now holds another object or none. */
  async check(object: StoredObject, { signal }: StorageOptions = {}): Promise<void> {
    try {
      const head = await this.client.send(
        new HeadObjectCommand({ ...this.#address(object), ...ifMatch(object) }),
        signal && { abortSignal: signal },
      );
      assertSame(object, {
        etag: head.ETag,
        size: head.ContentLength ?? object.size,
        lastModified: head.LastModified,
      });
    } catch (error) {
      throw await this.#fault(error, object, signal);
    }
  }

  /**
   * Compares with a new listing, which all who ask at the time share.
   * @throws DatasetChangedError if a key now holds another object or none.
   */
  async checkListed(objects: readonly StoredObject[], { signal }: StorageOptions = {}): Promise<void> {
    const listed = await orAborted(this.#listAgain(), signal);
    for (const object of objects) {
      const now = listed.get(object.key);
      if (!now) throw new DatasetChangedError(`Object ${object.key} was removed since it was listed`);
      if (now.etag !== object.etag || now.size !== object.size) throw replaced(object);
    }
  }

  /** @throws DatasetChangedError if one of the keys now holds another object or none. */
  async verify(objects: readonly StoredObject[], options: StorageOptions = {}): Promise<void> {
    throwIfAborted(options.signal);
    if (objects.length > MOST_HEADS) return await this.checkListed(objects, options);
    await Promise.all(objects.map((object) => this.check(object, options)));
  }

  /** The whole object with its checksum. The caller reads the body to its end or destroys it. */
  async get(object: StoredObject, { signal }: StorageOptions = {}): Promise<ObjectBody> {
    const response = await this.#get(
      object,
      new GetObjectCommand({
        ...this.#address(object),
        ...ifMatch(object),
        ChecksumMode: 'ENABLED',
      }),
      signal,
    );
    return this.#same(object, response, response.ContentLength ?? object.size);
  }

  /** @throws RangeError for a range outside of the object. */
  async readRange(
    object: StoredObject,
    start: number,
    end: number,
    { signal }: StorageOptions = {},
  ): Promise<Uint8Array> {
    assertRange(object, start, end);
    throwIfAborted(signal);
    if (start === end) return new Uint8Array();
    const command = new GetObjectCommand({
      ...this.#address(object),
      ...ifMatch(object),
      Range: `bytes=${start}-${end - 1}`,
    });
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await withinPatience(this, signal, (bounded) =>
          this.#collect(object, command, end - start, bounded),
        );
      } catch (error) {
        if (!(error instanceof BrokenBody)) throw error;
        if (attempt === BODY_ATTEMPTS || signal?.aborted) throw this.error(error.cause, object, signal);
      }
    }
  }

  async #collect(
    object: StoredObject,
    command: GetObjectCommand,
    length: number,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const response = await this.#get(object, command, signal);
    const { Body } = this.#same(object, response, totalSize(response.ContentRange));
    try {
      return await orAborted(collect(Body, length), signal);
    } catch (cause) {
      Body.destroy();
      if (signal.aborted) throw abortedError(signal, cause);
      throw new BrokenBody('The body broke off', { cause });
    }
  }

  error(cause: unknown, object: StoredObject, signal?: AbortSignal): Error {
    return toStorageError(cause, { location: this.location, key: object.key, signal });
  }

  async #get(
    object: StoredObject,
    command: GetObjectCommand,
    signal?: AbortSignal,
  ): Promise<GetObjectCommandOutput> {
    try {
      return await this.client.send(command, signal && { abortSignal: signal });
    } catch (error) {
      throw await this.#fault(error, object, signal);
    }
  }

  /**
   * To whoever may not list the object's path, S3 says "forbidden" also of a key that is gone, so a listing tells them
   * apart.
   */
  async #fault(cause: unknown, object: StoredObject, signal?: AbortSignal): Promise<Error> {
    const error = this.error(cause, object, signal);
    if (!(error instanceof StorageAccessDeniedError)) return error;
    try {
      await this.checkListed([object], { signal });
    } catch (other) {
      if (other instanceof DatasetChangedError) return other;
    }
    return error;
  }

  #same(object: StoredObject, response: GetObjectCommandOutput, size: number | undefined): ObjectBody {
    const { Body } = response;
    if (!(Body instanceof Readable)) throw new TypeError('expected the SDK to answer with a Node stream');
    try {
      if (size === undefined) {
        throw new StorageUnavailableError(`${describeBucket(this.location)} does not answer range requests`);
      }
      assertSame(object, { etag: response.ETag, size, lastModified: response.LastModified });
    } catch (error) {
      Body.destroy();
      throw error;
    }
    return { ...response, Body };
  }

  #address(object: StoredObject): { Bucket: string; Key: string } {
    return { Bucket: this.location.bucket, Key: `${this.location.prefix}${object.key}` };
  }
}

class BrokenBody extends Error {}

/** Not all stores heed `If-Match`. */
function assertSame(object: StoredObject, facts: ObjectFacts): void {
  if (facts.size !== object.size || objectEtag(facts) !== object.etag) {
    throw replaced(object);
  }
}

function replaced({ key }: StoredObject): DatasetChangedError {
  return new DatasetChangedError(`Object ${key} was replaced since it was listed`);
}

/** Answered only with 206: a store that ignores `Range` sends the whole object and no Content-Range. */
function totalSize(contentRange: string | undefined): number | undefined {
  const total = contentRange?.match(/\/(\d+)$/)?.[1];
  return total === undefined ? undefined : Number(total);
}

async function collect(body: Readable, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let received = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    if (received + chunk.length > length) throw new Error(`expected ${length} bytes, but got more`);
    bytes.set(chunk, received);
    received += chunk.length;
  }
  if (received < length) throw new Error(`expected ${length} bytes, but got ${received}`);
  return bytes;
}
