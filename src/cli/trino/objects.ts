import pMap from 'p-map';
import type { S3Location } from '../../config/config.ts';
import {
  inspectObject,
  isQuarantined,
  type ManifestEntry,
  type QuarantinedObject,
} from '../../dataset/inspect.ts';
import { S3Bucket } from '../../storage/s3-bucket.ts';
import { createS3Client } from '../../storage/s3-client.ts';
import { S3DirectStorage } from '../../storage/s3-direct.ts';
import type { Storage, StoredObject } from '../../storage/storage.ts';
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
}

export function bucketStorage(location: S3Location, timeoutMs: number): Storage {
  const bucket = new S3Bucket(createS3Client(location, { timeoutMs }), location, { timeoutMs });
  // An engine is needed to open objects, which nobody does here.
  return new S3DirectStorage(bucket, {
    execute: () => Promise.reject(new Error('expected no object to be opened')),
  });
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
      `expected objects whose keys end in .parquet in ${location}, whose columns the table is to have, but got none`,
    );
  }
  const { entries, broken } = await inspectAll(storage, spread(objects, footers));
  if (entries.length === 0) {
    throw new RegisterError(
      'OBJECTS_UNREADABLE',
      `expected objects that hold readings, but got ${broken[0]?.object.key}: ${broken[0]?.reason}`,
    );
  }
  return { location, objects, entries, broken };
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
