import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('where nobody tells the page, an answer that is ahead has the watch look at once, and no question again', async () => {
  vi.useFakeTimers();
  const facts = { getAttribute: () => JSON.stringify({ heartbeatSeconds: null }) };
  const page = { visibilityState: 'visible', querySelector: () => facts };
  vi.stubGlobal('document', Object.assign(new EventTarget(), page));
  let version = 'v1';
  const looks: number[] = [];
  const begun = Date.now();
  vi.stubGlobal('fetch', async () => {
    looks.push((Date.now() - begun) / 1000);
    return Response.json({ data: { dataset: { version, progress: null } } });
  });
  const { noteAnswered, snapshotVersion } = await import('../../dashboard/data/snapshot.ts');
  const { askUntilAnswered } = await import('../../dashboard/data/until-answered.ts');
  const { watchSnapshot } = await import('../../dashboard/data/watch-snapshot.ts');
  const stop = watchSnapshot();
  await vi.advanceTimersByTimeAsync(5_000);
  const usual = looks.length;
  version = 'v2';
  const asked: string[] = [];
  const stopAsking = askUntilAnswered(
    async () => {
      asked.push(version);
      return version;
    },
    {
      begun: () => {},
      answered: noteAnswered,
      isBehind: () => asked.at(-1) !== snapshotVersion.value,
      failed: () => {},
    },
  );
  await vi.advanceTimersByTimeAsync(9_000);
  expect(looks.slice(usual)).toEqual([5]);
  expect([snapshotVersion.value, asked]).toEqual(['v2', ['v2']]);
  stopAsking();
  stop();
});
