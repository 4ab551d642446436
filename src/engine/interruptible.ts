import type { DuckDBConnection } from '@duckdb/node-api';

/** An interrupt that arrives before the query has begun is lost, so it is repeated until the query settles. */
const INTERRUPT_EVERY_MS = 5;

/** Runs `work` and interrupts the connection's query when the signal aborts; settles only when the query has. */
export async function interruptible<T>(
  connection: DuckDBConnection,
  stop: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const interrupt = () => {
    connection.interrupt();
    timer = setInterval(() => connection.interrupt(), INTERRUPT_EVERY_MS);
  };
  stop.addEventListener('abort', interrupt, { once: true });
  if (stop.aborted) interrupt();
  try {
    const result = await work();
    stop.throwIfAborted();
    return result;
  } finally {
    clearInterval(timer);
    stop.removeEventListener('abort', interrupt);
  }
}
