import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DeleteObjectCommand, GetObjectCommand, NoSuchKey, PutObjectCommand } from '@aws-sdk/client-s3';
import type { S3Location } from '../../config/config.ts';
import { StorageNotFoundError } from '../../errors.ts';
import { S3Bucket } from '../../storage/s3-bucket.ts';
import { createS3Client } from '../../storage/s3-client.ts';
import { describeBucket, toStorageError } from '../../storage/s3-errors.ts';
import { makeBucket } from './make-bucket.ts';
import type { Destination } from './options.ts';
import { makeScratch } from './scratch.ts';
import { type Sink, UNFINISHED } from './sink.ts';
import { upload } from './upload.ts';

/** A part is sent over whatever line there is. */
const UPLOAD_MS = 600_000;

export async function openBucket({
  bucket,
  create,
  ...place
}: Extract<Destination, { kind: 'bucket' }>): Promise<Sink> {
  const location: S3Location = { bucket, ...place };
  const { prefix } = location;
  const client = createS3Client(location, { timeoutMs: UPLOAD_MS });
  try {
    if (create === true) await makeBucket(client, location);
  } catch (error) {
    client.destroy();
    throw error;
  }
  /** @param action what a policy has to allow for it */
  const asked = async <T>(action: string, answer: Promise<T>): Promise<T> => {
    try {
      return await answer;
    } catch (error) {
      throw missing(location, toStorageError(error, { location, needs: `${action} below the prefix` }));
    }
  };
  const marker = { Bucket: bucket, Key: `${prefix}${UNFINISHED}` };
  const scratch = makeScratch(path.join(tmpdir(), 'telemetry-generate-'));
  return {
    location: `s3://${bucket}/${prefix}`,
    scratch: scratch.directory,
    async put(file, key) {
      await asked('s3:PutObject', upload(client, { bucket, key: prefix + key }, file));
      await rm(file);
    },
    async list() {
      const objects = await asked('s3:ListBucket', new S3Bucket(client, location).list());
      return objects.map(({ key }) => key);
    },
    async remove(key) {
      const object = { Bucket: bucket, Key: prefix + key };
      await asked('s3:DeleteObject', client.send(new DeleteObjectCommand(object)));
    },
    async readMark() {
      const answer = client.send(new GetObjectCommand(marker)).then(
        ({ Body }) => Body?.transformToString(),
        (error: unknown) => {
          if (error instanceof NoSuchKey) return undefined;
          throw error;
        },
      );
      return await asked('s3:GetObject', answer);
    },
    async begin(mark) {
      await asked('s3:PutObject', client.send(new PutObjectCommand({ ...marker, Body: mark })));
    },
    async finish() {
      await asked('s3:DeleteObject', client.send(new DeleteObjectCommand(marker)));
    },
    async close() {
      client.destroy();
      await scratch.remove();
    },
    abandon: () => scratch.removeNow(),
  };
}

/** Whoever wants it filled may want it made. */
function missing(location: S3Location, error: Error): Error {
  if (!(error instanceof StorageNotFoundError)) return error;
  return new StorageNotFoundError(
    `${describeBucket(location)} does not exist; --create-bucket makes it, if --bucket is spelt as meant`,
    { cause: error },
  );
}
