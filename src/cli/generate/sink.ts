import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { S3Location } from '../../config/config.ts';
import { LocalStorage } from '../../storage/local.ts';
import { S3Bucket } from '../../storage/s3-bucket.ts';
import { createS3Client } from '../../storage/s3-client.ts';
import { toStorageError } from '../../storage/s3-errors.ts';
import type { Destination } from './options.ts';

/** Takes finished files to where they shall be. */
export interface Sink {
  readonly location: string;
  /** For files in the making; gone after `close`. */
  readonly scratch: string;
  /** Moves the file, which is gone from `scratch` afterwards. */
  put(file: string, key: string): Promise<void>;
  /** Whether there are no Parquet objects. */
  isEmpty(): Promise<boolean>;
  close(): Promise<void>;
}

export function openSink(destination: Destination): Promise<Sink> {
  return destination.kind === 'folder' ? openFolder(destination.directory) : openBucket(destination);
}

/** The scratch folder lies inside, so that finished files are renamed and never copied; the dot hides it. */
async function openFolder(directory: string): Promise<Sink> {
  await mkdir(directory, { recursive: true });
  const scratch = await mkdtemp(path.join(directory, '.unfinished-'));
  return {
    location: path.resolve(directory),
    scratch,
    async put(file, key) {
      const target = path.join(directory, ...key.split('/'));
      await mkdir(path.dirname(target), { recursive: true });
      await rename(file, target);
    },
    isEmpty: async () => (await new LocalStorage(directory).list()).length === 0,
    close: () => rm(scratch, { recursive: true, force: true }),
  };
}

async function openBucket({
  bucket,
  prefix,
  endpoint,
  create,
}: Extract<Destination, { kind: 'bucket' }>): Promise<Sink> {
  const location: S3Location = { bucket, prefix, endpoint };
  const client = createS3Client(location, { timeoutMs: UPLOAD_MS });
  const scratch = await mkdtemp(path.join(tmpdir(), 'telemetry-generate-'));
  const close = async () => {
    client.destroy();
    await rm(scratch, { recursive: true, force: true });
  };
  try {
    if (create === true) await createBucket(client, location);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    location: `s3://${bucket}/${prefix}`,
    scratch,
    async put(file, key) {
      // Held in memory, not streamed: the SDK can only repeat a request whose body it can read again.
      const body = await readFile(file);
      await send(
        location,
        client.send(new PutObjectCommand({ Bucket: bucket, Key: prefix + key, Body: body })),
      );
      await rm(file);
    },
    isEmpty: async () => (await new S3Bucket(client, location).list()).length === 0,
    close,
  };
}

/** An object is sent as a whole, over whatever line there is. */
const UPLOAD_MS = 600_000;

const ALREADY_THERE = ['BucketAlreadyOwnedByYou', 'BucketAlreadyExists'];
/** A store that is started together with this process takes a moment. */
const STORE_STARTS_MS = 30_000;
const PAUSE_MS = 500;
const UNREACHABLE = ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN'];

async function createBucket(client: S3Client, location: S3Location): Promise<void> {
  const region = await client.config.region();
  // AWS takes no name for the region that buckets are in by default.
  const isDefault = location.endpoint !== undefined || region === 'us-east-1';
  const command = new CreateBucketCommand({
    Bucket: location.bucket,
    ...(!isDefault && {
      CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint },
    }),
  });
  const deadline = performance.now() + STORE_STARTS_MS;
  for (;;) {
    try {
      await client.send(command);
      return;
    } catch (error) {
      if (error instanceof Error && ALREADY_THERE.includes(error.name)) return;
      if (!isUnreachable(error) || performance.now() > deadline) throw toStorageError(error, { location });
      await delay(PAUSE_MS);
    }
  }
}

function isUnreachable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && UNREACHABLE.includes(String(error.code));
}

async function send<T>(location: S3Location, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw toStorageError(error, { location });
  }
}
