/** An interrupt is heeded within some 10 ms, unless the statement waits for a store that does not answer. */
const GRACE_MS = 150;

/**
 * Settles as the work does. When the signal aborts and the work goes on all the same, it rejects with the signal's reason:
 * DuckDB heeds no interrupt while it waits for an HTTP request, and nobody is to wait for that with it.
 */
export function orAbandoned<T>(work: Promise<T>, stop: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const abandon = () => {
      timer = setTimeout(() => reject(stop.reason), GRACE_MS);
    };
    stop.addEventListener('abort', abandon, { once: true });
    if (stop.aborted) abandon();
    work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      stop.removeEventListener('abort', abandon);
    });
  });
}
