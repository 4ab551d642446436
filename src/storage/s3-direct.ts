import type { EngineAdmin } from '../engine/engine.ts';
import { orAborted, throwIfAborted } from './aborted.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { toStorageError } from './s3-errors.ts';
import { S3Secret } from './s3-secret.ts';
import type {
  KeyRange,
  OpenObjects,
  Storage,
  StorageOptions,
  StorageSource,
  StoredObject,
} from './storage.ts';

/**
 * DuckDB reads the ranges it needs from S3 itself. It compares ETags between its own requests, but cannot ask for the
 * one that the snapshot lists, so a statement counts only after `verify`.
 */
export class S3DirectStorage implements Storage {
  readonly source: StorageSource;
  readonly #bucket: S3Bucket;
  readonly #secret: S3Secret;

  /** @param admin of an engine that has httpfs loaded (see `loadHttpfs`). */
  constructor(bucket: S3Bucket, admin: EngineAdmin) {
    this.source = { kind: 's3', location: bucket.url, mode: 'direct' };
    this.#bucket = bucket;
    this.#secret = new S3Secret(bucket.client, bucket.location, admin);
  }

  list(options?: StorageOptions): Promise<StoredObject[]> {
    return this.#bucket.list(options);
  }

  listRange(range: KeyRange, options?: StorageOptions): Promise<StoredObject[]> {
    return this.#bucket.listRange(range, options);
  }

  readRange(object: StoredObject, start: number, end: number, options?: StorageOptions): Promise<Uint8Array> {
    return this.#bucket.readRange(object, start, end, options);
  }

  async open(objects: readonly StoredObject[], { signal }: StorageOptions = {}): Promise<OpenObjects> {
    throwIfAborted(signal);
    try {
      await orAborted(this.#secret.refresh({ signal }), signal);
    } catch (error) {
      throw toStorageError(error, { location: this.#bucket.location, signal });
    }
    return {
      paths: objects.map((object) => `${this.#bucket.url}${object.key}`),
      verify: () => this.verify(objects, { signal }),
      release: () => {},
    };
  }

  verify(objects: readonly StoredObject[], options?: StorageOptions): Promise<void> {
    return this.#bucket.verify(objects, options);
  }

  async close(): Promise<void> {
    this.#bucket.client.destroy();
  }
}
