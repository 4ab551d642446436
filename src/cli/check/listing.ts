import { readdir } from 'node:fs/promises';
import type { Config } from '../../config/config.ts';
import { StorageAccessDeniedError, StorageNotFoundError, StorageUnavailableError } from '../../errors.ts';
import type { Storage, StoredObject } from '../../storage/storage.ts';
import { megabytes } from '../generate/generate.ts';
import { nearestPrefixes, otherKeys } from './near.ts';
import { refusalMend, toList } from './refusal.ts';
import { type Finding, fail, type Looked, ok } from './report.ts';

/** Whether the prefix can be listed, and what is there. */
export async function lookAtListing(
  storage: Storage,
  data: Config['data'],
): Promise<Looked<readonly StoredObject[]>> {
  const started = performance.now();
  try {
    const objects = await storage.list();
    const seconds = ((performance.now() - started) / 1000).toFixed(3);
    if (objects.length === 0) return { findings: [await emptyFinding(storage, data)] };
    const bytes = objects.reduce((sum, { size }) => sum + size, 0);
    const newest = new Date(Math.max(...objects.map(({ lastModified }) => lastModified.getTime())));
    const found = `${objects.length} Parquet objects (${megabytes(bytes)}), the newest of ${newest.toISOString()}, listed in ${seconds} s`;
    return { findings: [ok(found)], value: objects };
  } catch (error) {
    if (!(error instanceof StorageUnavailableError)) throw error;
    return { findings: [fail(error.message, mendOf(error, data))] };
  }
}

function mendOf(error: StorageUnavailableError, data: Config['data']): string {
  if (data.kind !== 's3') return 'mend DATA_DIR: a folder that the user of the service may read';
  if (error instanceof StorageAccessDeniedError) return refusalMend(error, data.s3, toList(data.s3));
  if (error instanceof StorageNotFoundError) return 'mend S3_BUCKET';
  return 'let this machine reach the store, and check again';
}

async function emptyFinding(storage: Storage, data: Config['data']): Promise<Finding> {
  const found = `there are no Parquet objects in ${storage.source.location}`;
  if (data.kind !== 's3') {
    const names = await readdir(storage.source.location, { recursive: true });
    return fail(
      found,
      `put files there whose names end in .parquet${names.length > 0 ? `; there are others, such as ${names[0]}` : ''}`,
    );
  }
  const others = await otherKeys(data.s3);
  if (others !== undefined) {
    return fail(
      `${found}, but others, such as ${others}`,
      'have their keys end in .parquet, which says what they are',
    );
  }
  const { near, hidden } = await nearestPrefixes(data.s3);
  if (near.length === 0) {
    const unseen = hidden
      ? '; whether there are some elsewhere is not known, since the credentials may not list other prefixes'
      : '';
    return fail(found, `mend S3_PREFIX, or put objects there whose keys end in .parquet${unseen}`);
  }
  const told = near.map(
    ({ prefix, objects, more }) => `${prefix || '(none)'} (${more ? 'more than ' : ''}${objects})`,
  );
  return fail(found, `mend S3_PREFIX; there are Parquet objects below ${told.join(', ')}`);
}
