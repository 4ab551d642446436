import { ListObjectsV2Command, type ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import type { S3Location } from '../config/config.ts';
import { StorageUnavailableError } from '../errors.ts';
import { type Patience, withinPatience } from './pace.ts';
import { describeBucket, toStorageError } from './s3-errors.ts';
import { objectEtag } from './s3-etag.ts';
import type { KeyRange, StorageOptions, StoredObject } from './storage.ts';

export interface ListingOptions extends StorageOptions, KeyRange {
  /** Keys a page; the store's own limit (1,000) when unset. */
  readonly pageSize?: number | undefined;
  readonly isWanted?: (key: string) => boolean;
}

/** Folder markers end in `/`, so they are not among these. Empty objects are: they are broken, not absent. */
export const isParquetName = (key: string) => /\.parquet$/i.test(key);
/** Of any name. */
export const isNoFolder = (key: string) => !key.endsWith('/');

/**
 * Every object below the prefix whose key is wanted, read to the last page, ordered by key.
 * @throws StorageUnavailableError or its kinds, also for a listing that breaks off: half a listing looks like removals.
 */
export async function listObjects(from: Patience, options: ListingOptions = {}): Promise<StoredObject[]> {
  const { location } = from;
  const objects: StoredObject[] = [];
  let token: string | undefined;
  do {
    const page = await listPage(from, token, options);
    objects.push(...objectsOf(page, location, options));
    if (page.IsTruncated && (!page.NextContinuationToken || page.NextContinuationToken === token)) {
      throw new StorageUnavailableError(
        `${describeBucket(location)} broke off a listing: it has more objects but names no next page`,
      );
    }
    token = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
  return objects.sort((one, other) => (one.key < other.key ? -1 : 1));
}

async function listPage(
  from: Patience,
  token: string | undefined,
  { signal, pageSize, begin = '', after }: ListingOptions,
): Promise<ListObjectsV2CommandOutput> {
  const { client, location } = from;
  const command = new ListObjectsV2Command({
    Bucket: location.bucket,
    Prefix: `${location.prefix}${begin}`,
    // XML cannot hold every character that a key can.
    EncodingType: 'url',
    ...(after !== undefined && { StartAfter: `${location.prefix}${after}` }),
    ...(token !== undefined && { ContinuationToken: token }),
    ...(pageSize !== undefined && { MaxKeys: pageSize }),
  });
  return await withinPatience(from, signal, async (bounded) => {
    try {
      const page = await client.send(command, { abortSignal: bounded });
      // Else another server, or a page of a proxy, would look like a bucket whose objects are all gone.
      if (!isListing(page)) throw noListing(location);
      return page;
    } catch (error) {
      throw toStorageError(error, { location, signal: bounded });
    }
  });
}

/** Whether it says anything that a listing says: of other XML and HTML the SDK makes an answer without any members. */
export function isListing(page: ListObjectsV2CommandOutput): boolean {
  const { Name, IsTruncated, KeyCount, MaxKeys, Contents, EncodingType } = page;
  return [Name, IsTruncated, KeyCount, MaxKeys, Contents, EncodingType].some(
    (member) => member !== undefined,
  );
}

export function noListing(location: S3Location): StorageUnavailableError {
  return new StorageUnavailableError(
    `${describeBucket(location)} does not answer as S3 does: expected a listing, but got something else`,
  );
}

function objectsOf(
  page: ListObjectsV2CommandOutput,
  location: S3Location,
  { isWanted = isParquetName }: ListingOptions,
): StoredObject[] {
  const objects: StoredObject[] = [];
  for (const { Key, ETag, Size, LastModified } of page.Contents ?? []) {
    if (Key === undefined) continue;
    const key = page.EncodingType === 'url' ? decodeKey(Key, location) : Key;
    if (!key.startsWith(location.prefix) || !isWanted(key)) continue;
    const size = Size ?? 0;
    objects.push({
      key: key.slice(location.prefix.length),
      etag: objectEtag({ etag: ETag, size, lastModified: LastModified }),
      size,
      lastModified: LastModified ?? new Date(0),
    });
  }
  return objects;
}

function decodeKey(encoded: string, location: S3Location): string {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch (cause) {
    throw new StorageUnavailableError(
      `${describeBucket(location)} lists a key that is not URL-encoded text`,
      {
        cause,
      },
    );
  }
}
