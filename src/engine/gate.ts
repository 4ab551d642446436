import { type Excess, OverloadedError, StatementCancelledError } from '../errors.ts';
import { FairQueue } from './fair-queue.ts';

export interface GateOptions {
  readonly maxQueued: number;
  /** The most resources that one viewer may hold; unset: all of them. */
  readonly maxPerViewer?: number;
  /** What those are told who find the queue full. */
  refusal(facts: Crowd): OverloadedError;
}

interface Crowd {
  readonly waiting: number;
  /** What the viewer holds. */
  readonly held: number;
}

export interface Entry {
  readonly signal: AbortSignal;
  /** Whose turn it is; unset: the service itself. */
  readonly viewer?: string | undefined;
  /** Waits however many wait already. */
  readonly unrefusable?: boolean | undefined;
}

interface Waiter<Resource> {
  readonly refusable: boolean;
  admit(resource: Resource): void;
  dismiss(reason: unknown): void;
}

/**
 * Lets one caller in for each resource; the next `maxQueued` wait, all others are refused. Viewers take turns. Where the
 * queue is full of those of one viewer, the last of them makes room for another viewer's.
 * A resource (a connection) belongs to its caller until `leave` hands it to the next.
 */
export class Gate<Resource> {
  private readonly options: GateOptions;
  private readonly resources: number;
  private readonly idle: Resource[];
  private readonly waiting = new FairQueue<Waiter<Resource>>();
  private readonly holders = new Map<Resource, string>();
  private readonly held = new Map<string, number>();
  private closed = false;

  constructor(resources: readonly Resource[], options: GateOptions) {
    this.options = options;
    this.resources = resources.length;
    this.idle = [...resources];
  }

  /** @returns undefined when nothing is free for this viewer: it has to wait */
  take(viewer: string): Resource | undefined {
    if (this.closed) throw closing();
    const resource = this.mayHold(viewer) ? this.idle.pop() : undefined;
    return resource === undefined ? undefined : this.hand(resource, viewer);
  }

  /** @throws OverloadedError when the queue is full; the signal's reason when it aborts while waiting. */
  async enter({ signal, viewer = '', unrefusable = false }: Entry): Promise<Resource> {
    signal.throwIfAborted();
    const resource = this.take(viewer);
    if (resource !== undefined) return resource;
    if (this.waiting.size >= this.options.maxQueued && !unrefusable && !this.makeRoomFor(viewer)) {
      throw this.refusal(viewer);
    }
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.waiting.delete(viewer, waiter);
        reject(signal.reason);
      };
      const waiter: Waiter<Resource> = {
        refusable: !unrefusable,
        admit: (admitted) => {
          signal.removeEventListener('abort', abort);
          resolve(this.hand(admitted, viewer));
        },
        dismiss: (reason) => {
          signal.removeEventListener('abort', abort);
          reject(reason);
        },
      };
      this.waiting.add(viewer, waiter);
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  get taken(): number {
    return this.resources - this.idle.length;
  }

  get queued(): number {
    return this.waiting.size;
  }

  leave(resource: Resource): void {
    const viewer = this.holders.get(resource);
    if (viewer === undefined) return;
    this.holders.delete(resource);
    const left = (this.held.get(viewer) ?? 1) - 1;
    if (left === 0) this.held.delete(viewer);
    else this.held.set(viewer, left);
    const next = this.waiting.take((waiting) => this.mayHold(waiting));
    if (next === undefined) this.idle.push(resource);
    else next.item.admit(resource);
  }

  /** Refuses whoever waits and whoever comes. */
  close(): void {
    this.closed = true;
    for (const waiter of this.waiting.drain()) waiter.dismiss(closing());
  }

  private mayHold(viewer: string): boolean {
    return (this.held.get(viewer) ?? 0) < (this.options.maxPerViewer ?? this.resources);
  }

  private hand(resource: Resource, viewer: string): Resource {
    this.holders.set(resource, viewer);
    this.held.set(viewer, (this.held.get(viewer) ?? 0) + 1);
    return resource;
  }

  private makeRoomFor(viewer: string): boolean {
    const longest = this.waiting.longest();
    if (longest === undefined || longest.items.length <= this.waiting.lengthOf(viewer) + 1) return false;
    const last = longest.items.findLast(({ refusable }) => refusable);
    if (last === undefined) return false;
    this.waiting.delete(longest.viewer, last);
    last.dismiss(this.refusal(longest.viewer));
    return true;
  }

  private refusal(viewer: string): OverloadedError {
    return this.options.refusal({ waiting: this.waiting.size, held: this.held.get(viewer) ?? 0 });
  }
}

/** @param what that are too many */
export function overloaded(what: string, excess: Excess, advice: string): OverloadedError {
  return new OverloadedError(
    `Too many ${what} at once (limit ${excess.limit}): expected at most ${excess.allowed}, but got: ${excess.asked}. ${advice}`,
    excess,
  );
}

function closing(): StatementCancelledError {
  return new StatementCancelledError('The engine is closing');
}
