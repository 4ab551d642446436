import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';

/** Makes what the example needs: the bucket, sample data in it, and the table over them. May be run again. */
const { S3_BUCKET: bucket = '', S3_PREFIX: prefix = '', S3_ENDPOINT: endpoint = '' } = process.env;
const store = new S3Client({ endpoint, forcePathStyle: true });
const run = (...command: readonly string[]) => execFileSync('node', command, { stdio: 'inherit' });

await makeBucket();
const { KeyCount = 0 } = await store.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix }));
if (KeyCount === 0) {
  const destination = ['--bucket', bucket, '--prefix', prefix, '--endpoint', endpoint];
  run('scripts/generate.ts', ...destination, '--readings', '2000000');
}
run('scripts/trino-register.ts');

/** The store takes a moment to begin. */
async function makeBucket(): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await store.send(new CreateBucketCommand({ Bucket: bucket }));
      return;
    } catch (error) {
      const { name } = error as Error;
      if (name === 'BucketAlreadyOwnedByYou' || name === 'BucketAlreadyExists') return;
      if (attempt === 30) throw error;
      await delay(1_000);
    }
  }
}
