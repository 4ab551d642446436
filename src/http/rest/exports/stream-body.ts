import { StatementTimeoutError } from '../../../errors.ts';

export interface StreamEnd {
  readonly bytes: number;
  /** Why it is not whole; unset: it is. */
  readonly error?: unknown;
}

export interface StreamOptions {
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal;
  /** How long the client may take nothing. */
  readonly stallMs: number;
  /** How long it may take from now on, whatever it waits for. */
  readonly timeoutMs: number;
  onEnd(end: StreamEnd): void;
  /**
   * Ends the connection of an answer that is not whole. Set, the body is left without an end, since the HTTP adapter
   * does not look after bodies that fail: it neither closes the connection nor handles the rejection.
   */
  readonly cutOff: (() => void) | undefined;
}

/**
 * The pieces as the body of a response, made when the client has taken those before. It ends once: with the last piece,
 * with an error, with the client, when that takes nothing for too long, or at its deadline.
 */
export function streamBody(
  pieces: AsyncIterable<Uint8Array>,
  { signal, stallMs, timeoutMs, onEnd, cutOff }: StreamOptions,
): ReadableStream<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]();
  let bytes = 0;
  let ended = false;
  let stalled: NodeJS.Timeout | undefined;
  const end = (error?: unknown) => {
    if (ended) return;
    ended = true;
    clearTimeout(stalled);
    clearTimeout(overdue);
    signal.removeEventListener('abort', onGone);
    onEnd(error === undefined ? { bytes } : { bytes, error });
    // It may wait for a piece under way, which `onEnd` has stopped.
    if (error !== undefined) iterator.return?.().catch(() => undefined);
  };
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const fail = (error: unknown) => {
    if (ended) return;
    end(error);
    if (cutOff === undefined) controller?.error(error);
    else cutOff();
  };
  const overdue = setTimeout(
    () => fail(new StatementTimeoutError('The export was not at its end when its time was')),
    timeoutMs,
  );
  const onGone = () => fail(signal.reason);
  signal.addEventListener('abort', onGone, { once: true });
  return new ReadableStream<Uint8Array>(
    {
      start: (given) => {
        controller = given;
        if (signal.aborted) onGone();
      },
      pull: async (given) => {
        clearTimeout(stalled);
        try {
          const { done, value } = await iterator.next();
          if (ended) return;
          if (done) {
            end();
            given.close();
            return;
          }
          bytes += value.byteLength;
          given.enqueue(value);
          stalled = setTimeout(
            () => fail(new StatementTimeoutError(`The client took nothing for ${stallMs / 1000} s`)),
            stallMs,
          );
        } catch (error) {
          fail(error);
        }
      },
      cancel: (reason) => end(reason ?? new Error('The answer is not wanted any more')),
    },
    { highWaterMark: 0 },
  );
}
