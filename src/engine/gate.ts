import { type Excess, OverloadedError, StatementCancelledError } from '../errors.ts';
import { FairQueue } from './fair-queue.ts';

export interface GateOptions {
  /** Unset: whoever comes may wait. */
  readonly queue?: Queue;
  /** The most resources that one viewer may hold; unset: all of them. */
  readonly maxPerViewer?: number;
}

interface Queue {
  /** So many wait at a time. */
  readonly most: number;
  /** What those are told who find it full. */
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
  /** Waits however many wait already, and is none of those: for the own work of the service. */
  readonly unrefusable?: boolean | undefined;
}

/** The line of those who cannot be refused: it takes its turns like that of a viewer, and takes no place from anybody. */
const OWN = Symbol('own work');
type Line = string | typeof OWN;

interface Waiter<Resource> {
  admit(resource: Resource): void;
  dismiss(reason: unknown): void;
}

/**
 * Lets one caller in for each resource; as many as the queue takes wait, all others are refused. Viewers take turns. Where the
 * queue is full of those of one viewer, the last of them makes room for another viewer's.
 * A resource (a connection) belongs to its caller until `leave` hands it to the next.
 */
export class Gate<Resource> {
  private readonly options: GateOptions;
  private readonly resources: number;
  private readonly idle: Resource[];
  private readonly waiting = new FairQueue<Line, Waiter<Resource>>();
  private readonly holders = new Map<Resource, Line>();
  private readonly held = new Map<Line, number>();
  private closed = false;

  constructor(resources: readonly Resource[], options: GateOptions) {
    this.options = options;
    this.resources = resources.length;
    this.idle = [...resources];
  }

  /** @returns undefined when nothing is free for this viewer: it has to wait */
  take(viewer: string): Resource | undefined {
    return this.takeFor(viewer);
  }

  /** @throws OverloadedError when the queue is full; the signal's reason when it aborts while waiting. */
  async enter({ signal, viewer = '', unrefusable = false }: Entry): Promise<Resource> {
    signal.throwIfAborted();
    const line = unrefusable ? OWN : viewer;
    const resource = this.takeFor(line);
    if (resource !== undefined) return resource;
    const { queue } = this.options;
    if (line !== OWN && queue !== undefined) this.findRoom(line, queue);
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.waiting.delete(line, waiter);
        reject(signal.reason);
      };
      const waiter: Waiter<Resource> = {
        admit: (admitted) => {
          signal.removeEventListener('abort', abort);
          resolve(this.hand(admitted, line));
        },
        dismiss: (reason) => {
          signal.removeEventListener('abort', abort);
          reject(reason);
        },
      };
      this.waiting.add(line, waiter);
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
    const line = this.holders.get(resource);
    if (line === undefined) return;
    this.holders.delete(resource);
    const left = (this.held.get(line) ?? 1) - 1;
    if (left === 0) this.held.delete(line);
    else this.held.set(line, left);
    const next = this.waiting.take((waiting) => this.mayHold(waiting));
    if (next === undefined) this.idle.push(resource);
    else next.item.admit(resource);
  }

  /** Refuses whoever waits and whoever comes. */
  close(): void {
    this.closed = true;
    for (const waiter of this.waiting.drain()) waiter.dismiss(closing());
  }

  private takeFor(line: Line): Resource | undefined {
    if (this.closed) throw closing();
    const resource = this.mayHold(line) ? this.idle.pop() : undefined;
    return resource === undefined ? undefined : this.hand(resource, line);
  }

  /** How many wait that the queue is bounded for. */
  private get refusable(): number {
    return this.waiting.size - this.waiting.lengthOf(OWN);
  }

  private mayHold(line: Line): boolean {
    return (this.held.get(line) ?? 0) < (this.options.maxPerViewer ?? this.resources);
  }

  private hand(resource: Resource, line: Line): Resource {
    this.holders.set(resource, line);
    this.held.set(line, (this.held.get(line) ?? 0) + 1);
    return resource;
  }

  /** @throws OverloadedError unless there is room in the queue, or somebody with a longer line makes it */
  private findRoom(viewer: string, { most, refusal }: Queue): void {
    if (this.refusable < most) return;
    const longest = this.waiting.longest((line) => line !== OWN);
    const last = longest?.items.at(-1);
    const isLonger = (longest?.items.length ?? 0) > this.waiting.lengthOf(viewer) + 1;
    if (longest === undefined || last === undefined || !isLonger) throw refusal(this.crowdOf(viewer));
    // It waits as well until it is told how many do.
    const displaced = refusal(this.crowdOf(longest.line));
    this.waiting.delete(longest.line, last);
    last.dismiss(displaced);
  }

  private crowdOf(line: Line): Crowd {
    return { waiting: this.refusable, held: this.held.get(line) ?? 0 };
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
