import { setImmediate as nextRound } from 'node:timers/promises';
import DataLoader from 'dataloader';
import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { inSlices, mapInSlices, pause, sortInSlices, Turns } from '../src/pace.ts';

/** Does nothing else for so long. */
function busy(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

/** How many rounds of the event loop there are meanwhile. */
async function roundsDuring(work: () => Promise<unknown>): Promise<number> {
  let rounds = 0;
  let done = false;
  const count = () => {
    rounds++;
    if (!done) setImmediate(count);
  };
  setImmediate(count);
  await work();
  done = true;
  return rounds;
}

// What a test has left of its last round is not the next one's.
beforeEach(() => nextRound());

function* steps(count: number, milliseconds: number): Generator<void, number> {
  for (let step = 0; step < count; step++) {
    busy(milliseconds);
    yield;
  }
  return count;
}

test('long work has rounds in between, and the result that it would have without', async () => {
  const items = Array.from({ length: 640 }, (_, index) => index);
  let doubled: number[] = [];
  const rounds = await roundsDuring(async () => {
    doubled = await mapInSlices(items, (item) => {
      busy(0.25);
      return 2 * item;
    });
  });
  expect(doubled).toEqual(items.map((item) => 2 * item));
  expect(rounds).toBeGreaterThan(5);
  expect(await roundsDuring(() => inSlices(steps(100, 2)))).toBeGreaterThan(5);
});

test('short work waits for nobody', async () => {
  expect(await roundsDuring(() => mapInSlices([1, 2, 3], (item) => item))).toBe(0);
  expect(await roundsDuring(() => inSlices(steps(3, 0)))).toBe(0);
});

test('of many that work long, one goes on in each round', async () => {
  const turns: string[] = [];
  const work = async (name: string) => {
    for (let step = 0; step < 5; step++) {
      busy(11);
      turns.push(name);
      await pause();
    }
  };
  const rounds = await roundsDuring(() => Promise.all(['a', 'b', 'c'].map(work)));
  expect(rounds).toBeGreaterThanOrEqual(10);
  expect(turns.slice(3, 9)).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
});

test('sorted in slices is sorted at once, equals in the order that they had', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(5_000), fc.integer({ min: 1, max: 100 }), async (length, values) => {
      const items = Array.from({ length }, (_, index) => ({ index, value: (index * 7919) % values }));
      const byValue = (a: { value: number }, b: { value: number }) => a.value - b.value;
      expect(await sortInSlices(items, byValue)).toEqual(items.toSorted(byValue));
    }),
    { numRuns: 30 },
  );
});

test('while much is sorted, others have their turn', async () => {
  const items = Array.from({ length: 20_000 }, (_, index) => (index * 7919) % 20_000);
  const slowly = (a: number, b: number) => {
    busy(0.001);
    return a - b;
  };
  expect(await roundsDuring(() => sortInSlices(items, slowly))).toBeGreaterThan(10);
});

test('what one error ends takes nobody else along', async () => {
  const failing = mapInSlices([1, 2], () => {
    throw new Error('broken');
  });
  await expect(failing).rejects.toThrow('broken');
  expect(await inSlices(steps(5, 5))).toBe(5);
});

test('keys of a list that waits in the middle are loaded together', async () => {
  const batches: number[] = [];
  const turns = new Turns();
  const loader = new DataLoader<number, number>(
    async (keys) => {
      batches.push(keys.length);
      return keys;
    },
    { batchScheduleFn: turns.schedule },
  );
  const loaded: Promise<number>[] = [];
  for (let key = 0; key < 20; key++) {
    loaded.push(loader.load(key));
    if (key % 5 === 0) await turns.next();
  }
  expect(await Promise.all(loaded)).toHaveLength(20);
  expect(batches).toEqual([20]);
});
