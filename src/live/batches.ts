import type { Gate } from '../engine/gate.ts';

/** One of the questions of a subscriber. */
export interface Question<Item> {
  readonly item: Item;
  /** The same for the same answer alone. */
  readonly key: string;
  /** What is asked in one go has the same. */
  readonly group: string;
  /** How much of a batch it takes. */
  readonly weight: number;
}

/** Who asks, and until when. */
export interface Asker {
  readonly viewer: string;
  /** Aborts when nobody waits for the answers any more. */
  readonly signal: AbortSignal;
}

export interface BatchesParts<Item, Answer> {
  /** So many batches go on at a time. Those who ask take turns. */
  readonly gate: Gate<object>;
  /** What one batch may weigh; one question alone may weigh more. */
  readonly most: number;
  /** Answers in the order of the items, which are of one group. */
  answer(items: readonly Item[], signal: AbortSignal): Promise<readonly Answer[]>;
}

interface Entry<Item, Answer> {
  readonly key: string;
  readonly item: Item;
  readonly batch: Batch<Item, Answer>;
  readonly answer: PromiseWithResolvers<Answer>;
  waiting: number;
}

interface Batch<Item, Answer> {
  readonly group: string;
  readonly viewer: string;
  readonly entries: Set<Entry<Item, Answer>>;
  readonly stop: AbortController;
  weight: number;
  /** How many of its entries somebody waits for. */
  wanted: number;
  state: 'gathering' | 'begun' | 'over';
}

/**
 * Work under way that subscribers share. What is asked in one tick, and while a batch waits for its turn, is asked in one go;
 * what somebody waits for already is not asked again. Nothing is kept of what has been answered, and nothing goes on that nobody
 * waits for any more.
 */
export class Batches<Item, Answer> {
  private readonly parts: BatchesParts<Item, Answer>;
  private readonly entries = new Map<string, Entry<Item, Answer>>();
  /** Of each group the one that takes more. */
  private readonly gathering = new Map<string, Batch<Item, Answer>>();

  constructor(parts: BatchesParts<Item, Answer>) {
    this.parts = parts;
  }

  /** How many questions are under way. */
  get size(): number {
    return this.entries.size;
  }

  /** Answers in the order of the questions. @throws the reason of the signal; what a batch has failed with */
  async ask(questions: readonly Question<Item>[], { viewer, signal }: Asker): Promise<Answer[]> {
    signal.throwIfAborted();
    const entries = questions.map((question) => this.enter(question, viewer));
    try {
      return await untilAborted(Promise.all(entries.map(({ answer }) => answer.promise)), signal);
    } finally {
      for (const entry of entries) this.leave(entry);
    }
  }

  private enter({ item, key, group, weight }: Question<Item>, viewer: string): Entry<Item, Answer> {
    const known = this.entries.get(key);
    if (known !== undefined) {
      known.waiting++;
      return known;
    }
    const batch = this.batchWithRoom(group, weight, viewer);
    const entry = { key, item, batch, answer: Promise.withResolvers<Answer>(), waiting: 1 };
    batch.entries.add(entry);
    batch.weight += weight;
    batch.wanted++;
    this.entries.set(key, entry);
    return entry;
  }

  private batchWithRoom(group: string, weight: number, viewer: string): Batch<Item, Answer> {
    const open = this.gathering.get(group);
    if (open !== undefined && open.weight + weight <= this.parts.most) return open;
    const batch: Batch<Item, Answer> = {
      group,
      viewer,
      entries: new Set(),
      stop: new AbortController(),
      weight: 0,
      wanted: 0,
      state: 'gathering',
    };
    this.gathering.set(group, batch);
    // Once all have asked who were woken by the same, as DataLoader does.
    queueMicrotask(() => process.nextTick(() => void this.run(batch)));
    return batch;
  }

  private leave(entry: Entry<Item, Answer>): void {
    const { batch } = entry;
    entry.waiting--;
    if (entry.waiting > 0) return;
    this.forget(entry);
    if (batch.state === 'gathering') batch.entries.delete(entry);
    batch.wanted--;
    if (batch.wanted > 0 || batch.state === 'over') return;
    this.close(batch);
    batch.stop.abort();
  }

  private async run(batch: Batch<Item, Answer>): Promise<void> {
    const { gate, answer } = this.parts;
    const { viewer, stop, entries } = batch;
    try {
      const place = await gate.enter({ viewer, signal: stop.signal });
      try {
        this.close(batch);
        batch.state = 'begun';
        const asked = [...entries];
        const answers = await answer(
          asked.map(({ item }) => item),
          stop.signal,
        );
        for (const [place, entry] of asked.entries()) entry.answer.resolve(answers[place] as Answer);
      } finally {
        gate.leave(place);
      }
    } catch (error) {
      for (const entry of entries) entry.answer.reject(error);
    } finally {
      batch.state = 'over';
      this.close(batch);
      for (const entry of entries) this.forget(entry);
    }
  }

  /** It takes no more. */
  private close(batch: Batch<Item, Answer>): void {
    if (this.gathering.get(batch.group) === batch) this.gathering.delete(batch.group);
  }

  private forget(entry: Entry<Item, Answer>): void {
    if (this.entries.get(entry.key) === entry) this.entries.delete(entry.key);
  }
}

/** Settles as the work does, or at once when the signal aborts. @throws its reason */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
