import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Destination } from './options.ts';

/** Takes finished files to where they shall be. */
export interface Sink {
  readonly location: string;
  /** For files in the making; gone after `close`. */
  readonly scratch: string;
  /** Moves the file, which is gone from `scratch` afterwards. */
  put(file: string, key: string): Promise<void>;
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
    close: () => rm(scratch, { recursive: true, force: true }),
  };
}

async function openBucket({
  bucket,
  prefix,
  endpoint,
}: Extract<Destination, { kind: 'bucket' }>): Promise<Sink> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'telemetry-generate-'));
  const client = new S3Client({
    followRegionRedirects: true,
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true, region: await regionOf(endpoint) }),
  });
  return {
    location: `s3://${bucket}/${prefix}`,
    scratch,
    async put(file, key) {
      // Held in memory, not streamed: the SDK can only repeat a request whose body it can read again.
      const body = await readFile(file);
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: `${prefix}${key}`, Body: body }));
      await rm(file);
    },
    async close() {
      client.destroy();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

/** Stores with an endpoint of their own mostly have no regions, but signatures name one. */
function regionOf(endpoint: string): Promise<string> {
  return new S3Client({ endpoint }).config.region().catch(() => 'us-east-1');
}
