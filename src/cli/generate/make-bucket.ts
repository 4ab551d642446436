import { setTimeout as delay } from 'node:timers/promises';
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  HeadBucketCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { S3Location } from '../../config/config.ts';
import { StorageAccessDeniedError } from '../../errors.ts';
import { describeBucket, toStorageError } from '../../storage/s3-errors.ts';

/** A store that is started together with this process takes a moment. */
const STORE_STARTS_MS = 30_000;
const PAUSE_MS = 500;
const UNREACHABLE = ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN'];

/** Makes the bucket, unless these credentials have it already. @throws StorageUnavailableError and its kinds */
export async function makeBucket(client: S3Client, location: S3Location): Promise<void> {
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
      const name = error instanceof Error ? error.name : '';
      if (name === 'BucketAlreadyOwnedByYou') return;
      if (name === 'BucketAlreadyExists') return await assertOurs(client, location);
      if (!isUnreachable(error) || performance.now() > deadline)
        throw toStorageError(error, { location, needs: `s3:CreateBucket on the bucket` });
      await delay(PAUSE_MS);
    }
  }
}

/** On AWS it is somebody else's; other stores say so of one's own bucket too. */
async function assertOurs(client: S3Client, location: S3Location): Promise<void> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: location.bucket }));
  } catch (cause) {
    throw new StorageAccessDeniedError(
      `${describeBucket(location)} is there already, and these credentials may not see it: another account has that name; choose another one`,
      { cause, refusal: 'policy' },
    );
  }
}

function isUnreachable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && UNREACHABLE.includes(String(error.code));
}
