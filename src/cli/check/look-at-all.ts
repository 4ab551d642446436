import type { Config } from '../../config/config.ts';
import { LocalStorage } from '../../storage/local.ts';
import { S3Bucket } from '../../storage/s3-bucket.ts';
import { createS3Client } from '../../storage/s3-client.ts';
import { S3DirectStorage } from '../../storage/s3-direct.ts';
import type { Storage } from '../../storage/storage.ts';
import { lookAtBucket } from './bucket.ts';
import { lookAtCluster } from './cluster.ts';
import { lookAtCredentials } from './credentials.ts';
import { lookAtFolders } from './folders.ts';
import { lookAtListing } from './listing.ts';
import { lookAtObjects } from './objects.ts';
import { lookAtReading } from './reading.ts';
import { type Report, Steps, warn } from './report.ts';
import { lookAtSettings } from './settings.ts';

/**
 * The way of a request, from the settings to rows. What fails ends the way for what needs it.
 * @param sample the most objects that are looked into
 */
export async function lookAtAll(
  settings: Readonly<Record<string, string | undefined>>,
  sample: number,
): Promise<Report> {
  const steps = new Steps();
  const config = await steps.look('settings', async () => lookAtSettings(settings));
  if (config === undefined) {
    steps.skip('folders', 'credentials', 'bucket', 'listing', 'objects', 'reading');
    return steps.report;
  }
  await steps.look('folders', () => lookAtFolders(config));
  const { data } = config;
  if (data.kind === 'sample') {
    await steps.look('listing', async () => ({
      findings: [
        warn(
          'neither a bucket nor a folder is named: the service answers from sample data, which it generates',
          'name a bucket with S3_BUCKET, or a folder with DATA_DIR',
        ),
      ],
    }));
    return steps.report;
  }
  if (data.kind === 'local') {
    await lookAtData(steps, config, new LocalStorage(data.directory), sample);
    return steps.report;
  }
  const client = createS3Client(data.s3, { timeoutMs: config.s3TimeoutMs });
  try {
    const known = await steps.look('credentials', () => lookAtCredentials(client, data.s3));
    if (known === undefined) steps.skip('bucket');
    const reached = known && (await steps.look('bucket', () => lookAtBucket(client, data.s3, new Date())));
    if (reached === undefined) {
      steps.skip('listing', 'objects', 'reading');
      return steps.report;
    }
    const bucket = new S3Bucket(client, data.s3, { timeoutMs: config.s3TimeoutMs });
    // No engine: the objects are opened in the last step, by a storage of its own.
    const storage = new S3DirectStorage(bucket, {
      execute: () => Promise.reject(new Error('expected no object to be opened')),
    });
    await lookAtData(steps, config, storage, sample);
  } finally {
    client.destroy();
  }
  if (config.trino !== undefined) {
    const { trino } = config;
    await steps.look('cluster', () => lookAtCluster(trino, data.s3));
  }
  return steps.report;
}

async function lookAtData(steps: Steps, config: Config, storage: Storage, sample: number): Promise<void> {
  const objects = await steps.look('listing', () => lookAtListing(storage, config.data));
  if (objects === undefined) return steps.skip('objects', 'reading');
  const entry = await steps.look('objects', () =>
    lookAtObjects(storage, objects, { sample, data: config.data }),
  );
  if (entry === undefined) return steps.skip('reading');
  await steps.look('reading', () => lookAtReading(config, entry, new Date()));
}
