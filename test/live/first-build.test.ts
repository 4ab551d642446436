import { expect, onTestFinished, test } from 'vitest';
import { appOver } from '../support/app-over.ts';
import { datasetFacts } from '../support/datasets.ts';
import { listening } from '../support/event-stream.ts';
import { objectsOpened } from '../support/objects-opened.ts';

const { objects, readings } = datasetFacts.manySmall;

interface Changed {
  readonly datasetChanged: { readonly version: string; readonly complete: boolean };
}

test('with WARMUP=partial too, events wait until the first rollups are of all objects', async () => {
  const halfWay = Promise.withResolvers<void>();
  let read = 0;
  const app = await appOver(
    'manySmall',
    {
      onStatement: (event) => {
        if (event.name !== 'partials') return;
        read += objectsOpened(event);
        if (read >= objects / 2) halfWay.resolve();
      },
    },
    { WARMUP: 'partial', REFRESH_SECONDS: '86400' },
  );
  onTestFinished(() => app.close());
  const { subscribe } = await listening(app);
  await halfWay.promise;
  const dataset = () =>
    app.ask<{ dataset: { version: string; coverage: number } }>('{ dataset { version coverage } }');
  await expect.poll(async () => (await dataset()).dataset.coverage, { interval: 1 }).toBeGreaterThan(0);
  const part = await dataset();
  expect(part.dataset.coverage).toBeLessThan(1);
  const changed = await subscribe('subscription { datasetChanged { version complete } }');
  const latest = await subscribe(
    'subscription { latestReadings(deviceIds: ["no-such-device"]) { version reset } }',
  );
  const first = await changed.data<Changed>();
  await app.refresh();
  const whole = await app.ask<{ dataset: { version: string }; overview: object }>(
    '{ dataset { version } overview { totalRows } }',
  );
  expect(whole.overview).toEqual({ totalRows: readings });
  expect(whole.dataset.version).not.toBe(part.dataset.version);
  expect(first.datasetChanged.version).toBe(whole.dataset.version);
  expect(await latest.data()).toMatchObject({
    latestReadings: { version: whole.dataset.version, reset: true },
  });
  // Whoever was told goes on from there.
  const again = await subscribe(`subscription { datasetChanged(since: "${first.id}") { version complete } }`);
  expect(await again.data<Changed>()).toMatchObject({ datasetChanged: { complete: true } });
});
