import { type FileHandle, open } from 'node:fs/promises';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';

export interface Target {
  readonly bucket: string;
  readonly key: string;
}

/** What is held in memory, not streamed: the SDK can only repeat a request whose body it can read again. */
const PART_BYTES = 64 * 1024 ** 2;
/** S3's own limit of an upload. */
const MOST_PARTS = 10_000;

/**
 * Sends a file as one object, in parts where it is larger than one of them. What fails leaves no object, and no parts unless
 * the store refuses to have them deleted. A process that ends midway, as by SIGINT or SIGTERM, does leave parts: only a
 * lifecycle rule of the bucket (AbortIncompleteMultipartUpload) takes those away.
 * @throws whatever the SDK throws
 */
export async function upload(
  client: S3Client,
  { bucket, key }: Target,
  file: string,
  partBytes = PART_BYTES,
): Promise<void> {
  const address = { Bucket: bucket, Key: key };
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    if (size <= partBytes) {
      await client.send(new PutObjectCommand({ ...address, Body: await slice(handle, 0, size) }));
      return;
    }
    const length = Math.max(partBytes, Math.ceil(size / MOST_PARTS));
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({ ...address, ChecksumAlgorithm: 'CRC32' }),
    );
    const begun = { ...address, UploadId };
    try {
      const Parts: CompletedPart[] = [];
      for (let start = 0; start < size; start += length) {
        const Body = await slice(handle, start, Math.min(length, size - start));
        const PartNumber = Parts.length + 1;
        const { ETag, ChecksumCRC32 } = await client.send(
          new UploadPartCommand({ ...begun, PartNumber, Body, ChecksumAlgorithm: 'CRC32' }),
        );
        Parts.push({ PartNumber, ETag, ChecksumCRC32 });
      }
      await client.send(new CompleteMultipartUploadCommand({ ...begun, MultipartUpload: { Parts } }));
    } catch (error) {
      // Parts that are left behind cost as much as objects, and no listing shows them.
      await client.send(new AbortMultipartUploadCommand(begun)).catch(() => undefined);
      throw error;
    }
  } finally {
    await handle.close();
  }
}

async function slice(handle: FileHandle, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, start + filled);
    if (bytesRead === 0) throw new Error(`expected ${length} bytes at ${start}, but got ${filled}`);
    filled += bytesRead;
  }
  return bytes;
}
