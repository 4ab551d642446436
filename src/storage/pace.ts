import type { S3Client } from '@aws-sdk/client-s3';
import type { S3Location } from '../config/config.ts';
import { startDeadline } from '../engine/deadline.ts';
import { StorageUnavailableError } from '../errors.ts';
import { describeBucket } from './s3-errors.ts';

/** Slower than any line that is of use: below, the store counts as one that does not answer. */
const LEAST_BYTES_A_SECOND = 4 * 1024;

export interface Patience {
  readonly client: S3Client;
  readonly location: S3Location;
  /** What the client waits for an answer. */
  readonly timeoutMs: number;
}

/**
 * Ends a small request that goes on for longer than all its attempts may take: the client's own limits are about silence,
 * and a body that trickles never breaks them.
 */
export async function withinPatience<T>(
  { client, location, timeoutMs }: Patience,
  caller: AbortSignal | undefined,
  request: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const attempts = await client.config.maxAttempts();
  const late = () =>
    new StorageUnavailableError(`${describeBucket(location)} does not answer as it should (too slow)`);
  const deadline = startDeadline(timeoutMs * (attempts + 1), late, caller);
  try {
    return await request(deadline.signal);
  } finally {
    deadline.clear();
  }
}

/** Passes the body on for as long as it comes with some speed. @throws Error with the code TOO_SLOW */
export async function* atPace(
  body: AsyncIterable<Uint8Array>,
  windowMs: number,
): AsyncGenerator<Uint8Array, void> {
  let [since, bytes] = [performance.now(), 0];
  for await (const chunk of body) {
    bytes += chunk.length;
    const elapsedMs = performance.now() - since;
    if (elapsedMs >= windowMs) {
      if ((bytes * 1000) / elapsedMs < LEAST_BYTES_A_SECOND) {
        throw Object.assign(
          new Error(`expected ${LEAST_BYTES_A_SECOND} bytes a second, but got ${bytes} in ${elapsedMs} ms`),
          { code: 'TOO_SLOW' },
        );
      }
      [since, bytes] = [performance.now(), 0];
    }
    yield chunk;
  }
}
