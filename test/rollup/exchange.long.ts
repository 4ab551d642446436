import { expect, test } from 'vitest';
import { storeOf } from './staged-store.ts';

test('many device-days come at once in memory that does not grow with them: of many days, and of one', async () => {
  // Merged by one statement they would take some 500 bytes each.
  const { stage, publish, counted } = await storeOf({ memoryBytes: 160e6 });
  const days = ['2026-03-01', '2026-03-02', '2026-03-03'];
  for (const [index, day] of days.entries()) await stage(1 + index, 100_000, day);
  await stage(4, 250_000, '2026-03-04');
  await publish([1, 2, 3, 4]);
  expect(await counted()).toEqual([
    { days: 550_000, devices: 250_000, readings: 1_650_000, of_devices: 1_650_000 },
  ]);
});
