import { EngineOverloadedError, StatementCancelledError } from '../errors.ts';

interface Waiter<Resource> {
  admit(resource: Resource): void;
  dismiss(reason: unknown): void;
}

/**
 * Lets one caller in for each resource; the next `maxQueued` wait in order of arrival, all others are refused.
 * A resource (a connection) belongs to its caller until `leave` hands it to the next.
 */
export class Gate<Resource> {
  private readonly idle: Resource[];
  private readonly size: number;
  private readonly waiting = new Set<Waiter<Resource>>();
  private readonly maxQueued: number;
  private readonly refusal: (waiting: number) => string;
  private closed = false;

  /** @param refusal what those are told who find the queue full */
  constructor(resources: readonly Resource[], maxQueued: number, refusal = tooMany) {
    this.idle = [...resources];
    this.size = resources.length;
    this.maxQueued = maxQueued;
    this.refusal = refusal;
  }

  /** @throws EngineOverloadedError when the queue is full; the signal's reason when it aborts while waiting. */
  async enter(signal: AbortSignal, unrefusable = false): Promise<Resource> {
    signal.throwIfAborted();
    if (this.closed) throw closing();
    const resource = this.idle.pop();
    if (resource !== undefined) return resource;
    if (this.waiting.size >= this.maxQueued && !unrefusable) {
      throw new EngineOverloadedError(this.refusal(this.waiting.size));
    }
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.waiting.delete(waiter);
        reject(signal.reason);
      };
      const waiter: Waiter<Resource> = {
        admit: (admitted) => {
          signal.removeEventListener('abort', abort);
          resolve(admitted);
        },
        dismiss: (reason) => {
          signal.removeEventListener('abort', abort);
          reject(reason);
        },
      };
      this.waiting.add(waiter);
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  get taken(): number {
    return this.size - this.idle.length;
  }

  get queued(): number {
    return this.waiting.size;
  }

  leave(resource: Resource): void {
    const [next] = this.waiting;
    if (next === undefined) {
      this.idle.push(resource);
      return;
    }
    this.waiting.delete(next);
    next.admit(resource);
  }

  /** Refuses whoever waits and whoever comes. */
  close(): void {
    this.closed = true;
    for (const waiter of this.waiting) waiter.dismiss(closing());
    this.waiting.clear();
  }
}

function closing(): StatementCancelledError {
  return new StatementCancelledError('The engine is closing');
}

function tooMany(waiting: number): string {
  return `Too many statements at once: ${waiting} already wait for their turn. Try again shortly`;
}
