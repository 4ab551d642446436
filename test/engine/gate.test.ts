import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Gate } from '../../src/engine/gate.ts';
import { EngineOverloadedError, StatementCancelledError } from '../../src/errors.ts';

const never = new AbortController().signal;

/** A gate, and a record of who was let in or turned away, in order. */
function watchedGate(resources: readonly string[], maxQueued: number) {
  const gate = new Gate(resources, maxQueued);
  const record: string[] = [];
  const enter = (name: string, signal = never) => {
    gate.enter(signal).then(
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
  await expect(gate.enter(never)).rejects.toThrow(EngineOverloadedError);
  await expect(gate.enter(never)).rejects.toMatchObject({
    code: 'OVERLOADED',
    message: 'Too many statements at once: 2 already wait for their turn. Try again shortly',
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
  expect((await settled()).sort()).toEqual(['first got a', 'second turned away: EngineOverloadedError']);
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
  await expect(gate.enter(AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
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
  await expect(gate.enter(never)).rejects.toThrow(StatementCancelledError);
});
