import type { RunOptions } from '../../engine/engine.ts';
import { EngineUnavailableError } from '../../errors.ts';
import type {
  CacheUse,
  OpenObjects,
  Storage,
  StorageOptions,
  StorageSource,
  StoredObject,
} from '../../storage/storage.ts';
import type { ClusterTable } from './cluster-table.ts';

/** For the statements that the listing needs: a listing has no deadline of its own. */
const LISTING: RunOptions = { unrefusable: true };

/**
 * The objects that are part of the table. Where the table knows its files itself (Iceberg, Delta), the bucket also holds such as
 * are no part of it any more, or not yet: what a compaction has replaced would be counted twice.
 */
export class TableStorage implements Storage {
  private readonly storage: Storage;
  private readonly table: ClusterTable;

  constructor(storage: Storage, table: ClusterTable) {
    this.storage = storage;
    this.table = table;
  }

  get source(): StorageSource {
    return this.storage.source;
  }

  get cacheUse(): CacheUse | undefined {
    return this.storage.cacheUse;
  }

  /** @throws EngineUnavailableError when the table cannot tell its files, or has some that the bucket does not */
  async list(options: StorageOptions = {}): Promise<StoredObject[]> {
    // In this order: a file is there before it is part of the table.
    const files = await this.table.files({ ...LISTING, ...options });
    const listed = await this.storage.list(options);
    if (files === undefined) return listed;
    const objects = listed.filter((object) => files.has(this.table.pathOf(object)));
    if (objects.length < files.size) {
      const { location } = this.storage.source;
      const named = this.table.format === 'iceberg' ? ' as *.parquet' : '';
      throw new EngineUnavailableError(
        `expected all files of the table${named} under ${location}, but ${files.size - objects.length} of ${files.size} are not there; S3_BUCKET and S3_PREFIX say where`,
      );
    }
    return objects;
  }

  readRange(object: StoredObject, start: number, end: number, options?: StorageOptions): Promise<Uint8Array> {
    return this.storage.readRange(object, start, end, options);
  }

  unreadable(object: StoredObject): string | undefined {
    return this.storage.unreadable?.(object);
  }

  verify(objects: readonly StoredObject[], options?: StorageOptions): Promise<void> {
    return this.storage.verify(objects, options);
  }

  open(objects: readonly StoredObject[], options?: StorageOptions): Promise<OpenObjects> {
    return this.storage.open(objects, options);
  }

  close(): Promise<void> {
    return this.storage.close();
  }
}
