import { ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import type { S3Location } from '../../config/config.ts';
import { createS3Client } from '../../storage/s3-client.ts';
import { distance } from './distance.ts';

interface NearPrefix {
  readonly prefix: string;
  /** Parquet objects on the first page. */
  readonly objects: number;
  readonly more: boolean;
}

const CANDIDATES = 8;
const TOLD = 3;
const PARQUET = /\.parquet$/i;

export interface Near {
  readonly near: readonly NearPrefix[];
  /** Whether some prefixes could not be listed, so that there may be others. */
  readonly hidden: boolean;
}

/** A key below the prefix that is of no Parquet object; undefined where there is none. */
export function otherKeys(location: S3Location): Promise<string | undefined> {
  return asking(location, async (client) => {
    const page = await listed(client, location, location.prefix);
    return page.keys.find((key) => !key.endsWith('/'));
  });
}

/** Prefixes with Parquet objects, those that are spelt most like the one that has none first. */
export function nearestPrefixes(location: S3Location): Promise<Near> {
  return asking(location, async (client) => {
    const parents = parentsOf(location.prefix);
    const pages = await Promise.all(parents.map((parent) => listed(client, location, parent, '/')));
    const candidates = [...new Set(pages.flatMap(({ prefixes }) => prefixes))]
      .sort((one, other) => distance(one, location.prefix) - distance(other, location.prefix))
      .slice(0, CANDIDATES);
    const found: NearPrefix[] = [];
    let hidden = pages.some((page) => page.hidden);
    for (const prefix of candidates) {
      const { keys, more, ...page } = await listed(client, location, prefix);
      hidden ||= page.hidden;
      const objects = keys.filter((key) => PARQUET.test(key)).length;
      if (objects > 0) found.push({ prefix, objects, more });
    }
    const atTop = pages[0]?.keys.filter((key) => PARQUET.test(key)).length ?? 0;
    if (atTop > 0) found.push({ prefix: '', objects: atTop, more: pages[0]?.more ?? false });
    return { near: found.slice(0, TOLD), hidden };
  });
}

/** `a/b/c/` → the top, `a/`, `a/b/`. */
function parentsOf(prefix: string): string[] {
  const parts = prefix.split('/').slice(0, -2);
  return ['', ...parts.map((_, index) => `${parts.slice(0, index + 1).join('/')}/`)];
}

async function listed(client: S3Client, { bucket }: S3Location, prefix: string, delimiter?: string) {
  const {
    Contents = [],
    CommonPrefixes = [],
    IsTruncated = false,
    hidden,
  } = await client
    .send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, Delimiter: delimiter }))
    .then(
      (page) => ({ ...page, hidden: false }),
      // The policy need not allow other prefixes.
      () => ({ Contents: [], CommonPrefixes: [], IsTruncated: false, hidden: true }),
    );
  return {
    keys: Contents.flatMap(({ Key }) => Key ?? []),
    prefixes: CommonPrefixes.flatMap(({ Prefix }) => Prefix ?? []),
    more: IsTruncated,
    hidden,
  };
}

async function asking<T>(location: S3Location, ask: (client: S3Client) => Promise<T>): Promise<T> {
  const client = createS3Client(location);
  try {
    return await ask(client);
  } finally {
    client.destroy();
  }
}
