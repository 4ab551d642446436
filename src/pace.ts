/**
 * One thread answers everybody. Work that takes longer than a slice asks here whether it is due, and then waits for its
 * next turn: whatever has come meanwhile is looked at before, and of all that wait one goes on in each round of the event
 * loop. So a stall is as long as a slice and the step that was under way, however many large answers are made at once.
 */
const SLICE_MS = 10;
/** Steps of some microseconds, between which the clock is not worth looking at. */
const ITEMS = 32;
/** Comparisons are quicker. */
const RUN = 512;

/** When the work of this round began; undefined: none yet. */
let begunAt: number | undefined;
const waiting: (() => void)[] = [];

/** Whether this round has been at work for a slice, on whatever. */
export function isDue(): boolean {
  if (begunAt === undefined) begin();
  return performance.now() - (begunAt as number) >= SLICE_MS;
}

function begin(): void {
  begunAt = performance.now();
  setImmediate(() => {
    begunAt = undefined;
  });
}

/** Between two steps of long work. */
export async function pause(): Promise<void> {
  if (isDue()) await nextTurn();
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (waiting.push(resolve) === 1) setImmediate(resume);
  });
}

function resume(): void {
  begin();
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(resume);
}

/** `items.map`, in slices. */
export async function mapInSlices<Item, Result>(
  items: readonly Item[],
  map: (item: Item, index: number) => Result,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let index = 0; index < items.length; index++) {
    if (index % ITEMS === 0 && isDue()) await nextTurn();
    results.push(map(items[index] as Item, index));
  }
  return results;
}

/** `items.toSorted`, in slices. */
export async function sortInSlices<Item>(
  items: readonly Item[],
  compare: (a: Item, b: Item) => number,
): Promise<Item[]> {
  let runs: Item[][] = [];
  for (let begin = 0; begin < items.length; begin += RUN) {
    await pause();
    runs.push(items.slice(begin, begin + RUN).sort(compare));
  }
  while (runs.length > 1) {
    const merged: Item[][] = [];
    for (let run = 0; run < runs.length; run += 2) {
      merged.push(await mergeInSlices(runs[run] ?? [], runs[run + 1] ?? [], compare));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

/** Of equals, those of `first` come first. */
async function mergeInSlices<Item>(
  first: readonly Item[],
  second: readonly Item[],
  compare: (a: Item, b: Item) => number,
): Promise<Item[]> {
  const merged: Item[] = [];
  let [one, other] = [0, 0];
  while (one < first.length || other < second.length) {
    if (merged.length % RUN === 0) await pause();
    const isFirst =
      other === second.length ||
      (one < first.length && compare(first[one] as Item, second[other] as Item) <= 0);
    merged.push((isFirst ? first[one++] : second[other++]) as Item);
  }
  return merged;
}

/** Work that says where it may pause. */
export async function inSlices<Result>(work: Iterator<void, Result>): Promise<Result> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    await pause();
  }
}

/**
 * The turns of one operation. Keys are gathered for one statement while its lists are walked through, so a list that
 * waits in the middle holds the statement back.
 */
export class Turns {
  private waiting = 0;

  async next(): Promise<void> {
    this.waiting++;
    await nextTurn();
    this.waiting--;
  }

  /** When a DataLoader may send what it has gathered: as it does itself, and not while a list waits. */
  readonly schedule = (send: () => void): void => {
    Promise.resolve().then(() => process.nextTick(() => this.sendOnceWalked(send)));
  };

  private sendOnceWalked(send: () => void): void {
    if (this.waiting === 0) send();
    else setImmediate(() => this.sendOnceWalked(send));
  }
}

const turns = new WeakMap<object, Turns>();

/** @param operation the read path of one */
export function turnsOf(operation: object): Turns {
  let own = turns.get(operation);
  if (own === undefined) {
    own = new Turns();
    turns.set(operation, own);
  }
  return own;
}
