import { existsSync } from 'node:fs';
import { copyFile, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import pMap from 'p-map';
import { HTTPFS_DEFAULT_PATH } from '../src/storage/httpfs.ts';
import { type S3Server, startS3Server } from '../test/support/s3-server.ts';
import { type DataShape, generated } from './generated.ts';

/** The objects, where the service reads them. */
export interface Data extends DataShape {
  /** For the table: how they are reached. */
  readonly place: string;
  /** What the service is to be told. */
  readonly settings: Settings;
  /** Adds a copy of the last object under another key. */
  addObject(): Promise<void>;
  removeObject(): Promise<void>;
  close(): Promise<void>;
}

export type Settings = Readonly<Record<string, string>>;

const BUCKET = 'bench';
const PREFIX = 'telemetry/';
export const NEW_KEY = 'new.parquet';
/** Held in memory while they are sent. A hundred megabytes each are the largest. */
const UPLOADS_AT_ONCE = 8;

/** In an S3 server of its own that DuckDB reads directly, where httpfs and versitygw can be had; else the folder itself. */
export async function openData(shape: DataShape): Promise<Data> {
  const folder = await generated(shape);
  const keys = (await readdir(folder)).filter((name) => name.endsWith('.parquet') && name !== NEW_KEY).sort();
  const last = path.join(folder, keys.at(-1) ?? '');
  const s3 = existsSync(HTTPFS_DEFAULT_PATH) ? await startS3Server().catch(() => undefined) : undefined;
  if (s3 === undefined) return { ...shape, ...(await folderData(folder, last)) };
  await s3.createBucket(BUCKET);
  await pMap(keys, async (key) => s3.put(BUCKET, PREFIX + key, await readFile(path.join(folder, key))), {
    concurrency: UPLOADS_AT_ONCE,
  });
  return { ...shape, ...s3Data(s3, last) };
}

async function folderData(folder: string, last: string): Promise<Omit<Data, keyof DataShape>> {
  const file = path.join(folder, NEW_KEY);
  const removeObject = () => rm(file, { force: true });
  await removeObject();
  return {
    place: 'a local folder',
    settings: { DATA_DIR: folder },
    addObject: () => copyFile(last, file),
    removeObject,
    close: removeObject,
  };
}

function s3Data(s3: S3Server, last: string): Omit<Data, keyof DataShape> {
  const { endpoint, region, credentials } = s3;
  return {
    place: 'versitygw on this machine, read by DuckDB directly',
    settings: {
      S3_BUCKET: BUCKET,
      S3_PREFIX: PREFIX,
      S3_ENDPOINT: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      HTTPFS_EXTENSION: HTTPFS_DEFAULT_PATH,
    },
    addObject: async () => {
      await s3.put(BUCKET, PREFIX + NEW_KEY, await readFile(last));
    },
    removeObject: () => s3.remove(BUCKET, PREFIX + NEW_KEY),
    close: () => s3.stop(),
  };
}
