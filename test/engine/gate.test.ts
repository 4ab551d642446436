import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Gate, overloaded } from '../../src/engine/gate.ts';
import { OverloadedError, StatementCancelledError } from '../../src/errors.ts';

const never = new AbortController().signal;

/** A gate, and a record of who was let in or turned away, in order. */
function watchedGate(
  resources: readonly string[],
  maxQueued: number,
  options: { readonly maxPerViewer?: number } = {},
) {
  const gate = new Gate(resources, {
    queue: {
      most: maxQueued,
      refusal: ({ waiting }) =>
        overloaded('turns', { limit: 'turns', asked: waiting + 1, allowed: maxQueued }, 'Try again'),
    },
    ...options,
  });
  const record: string[] = [];
  const enter = (name: string, signal = never, viewer = '') => {
    gate.enter({ signal, viewer }).then(
      (resource) => record.push(`${name} got ${resource}`),
      (reason: unknown) =>
        record.push(`${name} turned away: ${reason instanceof Error ? reason.name : reason}`),
    );
  };
  const settled = async () => {
    await setImmediate();
    return record.splice(0);
  };
  return { gate, enter, settled };
}

test('lends every resource once, then hands each on in order of arrival', async () => {
  const { gate, enter, settled } = watchedGate(['a', 'b'], 10);
  for (const name of ['1', '2', '3', '4', '5']) enter(name);
  const first = await settled();
  expect(first.map((line) => line.slice(0, 5))).toEqual(['1 got', '2 got']);
  expect(new Set(first.map((line) => line.slice(6)))).toEqual(new Set(['a', 'b']));

  gate.leave('b');
  expect(await settled()).toEqual(['3 got b']);
  gate.leave('a');
  gate.leave('b');
  expect(await settled()).toEqual(['4 got a', '5 got b']);

  gate.leave('a');
  enter('6');
  enter('7');
  expect(await settled()).toEqual(['6 got a']);
});

test('refuses whoever comes to a full queue, and takes the next once there is room', async () => {
  const { gate, enter, settled } = watchedGate(['a'], 2);
  for (const name of ['inside', 'first', 'second']) enter(name);
  expect(await settled()).toEqual(['inside got a']);
  await expect(gate.enter({ signal: never })).rejects.toThrow(OverloadedError);
  await expect(gate.enter({ signal: never })).rejects.toMatchObject({
    code: 'OVERLOADED',
    message: 'Too many turns at once (limit turns): expected at most 2, but got: 3. Try again',
    details: { limit: 'turns', asked: 3, allowed: 2 },
  });

  gate.leave('a');
  enter('third');
  expect(await settled()).toEqual(['first got a']);
  gate.leave('a');
  gate.leave('a');
  expect(await settled()).toEqual(['second got a', 'third got a']);
});

test('without a queue, nobody waits', async () => {
  const { gate, enter, settled } = watchedGate(['a'], 0);
  enter('first');
  enter('second');
  expect((await settled()).sort()).toEqual(['first got a', 'second turned away: OverloadedError']);
  gate.leave('a');
  enter('third');
  expect(await settled()).toEqual(['third got a']);
});

test('an abort takes a waiter out of the queue, with the reason, and makes room', async () => {
  const { gate, enter, settled } = watchedGate(['a'], 2);
  const controller = new AbortController();
  enter('inside');
  enter('leaver', controller.signal);
  enter('patient');
  controller.abort('has left');
  expect(await settled()).toEqual(['inside got a', 'leaver turned away: has left']);

  enter('newcomer');
  gate.leave('a');
  gate.leave('a');
  expect(await settled()).toEqual(['patient got a', 'newcomer got a']);
});

test('an abort after being let in changes nothing', async () => {
  const { gate, enter, settled } = watchedGate(['a'], 2);
  const controller = new AbortController();
  enter('inside');
  enter('waiter', controller.signal);
  gate.leave('a');
  controller.abort();
  enter('next');
  expect(await settled()).toEqual(['inside got a', 'waiter got a']);
  gate.leave('a');
  expect(await settled()).toEqual(['next got a']);
});

test('a signal that is aborted already takes no resource', async () => {
  const { gate, enter, settled } = watchedGate(['a'], 2);
  await expect(gate.enter({ signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow('too late');
  enter('other');
  expect(await settled()).toEqual(['other got a']);
});

test('closing turns away who waits and who comes; who is inside still leaves', async () => {
  const { gate, enter, settled } = watchedGate(['a'], 10);
  for (const name of ['inside', '1', '2']) enter(name);
  gate.close();
  expect(await settled()).toEqual([
    'inside got a',
    '1 turned away: StatementCancelledError',
    '2 turned away: StatementCancelledError',
  ]);
  gate.leave('a');
  await expect(gate.enter({ signal: never })).rejects.toThrow(StatementCancelledError);
});

test('viewers take turns, however many one of them has waiting', async () => {
  const { gate, enter, settled } = watchedGate(['a'], 1_000);
  for (let index = 0; index < 200; index++) enter(`greedy ${index}`, never, 'greedy');
  enter('modest 0', never, 'modest');
  enter('modest 1', never, 'modest');
  await settled();
  const order: string[] = [];
  for (let index = 0; index < 5; index++) {
    gate.leave('a');
    order.push(...(await settled()));
  }
  expect(order).toEqual([
    'greedy 1 got a',
    'modest 0 got a',
    'greedy 2 got a',
    'modest 1 got a',
    'greedy 3 got a',
  ]);
});

test('a full queue of one viewer makes room for others, from its end, until both have as many', async () => {
  const { gate, enter, settled } = watchedGate(['a'], 4);
  for (const name of ['g0', 'g1', 'g2', 'g3', 'g4']) enter(name, never, 'greedy');
  expect(await settled()).toEqual(['g0 got a']);
  enter('m0', never, 'modest');
  enter('m1', never, 'modest');
  enter('m2', never, 'modest');
  expect((await settled()).toSorted()).toEqual([
    'g3 turned away: OverloadedError',
    'g4 turned away: OverloadedError',
    'm2 turned away: OverloadedError',
  ]);
  for (let index = 0; index < 4; index++) gate.leave('a');
  expect(await settled()).toEqual(['g1 got a', 'm0 got a', 'g2 got a', 'm1 got a']);
});

test('whoever makes room is told of a queue that is too long, as whoever finds it full is', async () => {
  const { gate, enter } = watchedGate(['a'], 2);
  enter('inside', never, 'greedy');
  enter('g0', never, 'greedy');
  const displaced = gate.enter({ signal: never, viewer: 'greedy' });
  enter('m0', never, 'modest');
  await expect(displaced).rejects.toMatchObject({ details: { limit: 'turns', asked: 3, allowed: 2 } });
});

test('the own statements of the service wait however many do, and take nobody else the room to wait', async () => {
  const { gate, enter, settled } = watchedGate(['a'], 2);
  const own = Array.from({ length: 6 }, () => gate.enter({ signal: never, unrefusable: true }));
  enter('m0', never, 'modest');
  enter('m1', never, 'modest');
  expect(await settled()).toEqual([]);
  await expect(gate.enter({ signal: never, viewer: 'modest' })).rejects.toMatchObject({
    details: { asked: 3, allowed: 2 },
  });
  // They take their turns like one viewer.
  await own[0];
  gate.leave('a');
  await own[1];
  gate.leave('a');
  expect(await settled()).toEqual(['m0 got a']);
  gate.leave('a');
  await own[2];
  gate.leave('a');
  expect(await settled()).toEqual(['m1 got a']);
  for (const entry of own.slice(3)) {
    gate.leave('a');
    await entry;
  }
});

test('a full queue makes room for others, however many own statements of the service wait', async () => {
  const { gate, enter, settled } = watchedGate(['a'], 3);
  enter('inside');
  const own = Array.from({ length: 5 }, () => gate.enter({ signal: never, unrefusable: true }));
  for (const name of ['g0', 'g1', 'g2']) enter(name, never, 'greedy');
  enter('m0', never, 'modest');
  expect(await settled()).toEqual(['inside got a', 'g2 turned away: OverloadedError']);
  expect(gate.queued).toBe(8);
  gate.close();
  await Promise.allSettled(own);
});

test('one viewer holds no more than its share, and the rest goes to others', async () => {
  const { gate, enter, settled } = watchedGate(['a', 'b', 'c'], 10, { maxPerViewer: 2 });
  for (const name of ['g0', 'g1', 'g2']) enter(name, never, 'greedy');
  enter('m0', never, 'modest');
  expect((await settled()).map((line) => line.slice(0, 2))).toEqual(['g0', 'g1', 'm0']);
  gate.leave('c');
  gate.leave('b');
  gate.leave('a');
  expect((await settled()).map((line) => line.slice(0, 2))).toEqual(['g2']);
});
