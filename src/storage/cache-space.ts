import { orAborted } from './aborted.ts';

export interface SpaceEntry {
  readonly id: string;
  /** Bytes. */
  size: number;
  /** How many hold it. */
  pins: number;
}

export type Wanted = Pick<SpaceEntry, 'id' | 'size'>;

interface Waiter<E> {
  readonly wanted: readonly Wanted[];
  readonly admit: (entries: E[]) => void;
}

/**
 * The bookkeeping of a bounded cache; it touches no file. Held entries stay; of the rest the least recently used goes
 * first. A set gets its place as a whole or waits as a whole, first come first served: callers that each held a part
 * could wait for each other for ever.
 */
export class CacheSpace<E extends SpaceEntry> {
  readonly #maxBytes: number;
  readonly #create: (wanted: Wanted) => E;
  readonly #evicted: (entry: E) => void;
  /** Least recently used first. */
  readonly #entries = new Map<string, E>();
  readonly #waiting: Waiter<E>[] = [];
  #bytes = 0;
  #heldBytes = 0;

  /** @param evicted is told of entries that must make room, never of held ones. */
  constructor(maxBytes: number, create: (wanted: Wanted) => E, evicted: (entry: E) => void) {
    this.#maxBytes = maxBytes;
    this.#create = create;
    this.#evicted = evicted;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Takes in an entry that nobody holds yet, as the most recently used. */
  add(entry: E): void {
    const earlier = this.#entries.get(entry.id);
    if (earlier) {
      this.drop(earlier);
      this.#evicted(earlier);
    }
    this.#entries.set(entry.id, entry);
    this.#bytes += entry.size;
    this.#evict();
  }

  /** Holds the entries, new ones where there are none, once there is room for all. They must fit by themselves. */
  async hold(wanted: readonly Wanted[], signal?: AbortSignal): Promise<E[]> {
    const now = this.#waiting.length === 0 ? this.#tryHold(wanted) : undefined;
    if (now) return now;
    const { promise, resolve } = Promise.withResolvers<E[]>();
    const waiter: Waiter<E> = { wanted, admit: resolve };
    this.#waiting.push(waiter);
    try {
      return await orAborted(promise, signal);
    } catch (error) {
      const place = this.#waiting.indexOf(waiter);
      if (place === -1) {
        this.release(await promise);
      } else {
        this.#waiting.splice(place, 1);
        this.#admitWaiting();
      }
      throw error;
    }
  }

  release(entries: readonly E[]): void {
    for (const entry of entries) {
      entry.pins -= 1;
      if (entry.pins === 0) this.#heldBytes -= entry.size;
    }
    this.#admitWaiting();
  }

  /** Forgets an entry that came to nothing. Those who hold it still release it. */
  drop(entry: E): void {
    if (this.#entries.get(entry.id) !== entry) return;
    this.#entries.delete(entry.id);
    this.#bytes -= entry.size;
  }

  #admitWaiting(): void {
    for (let first = this.#waiting[0]; first; first = this.#waiting[0]) {
      const entries = this.#tryHold(first.wanted);
      if (!entries) return;
      this.#waiting.shift();
      first.admit(entries);
    }
  }

  #tryHold(wanted: readonly Wanted[]): E[] | undefined {
    const more = wanted.reduce((sum, { id, size }) => sum + (this.#entries.get(id)?.pins ? 0 : size), 0);
    if (this.#heldBytes + more > this.#maxBytes) return undefined;
    this.#heldBytes += more;
    const held = wanted.map((want) => this.#pin(want));
    this.#evict();
    return held;
  }

  #pin(want: Wanted): E {
    const entry = this.#entries.get(want.id) ?? this.#create(want);
    // An entry of an earlier run may be a file that was cut; it takes its whole size once it is mended.
    this.#bytes += want.size - (this.#entries.delete(want.id) ? entry.size : 0);
    entry.size = want.size;
    entry.pins += 1;
    this.#entries.set(want.id, entry);
    return entry;
  }

  #evict(): void {
    for (const entry of this.#entries.values()) {
      if (this.#bytes <= this.#maxBytes) return;
      if (entry.pins > 0) continue;
      this.drop(entry);
      this.#evicted(entry);
    }
  }
}
