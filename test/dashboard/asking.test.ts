import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Failure } from '../../dashboard/data/failure.ts';
import {
  isUnreachable,
  looksWanted,
  noteAnswered,
  noteSnapshot,
  snapshotVersion,
} from '../../dashboard/data/snapshot.ts';
import { askUntilAnswered } from '../../dashboard/data/until-answered.ts';

/** The page, as far as asking looks at it. */
const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
const look = (state: 'visible' | 'hidden') => {
  page.visibilityState = state;
  page.dispatchEvent(new Event('visibilitychange'));
};
const tell = (version: string) => noteSnapshot({ since: null, version, devices: null });

let stops: (() => void)[] = [];
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', page);
  // All of a delay.
  vi.spyOn(Math, 'random').mockReturnValue(1);
  page.visibilityState = 'visible';
  isUnreachable.value = false;
  tell('v1');
});
afterEach(() => {
  for (const stop of stops) stop();
  stops = [];
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** Asks a service that answers as `answer` does. @returns the seconds after which it was asked */
function asking(answer: () => string) {
  const [asked, answers, failures]: [number[], string[], string[]] = [[], [], []];
  const begun = Date.now();
  let latest: string | undefined;
  const stop = askUntilAnswered(
    async () => {
      asked.push((Date.now() - begun) / 1000);
      return answer();
    },
    {
      begun: () => {},
      answered: (version) => {
        latest = version;
        answers.push(version);
      },
      isBehind: () => latest !== snapshotVersion.value,
      failed: ({ code }) => failures.push(code),
    },
  );
  stops.push(stop);
  return { asked, answers, failures, stop };
}
const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);
const fails = (): never => {
  throw new Failure('UNREACHABLE', '');
};

test('an answer of the snapshot that the page knows is asked for once', async () => {
  const { asked, answers } = asking(() => 'v1');
  await pass(600);
  expect([asked, answers]).toEqual([[0], ['v1']]);
});

test('behind a balancer, a process that is behind is asked again until it has caught up', async () => {
  tell('v2');
  let version = 'v1';
  const { asked, answers } = asking(() => version);
  await pass(10);
  version = 'v2';
  await pass(600);
  expect(asked).toEqual([0, 2, 6, 14]);
  expect(answers).toEqual(['v1', 'v1', 'v1', 'v2']);
});

test('one that stays behind is left alone after a minute, until there is another snapshot', async () => {
  tell('v2');
  const { asked } = asking(() => 'v1');
  await pass(3_600);
  expect(asked).toEqual([0, 2, 6, 14, 30, 62]);
});

test('one that is ahead is not asked again once the page has heard of its snapshot', async () => {
  const { asked } = asking(() => 'v2');
  await pass(1);
  tell('v2');
  await pass(600);
  expect(asked.length).toBeLessThanOrEqual(2);
  expect(asked.at(-1)).toBeLessThanOrEqual(1);
});

test('each failure waits longer, and an answer ends that', async () => {
  let isAway = true;
  const { asked, failures, answers } = asking(() => (isAway ? fails() : 'v1'));
  await pass(20);
  expect(asked).toEqual([0, 2, 6, 14]);
  expect(new Set(failures)).toEqual(new Set(['UNREACHABLE']));
  isAway = false;
  await pass(600);
  expect([asked.length, answers]).toEqual([5, ['v1']]);
});

test('nobody is asked while nobody looks, and at once when somebody does', async () => {
  const { asked } = asking(fails);
  await pass(1);
  look('hidden');
  await pass(3_600);
  expect(asked).toEqual([0]);
  look('visible');
  await pass(0);
  expect(asked).toEqual([0, 3_601]);
  // To look away and back before it is due is no reason to ask.
  look('hidden');
  look('visible');
  await pass(1);
  expect(asked).toHaveLength(2);
});

test('the service being there again, or another snapshot, is not waited for', async () => {
  const { asked } = asking(fails);
  await pass(15);
  expect(asked).toEqual([0, 2, 6, 14]);
  isUnreachable.value = true;
  await pass(1);
  isUnreachable.value = false;
  await pass(1);
  tell('v2');
  await pass(1);
  expect(asked).toEqual([0, 2, 6, 14, 16, 17]);
});

test.each(['RATE_LIMITED', 'OVERLOADED'])('%s is not asked before the service says', async (code) => {
  const { asked } = asking(() => {
    throw new Failure(code, '', { retryAfter: 20 });
  });
  await pass(1);
  tell('v2');
  isUnreachable.value = true;
  isUnreachable.value = false;
  await pass(18);
  expect(asked).toEqual([0]);
  await pass(1);
  expect(asked).toEqual([0, 20]);
});

test('where the first snapshot is being made, it is not waited for', async () => {
  const { asked } = asking(() => {
    throw new Failure('WARMING_UP', '', { retryAfter: 20 });
  });
  await pass(1);
  tell('v2');
  await pass(1);
  expect(asked).toEqual([0, 1]);
});

test('an answer of a snapshot that the page never heard of has it looked for, once', () => {
  tell('v2');
  const before = looksWanted.value;
  // That of now, an older one, and none.
  for (const version of ['v2', 'v1', null]) noteAnswered(version);
  expect(looksWanted.value).toBe(before);
  for (const _view of ['fleet', 'trends']) noteAnswered('ahead');
  expect(looksWanted.value).toBe(before + 1);
});

test('who does not look any more is neither told nor asks', async () => {
  const { asked, answers, failures, stop } = asking(fails);
  await pass(1);
  stop();
  tell('v2');
  await pass(600);
  expect([asked, answers, failures]).toEqual([[0], [], ['UNREACHABLE']]);
});
