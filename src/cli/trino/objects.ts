import pMap from 'p-map';
import type { S3Location } from '../../config/config.ts';
import type { TrinoConfig } from '../../config/trino-settings.ts';
import { DeltaLog } from '../../dataset/delta/delta-log.ts';
import {
  inspectObject,
  isQuarantined,
  type ManifestEntry,
  type QuarantinedObject,
} from '../../dataset/inspect.ts';
import { S3Bucket } from '../../storage/s3-bucket.ts';
import { createS3Client } from '../../storage/s3-client.ts';
import { S3DirectStorage } from '../../storage/s3-direct.ts';
import type { Storage, StorageOptions, StoredObject } from '../../storage/storage.ts';
import { spread } from '../spread.ts';
import { RegisterError } from './register-error.ts';

/** Footers read at once, as many as the service does. */
const CONCURRENCY = 16;

/** What is in the bucket, and what some footers say. */
export interface BucketContents {
  /** `s3://bucket/prefix/` */
  readonly location: string;
  readonly objects: readonly StoredObject[];
  /** Those that were looked into and hold readings. */
  readonly entries: readonly ManifestEntry[];
  /** Those that were looked into and do not. */
  readonly broken: readonly QuarantinedObject[];
  /** Keys of others in the folder that are no Parquet: deletion vectors of versions past of a Delta table. */
  readonly vectors: readonly string[];
}

/** @param format says which objects of the bucket are listed */
export function bucketStorage(
  location: S3Location,
  { format, timeoutMs }: { format: TrinoConfig['format']; timeoutMs: number },
): Storage {
  const anyName = format === 'delta';
  const bucket = new S3Bucket(createS3Client(location, { timeoutMs }), location, { timeoutMs, anyName });
  // An engine is needed to open objects, which nobody does here.
  const engine = { execute: () => Promise.reject(new Error('expected no object to be opened')) };
  return anyName ? new DeltaStorage(bucket, engine) : new S3DirectStorage(bucket, engine);
}

/** The files of a Delta table. */
class DeltaStorage extends S3DirectStorage {
  private readonly log = new DeltaLog(this);

  override async list(options?: StorageOptions): Promise<StoredObject[]> {
    const { keys } = await this.log.current(options);
    return (await super.list(options)).filter(({ key }) => keys.has(key));
  }
}

/**
 * @param footers the most objects that are looked into, evenly spread over the keys
 * @throws RegisterError where there is nothing to make a table of; faults of the store
 */
export async function lookInto(storage: Storage, footers: number): Promise<BucketContents> {
  const { location } = storage.source;
  const objects = await storage.list();
  if (objects.length === 0) {
    throw new RegisterError(
      'BUCKET_EMPTY',
      `expected objects of readings in ${location}, whose columns the table is to have, but got none; their keys end in .parquet, unless a Delta table names them`,
    );
  }
  const { entries, broken } = await inspectAll(storage, spread(objects, footers));
  if (entries.length === 0) {
    throw new RegisterError(
      'OBJECTS_UNREADABLE',
      `expected objects that hold readings, but got ${broken[0]?.object.key}: ${broken[0]?.reason}`,
    );
  }
  const beside = storage instanceof DeltaStorage ? await storage.listRange({}) : [];
  const vectors = beside.map(({ key }) => key).filter((key) => /(^|\/)deletion_vector_[^/]*\.bin$/.test(key));
  return { location, objects, entries, broken, vectors };
}

export async function inspectAll(
  storage: Storage,
  objects: readonly StoredObject[],
): Promise<Pick<BucketContents, 'entries' | 'broken'>> {
  const inspections = await pMap(objects, (object) => inspectObject(storage, object), {
    concurrency: CONCURRENCY,
  });
  return {
    entries: inspections.filter((inspection): inspection is ManifestEntry => !isQuarantined(inspection)),
    broken: inspections.filter(isQuarantined),
  };
}
