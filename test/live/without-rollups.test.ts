import { expect, onTestFinished, test, vi } from 'vitest';
import { Rollups } from '../../src/rollup/rollups.ts';
import { listening } from '../support/event-stream.ts';
import { appOn, changingFolder, row } from './changing-folder.ts';

const LATEST =
  'subscription ($since: ID) { latestReadings(deviceIds: ["one", "two"], since: $since) { reset readings { deviceId soc } gone } }';

test('where rollups cannot be built, scans tell what is new; only what to go on from is not known', async () => {
  const update = vi.spyOn(Rollups.prototype, 'update').mockRejectedValue(new Error('The disk is full'));
  onTestFinished(() => update.mockRestore());
  const folder = await changingFolder();
  await folder.put('a.parquet', [row('one', '2026-03-01T10:00', 1), row('two', '2026-03-01T10:00', 1)]);
  const app = await appOn(folder);
  const { subscribe } = await listening(app);
  const latest = await subscribe(LATEST);
  const series = await subscribe(
    'subscription { series(deviceIds: ["one"], bucket: "1h") { reset series { timestamps } } }',
  );
  const dataset = await subscribe('subscription { datasetChanged { complete devices { totalCount } } }');
  const { id } = await latest.data();
  for (const events of [series, dataset]) await events.data();
  await folder.put('b.parquet', [row('two', '2026-03-02T10:00', 2), row('one', '2026-02-02T10:00', 2)]);
  await app.refresh();
  expect(await latest.data()).toMatchObject({
    latestReadings: { reset: false, readings: [{ deviceId: 'two', soc: 2 }], gone: [] },
  });
  expect(await series.data()).toMatchObject({
    series: { reset: false, series: [{ timestamps: [Date.UTC(2026, 1, 2, 10)] }] },
  });
  expect(await dataset.data()).toMatchObject({
    datasetChanged: { complete: false, devices: { totalCount: 0 } },
  });
  const again = await subscribe(LATEST, { since: id });
  expect(await again.data()).toMatchObject({ latestReadings: { reset: true } });

  // From now on they are built: whoever listens hears of nothing but what is new.
  update.mockRestore();
  await app.refresh();
  await folder.put('c.parquet', [row('one', '2026-03-03T10:00', 3)]);
  await app.refresh();
  expect(await latest.data()).toMatchObject({
    latestReadings: { reset: false, readings: [{ deviceId: 'one', soc: 3 }] },
  });
  await folder.remove('a.parquet');
  await folder.remove('b.parquet');
  await folder.remove('c.parquet');
  await app.refresh();
  expect(await latest.data()).toMatchObject({
    latestReadings: { reset: false, readings: [], gone: ['one', 'two'] },
  });
});

test('who subscribes before there is anything hears of the first object', async () => {
  const folder = await changingFolder();
  const app = await appOn(folder);
  const { subscribe } = await listening(app);
  const latest = await subscribe(LATEST);
  expect(await latest.data()).toMatchObject({ latestReadings: { reset: true, readings: [], gone: [] } });
  await folder.put('a.parquet', [row('one', '2026-03-01T10:00', 1)]);
  await app.refresh();
  expect(await latest.data()).toMatchObject({
    latestReadings: { reset: false, readings: [{ deviceId: 'one', soc: 1 }] },
  });
});
