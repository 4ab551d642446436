import type { IncomingMessage } from 'node:http';
import { RequestTimeoutError } from '../errors.ts';

export interface BodyWatch {
  /** From when the reading begins. */
  readonly timeoutMs: number;
  /** Told of the bytes so far, at each piece. What it throws ends the reading. */
  onBytes(bytes: number): void;
}

/** Whoever sent the request is gone before all of its body came. */
export class ClientGoneError extends Error {}

/**
 * Waits until the adapter's `request`, which keeps what it has read, has its whole body.
 * @throws RequestTimeoutError, ClientGoneError, or what `onBytes` throws; from then on nothing more of it is taken in
 */
export async function readBody(
  request: Request,
  incoming: IncomingMessage,
  { timeoutMs, onBytes }: BodyWatch,
): Promise<void> {
  const began = performance.now();
  let late: NodeJS.Timeout | undefined;
  let bytes = 0;
  const ended = new Promise<void>((resolve, reject) => {
    const gone = () => reject(new ClientGoneError('The client is gone'));
    // Every request is closed in the end, and making an error of it would be a tenth of the work for a short answer.
    const closed = () => {
      if (!incoming.readableEnded) gone();
    };
    if (incoming.destroyed) gone();
    incoming.on('data', (piece: Uint8Array) => {
      bytes += piece.byteLength;
      try {
        onBytes(bytes);
      } catch (error) {
        reject(error);
      }
    });
    incoming.once('end', resolve).once('error', gone).once('close', closed);
    late = setTimeout(() => reject(timedOut(bytes, performance.now() - began, timeoutMs)), timeoutMs).unref();
  });
  const kept = request.clone().arrayBuffer();
  // Whichever of the two is first to fail is told.
  kept.catch(() => undefined);
  try {
    await ended;
    await kept;
  } catch (error) {
    // What comes yet stays with the sender, or is thrown away by Node.js once the answer is out.
    incoming.pause();
    throw error;
  } finally {
    clearTimeout(late);
  }
}

function timedOut(bytes: number, waitedMs: number, timeoutMs: number): RequestTimeoutError {
  const limit = 'requestSeconds';
  const allowed = timeoutMs / 1000;
  return new RequestTimeoutError(
    `expected the whole body of the request within ${allowed} s (limit ${limit}), but got ${bytes} bytes of it`,
    { limit, asked: Math.ceil(waitedMs) / 1000, allowed },
  );
}
