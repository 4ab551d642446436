import { StatementCancelledError, TelemetryError } from '../errors.ts';

/** The error of an aborted signal: the one that its owner gave as the reason, else StatementCancelledError. */
export function abortedError(signal?: AbortSignal, cause?: unknown): TelemetryError {
  if (signal?.reason instanceof TelemetryError) return signal.reason;
  return new StatementCancelledError('The caller went away while objects were read', {
    cause: cause ?? signal?.reason,
  });
}

/** @throws the signal's reason or StatementCancelledError */
export function throwIfAborted(signal?: AbortSignal): void {
  if (signal?.aborted) throw abortedError(signal);
}

/** Rejects as soon as the signal is aborted, whether or not the work heeds it. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(abortedError(signal));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
