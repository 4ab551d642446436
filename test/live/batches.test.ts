import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { patientGate } from '../../src/engine/gates.ts';
import { Batches, type Question } from '../../src/live/batches.ts';

const never = new AbortController().signal;

/** Batches whose answers a test gives, one after the other. */
function heldBatches({ places = 1, most = 10 } = {}) {
  const begun: { items: readonly string[]; signal: AbortSignal; answered: PromiseWithResolvers<void> }[] = [];
  const batches = new Batches<string, string>({
    gate: patientGate(places),
    most,
    answer: async (items, signal) => {
      const answered = Promise.withResolvers<void>();
      begun.push({ items, signal, answered });
      signal.addEventListener('abort', () => answered.reject(signal.reason), { once: true });
      await answered.promise;
      return items.map((item) => `answer to ${item}`);
    },
  });
  const ask = (items: string, { viewer = '', signal = never, group = '' } = {}) =>
    batches.ask(
      [...items].map((item): Question<string> => ({ item, key: item, group, weight: 1 })),
      { viewer, signal },
    );
  const asked = async () => {
    await setImmediate();
    return begun.map(({ items }) => items.join(''));
  };
  const answer = (place: number) => begun[place]?.answered.resolve();
  return { batches, begun, ask, asked, answer };
}

test('what is asked in one tick, and while a batch waits, is asked in one go; nothing is kept of it', async () => {
  const { batches, ask, asked, answer } = heldBatches();
  const first = [ask('ab'), ask('bc'), ask('')];
  expect(await asked()).toEqual(['abc']);
  const waiting = [ask('d'), ask('a')];
  await setImmediate();
  waiting.push(ask('e'));
  expect(await asked()).toEqual(['abc']);
  answer(0);
  expect(await Promise.all(first)).toEqual([
    ['answer to a', 'answer to b'],
    ['answer to b', 'answer to c'],
    [],
  ]);
  expect(await asked()).toEqual(['abc', 'de']);
  answer(1);
  expect(await Promise.all(waiting)).toEqual([['answer to d'], ['answer to a'], ['answer to e']]);
  expect(batches.size).toBe(0);
  const again = ask('a');
  expect(await asked()).toEqual(['abc', 'de', 'a']);
  answer(2);
  await again;
});

test('a batch is no larger than it may be, and of one group; so many go on at a time', async () => {
  const { ask, asked, answer } = heldBatches({ places: 2, most: 3 });
  const all = [ask('abcd'), ask('e'), ask('x', { group: 'other' })];
  expect(await asked()).toEqual(['abc', 'de']);
  answer(0);
  expect(await asked()).toEqual(['abc', 'de', 'x']);
  answer(1);
  answer(2);
  expect((await Promise.all(all)).flat()).toHaveLength(6);
});

test('one question alone may be larger than a batch', async () => {
  const { batches, asked, answer } = heldBatches({ most: 3 });
  const large = batches.ask([{ item: 'l', key: 'l', group: '', weight: 7 }], { viewer: '', signal: never });
  expect(await asked()).toEqual(['l']);
  answer(0);
  expect(await large).toEqual(['answer to l']);
});

test('viewers take turns, however much one of them asks', async () => {
  const { ask, asked, answer } = heldBatches({ most: 1 });
  const all = [ask('abcd', { viewer: 'greedy' }), ask('m', { viewer: 'modest' })];
  for (let place = 0; place < 5; place++) {
    await asked();
    answer(place);
  }
  await Promise.all(all);
  expect(await asked()).toEqual(['a', 'b', 'm', 'c', 'd']);
});

test('what nobody waits for any more ends, and does not begin', async () => {
  const { batches, begun, ask, asked, answer } = heldBatches({ most: 2 });
  const [one, other] = [new AbortController(), new AbortController()];
  const leaving = Promise.allSettled([
    ask('ab', { signal: one.signal }),
    ask('b', { signal: other.signal }),
    ask('cde', { signal: one.signal }),
  ]);
  expect(await asked()).toEqual(['ab']);
  one.abort(new Error('has gone'));
  await setImmediate();
  // Somebody else waits for a part of it.
  expect(begun[0]?.signal.aborted).toBe(false);
  other.abort(new Error('has gone too'));
  expect((await leaving).map((result) => 'reason' in result && result.reason.message)).toEqual([
    'has gone',
    'has gone too',
    'has gone',
  ]);
  expect(begun[0]?.signal.aborted).toBe(true);
  expect(batches.size).toBe(0);
  const next = ask('z');
  expect(await asked()).toEqual(['ab', 'z']);
  answer(1);
  await next;
  await expect(ask('a', { signal: one.signal })).rejects.toThrow('has gone');
});

test('who leaves before a batch begins takes their questions along', async () => {
  const { ask, asked, answer } = heldBatches();
  const first = ask('x');
  await asked();
  const gone = new AbortController();
  const left = ask('ab', { signal: gone.signal });
  const stays = ask('bc');
  gone.abort(new Error('has gone'));
  await expect(left).rejects.toThrow('has gone');
  answer(0);
  await first;
  expect(await asked()).toEqual(['x', 'bc']);
  answer(1);
  expect(await stays).toEqual(['answer to b', 'answer to c']);
});

test('a batch that fails fails for those who share it, and is asked anew', async () => {
  const { batches, begun, ask, asked, answer } = heldBatches();
  const [failing, other] = [ask('a'), ask('x', { group: 'other' })];
  await asked();
  begun[0]?.answered.reject(new Error('The store is gone'));
  await expect(failing).rejects.toThrow('The store is gone');
  await asked();
  answer(1);
  expect(await other).toEqual(['answer to x']);
  expect(batches.size).toBe(0);
  const again = ask('a');
  await asked();
  answer(2);
  expect(await again).toEqual(['answer to a']);
});
