import { expect, test } from 'vitest';
import { storeOf } from './staged-store.ts';

test('what came, changed and went is merged as all partials at once are', async () => {
  const { stage, publish, compared } = await storeOf({ memoryBytes: 1e9 });
  await stage(1, 1_000, '2026-03-01');
  await stage(2, 700, '2026-03-01');
  await stage(3, 1_200, '2026-03-02');
  await publish([1, 3]);
  expect(await compared()).toEqual({ days: { n: 2_200, wrong: 0 }, devices: { n: 1_200, wrong: 0 } });
  // Nothing goes: devices grow by what came.
  await publish([2]);
  expect(await compared()).toEqual({ days: { n: 2_200, wrong: 0 }, devices: { n: 1_200, wrong: 0 } });
  await stage(4, 1_500, '2026-03-01');
  await publish([4], [1]);
  expect(await compared()).toEqual({ days: { n: 2_700, wrong: 0 }, devices: { n: 1_500, wrong: 0 } });
  await publish([], [4, 2]);
  expect(await compared()).toEqual({ days: { n: 1_200, wrong: 0 }, devices: { n: 1_200, wrong: 0 } });
});
