import type { Config, S3Location } from '../config/config.ts';
import type { EngineAdmin } from '../engine/engine.ts';
import { ConfigError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { canEscapeGlob } from './escape-glob.ts';
import { loadHttpfs } from './httpfs.ts';
import { LocalStorage } from './local.ts';
import { S3Bucket } from './s3-bucket.ts';
import { type CacheSettings, S3CachedStorage } from './s3-cached.ts';
import { createS3Client } from './s3-client.ts';
import { S3DirectStorage } from './s3-direct.ts';
import { reportRequests, type StoreRequestListener } from './s3-requests.ts';
import type { Storage } from './storage.ts';

export interface CreatedStorage {
  readonly storage: Storage;
  /** Folders and `s3://` URLs, all that the engine needs to read. */
  readonly readable: readonly string[];
}

/**
 * Chooses how objects are read: a folder by its paths; a bucket directly where httpfs can be loaded, and through a
 * verified cache where it cannot or where a cache folder is configured. Asks the store nothing yet.
 * @throws ConfigError for an extension or a folder that cannot be used.
 */
export async function createStorage(
  config: Config,
  admin: EngineAdmin,
  log: Logger,
  onRequest?: StoreRequestListener,
): Promise<CreatedStorage> {
  const { data } = config;
  const created =
    data.kind === 's3'
      ? await createS3Storage(data.s3, config, { admin, log, onRequest })
      : createLocalStorage(data);
  log.info(created.storage.source, 'Storage chosen');
  return created;
}

function createLocalStorage({
  directory,
  kind,
}: {
  directory: string;
  kind: 'local' | 'sample';
}): CreatedStorage {
  assertOpenable(kind === 'local' ? 'DATA_DIR' : 'STATE_DIR', directory);
  return { storage: new LocalStorage(directory, kind), readable: [directory] };
}

async function createS3Storage(
  location: S3Location,
  { objectCache, httpfsExtension, s3TimeoutMs, trino }: Config,
  { admin, log, onRequest }: { admin: EngineAdmin; log: Logger; onRequest: StoreRequestListener | undefined },
): Promise<CreatedStorage> {
  const client = createS3Client(location, { timeoutMs: s3TimeoutMs });
  if (onRequest !== undefined) reportRequests(client, onRequest);
  const anyName = trino?.format === 'delta';
  const bucket = new S3Bucket(client, location, { timeoutMs: s3TimeoutMs, anyName });
  const { directory, fallback, maxBytes } = objectCache;
  if (directory !== undefined) {
    assertOpenable('OBJECT_CACHE_DIR', directory);
    return await createCached(bucket, { directory, maxBytes, log });
  }

  const httpfs = await loadHttpfs(admin, httpfsExtension, s3TimeoutMs);
  if (httpfs.loaded) {
    log.info({ from: httpfs.from }, 'httpfs loaded: DuckDB reads S3 itself');
    return { storage: new S3DirectStorage(bucket, admin), readable: [bucket.url] };
  }

  log.warn(
    { reason: httpfs.reason },
    `DuckDB cannot read S3 itself, so whole objects are fetched into ${fallback}; run npm run setup:httpfs to get the extension`,
  );
  assertOpenable('STATE_DIR', fallback);
  return await createCached(bucket, { directory: fallback, maxBytes, log });
}

async function createCached(bucket: S3Bucket, settings: CacheSettings): Promise<CreatedStorage> {
  return { storage: await S3CachedStorage.create(bucket, settings), readable: [settings.directory] };
}

function assertOpenable(setting: string, directory: string): void {
  if (canEscapeGlob(directory)) return;
  throw new ConfigError([
    `${setting}: expected a path that DuckDB can open, without a backslash beside one of * ? [, but got: ${directory}`,
  ]);
}
