interface Waiter {
  isOver(): boolean;
  end(): void;
}

/**
 * Who waits for something that may take long. A reaction on a promise stays until that settles, whether or not anybody
 * waits any more; here whoever goes away leaves nothing behind.
 */
export class Waiters {
  private readonly waiting = new Set<Waiter>();

  get count(): number {
    return this.waiting.size;
  }

  /** Waits until it is over, for at most so long or until the signal aborts. Never rejects. */
  async until(isOver: () => boolean, mostMs: number, signal?: AbortSignal): Promise<void> {
    if (isOver() || signal?.aborted) return;
    const { promise, resolve: end } = Promise.withResolvers<void>();
    const waiter: Waiter = { isOver, end };
    const patience = setTimeout(end, mostMs).unref();
    this.waiting.add(waiter);
    signal?.addEventListener('abort', waiter.end);
    await promise;
    signal?.removeEventListener('abort', waiter.end);
    this.waiting.delete(waiter);
    clearTimeout(patience);
  }

  /** Something has changed: ends the wait of all for whom it is over. */
  wake(): void {
    for (const waiter of this.waiting) if (waiter.isOver()) waiter.end();
  }
}
