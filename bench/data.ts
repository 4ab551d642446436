import { existsSync } from 'node:fs';
import { copyFile, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { generate } from '../scripts/generate/generate.ts';
import { HTTPFS_DEFAULT_PATH } from '../src/storage/httpfs.ts';
import { type S3Server, startS3Server } from '../test/support/s3-server.ts';
import { CACHE, DAYS, DEVICES, OBJECTS } from './options.ts';

/** The objects, where the service reads them. */
export interface Data {
  /** For the table: how they are reached. */
  readonly place: string;
  /** What the service is to be told. */
  readonly settings: Readonly<Record<string, string>>;
  /** Adds a copy of the last object under another key. */
  addObject(): Promise<void>;
  removeObject(): Promise<void>;
  close(): Promise<void>;
}

const BUCKET = 'bench';
const PREFIX = 'telemetry/';
const NEW = 'new.parquet';

/** In an S3 server of its own that DuckDB reads directly, where httpfs and versitygw can be had; else the folder itself. */
export async function openData(readings: number): Promise<Data> {
  const folder = await generated(readings);
  const keys = (await readdir(folder)).filter((name) => name.endsWith('.parquet') && name !== NEW).sort();
  const last = path.join(folder, keys.at(-1) ?? '');
  const s3 = existsSync(HTTPFS_DEFAULT_PATH) ? await startS3Server().catch(() => undefined) : undefined;
  if (s3 === undefined) return folderData(folder, last);
  await s3.createBucket(BUCKET);
  for (const key of keys) await s3.put(BUCKET, PREFIX + key, await readFile(path.join(folder, key)));
  return s3Data(s3, last);
}

/** The same readings every time, made once. */
async function generated(readings: number): Promise<string> {
  const folder = path.join(CACHE, `data-${readings}`);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  console.error(`Generating ${readings.toLocaleString('en')} readings …`);
  await generate(
    {
      readings,
      devices: DEVICES,
      days: DAYS,
      objects: OBJECTS,
      end: new Date('2026-01-31T00:00:00Z'),
      layout: 'day',
      precision: 'sensor',
      seed: 1,
      destination: { kind: 'folder', directory: unfinished },
    },
    () => {},
  );
  await rename(unfinished, folder);
  return folder;
}

async function folderData(folder: string, last: string): Promise<Data> {
  const file = path.join(folder, NEW);
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

function s3Data(s3: S3Server, last: string): Data {
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
      await s3.put(BUCKET, PREFIX + NEW, await readFile(last));
    },
    removeObject: () => s3.remove(BUCKET, PREFIX + NEW),
    close: () => s3.stop(),
  };
}
