import type { RunOptions } from '../engine/engine.ts';

/** One Parquet file in the bucket or folder. Immutable: other bytes under the same key are another object. */
export interface StoredObject {
  /** Path below the prefix or folder's root, `/`-separated, whatever the operating system. */
  readonly key: string;
  /** Changes whenever the bytes change. S3's ETag without quotes; for a file a digest of size, mtime and inode. */
  readonly etag: string;
  /** Bytes. */
  readonly size: number;
  readonly lastModified: Date;
}

/** Keys to be listed. */
export interface KeyRange {
  /** What they begin with. */
  readonly begin?: string;
  /** They come after this one. */
  readonly after?: string;
}

export type StorageOptions = Pick<RunOptions, 'signal'>;

/** Where the readings come from and how they are read. */
export interface StorageSource {
  /** `sample` is a local folder that we generated. */
  readonly kind: 'sample' | 'local' | 's3';
  /** `s3://bucket/prefix` or a folder. */
  readonly location: string;
  readonly mode: 'local' | 'direct' | 'cached';
}

/** Objects held readable for one statement. Call `release` when it is over, whatever its outcome. */
export interface OpenObjects {
  /** What the engine opens, in the order of the objects asked for. */
  readonly paths: readonly string[];
  /**
   * Proves after the statement that it read the very objects that were asked for.
   * @throws DatasetChangedError if one of them was replaced or removed meanwhile.
   */
  verify(): Promise<void>;
  release(): void;
}

/**
 * Lists objects and makes them readable for the engine. Three modes, one interface.
 * Every method throws StorageUnavailableError or its kinds when the store does not answer or refuses.
 */
export interface Storage {
  readonly source: StorageSource;
  /**
   * Every `*.parquet` object at any depth, ordered by key (by code unit), read to the last page. In the bucket of a table that
   * knows its files itself, every object.
   */
  list(options?: StorageOptions): Promise<StoredObject[]>;
  /** Objects of any name; unset: there are none but those that are listed (a folder). */
  listRange?(range: KeyRange, options?: StorageOptions): Promise<StoredObject[]>;
  /**
   * Reads bytes `start` (inclusive) to `end` (exclusive) of exactly this object.
   * @throws DatasetChangedError if the key now holds another object or none.
   */
  readRange(object: StoredObject, start: number, end: number, options?: StorageOptions): Promise<Uint8Array>;
  /** Why the engine could never open this object, whatever its bytes; undefined when nothing speaks against it. */
  unreadable?(object: StoredObject): string | undefined;
  /**
   * Proves that the store still has these very objects, for whoever reads them elsewhere than by `open`.
   * @throws DatasetChangedError if one of them was replaced or removed since it was listed.
   */
  verify(objects: readonly StoredObject[], options?: StorageOptions): Promise<void>;
  /** The signal holds for `verify` too. @throws DatasetChangedError, ObjectUnreadableError, ObjectCacheTooSmallError */
  open(objects: readonly StoredObject[], options?: StorageOptions): Promise<OpenObjects>;
  /** Of the folder of whole objects; undefined where there is none. */
  readonly cacheUse?: CacheUse | undefined;
  close(): Promise<void>;
}

export interface CacheUse {
  /** What the objects in the folder take. */
  readonly bytes: number;
  /** Objects that a statement found there, since the start. */
  readonly hits: number;
  /** Objects that had to be fetched. */
  readonly misses: number;
}
