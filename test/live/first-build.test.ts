import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { RollupStore } from '../../src/rollup/store.ts';
import { appOver } from '../support/app-over.ts';
import { datasetFacts } from '../support/datasets.ts';
import { listening } from '../support/event-stream.ts';

const { readings } = datasetFacts.manySmall;

interface Changed {
  readonly datasetChanged: { readonly version: string; readonly complete: boolean };
}

test('with WARMUP=partial too, events wait until the first rollups are of all objects', async () => {
  const released = Promise.withResolvers<void>();
  const stage = RollupStore.prototype.stage;
  const partIsOut = Promise.withResolvers<void>();
  let batches = 0;
  // The first batch is published as a part; the build stands still before the second.
  const held = vi.spyOn(RollupStore.prototype, 'stage').mockImplementation(async function (
    this: RollupStore,
    ...args
  ) {
    if (batches++ > 0) {
      partIsOut.resolve();
      await released.promise;
    }
    return stage.apply(this, args);
  });
  onTestFinished(() => held.mockRestore());
  const app = await appOver('manySmall', {}, { WARMUP: 'partial', REFRESH_SECONDS: '86400' });
  // Released first: nothing ends while the build stands still.
  onTestFinished(async () => {
    released.resolve();
    await app.close();
  });
  const { subscribe } = await listening(app);
  const dataset = () =>
    app.ask<{ dataset: { version: string; coverage: number } }>('{ dataset { version coverage } }');
  await partIsOut.promise;
  const part = await dataset();
  expect(part.dataset.coverage).toBeGreaterThan(0);
  expect(part.dataset.coverage).toBeLessThan(1);
  const changed = await subscribe('subscription { datasetChanged { version complete } }');
  const latest = await subscribe(
    'subscription { latestReadings(deviceIds: ["no-such-device"]) { version reset } }',
  );
  const told: string[] = [];
  const first = changed.data<Changed>().finally(() => told.push('datasetChanged'));
  const latestFirst = latest.data().finally(() => told.push('latestReadings'));
  await setTimeout(300);
  expect(told).toEqual([]);
  expect((await dataset()).dataset).toEqual(part.dataset);
  released.resolve();
  await app.refresh();
  const whole = await app.ask<{ dataset: { version: string }; overview: object }>(
    '{ dataset { version } overview { totalRows } }',
  );
  expect(whole.overview).toEqual({ totalRows: readings });
  expect(whole.dataset.version).not.toBe(part.dataset.version);
  const { id, datasetChanged } = await first;
  expect(datasetChanged.version).toBe(whole.dataset.version);
  expect(await latestFirst).toMatchObject({
    latestReadings: { version: whole.dataset.version, reset: true },
  });
  // Whoever was told goes on from there.
  const again = await subscribe(`subscription { datasetChanged(since: "${id}") { version complete } }`);
  expect(await again.data<Changed>()).toMatchObject({ datasetChanged: { complete: true } });
});
