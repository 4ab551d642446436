import { expect, test } from 'vitest';
import { listening } from '../support/event-stream.ts';
import { appOn, changingFolder, row } from './changing-folder.ts';

const SUBSCRIBERS = 1_000;
const DEVICES = 200;

test('a thousand subscribers, each with devices of its own: a new snapshot costs two statements', async () => {
  const folder = await changingFolder();
  const devices = Array.from({ length: DEVICES }, (_, index) => `dev-${index}`);
  await folder.put(
    'a.parquet',
    devices.map((device) => row(device, '2026-03-01T10:00', 1)),
  );
  const app = await appOn(folder, {
    SUBSCRIPTIONS_MAX: String(SUBSCRIBERS),
    VIEWER_MAX_SUBSCRIPTIONS: String(SUBSCRIBERS),
    METRICS_TOKEN: 'a-token-for-metrics',
  });
  const { subscribe } = await listening(app);
  const own = (index: number) => [0, 1, 2].map((step) => devices[(index + step * 7) % DEVICES] ?? '');
  const subscribers = await Promise.all(
    Array.from({ length: SUBSCRIBERS }, async (_, index) => {
      const events = await subscribe(
        `subscription { latestReadings(deviceIds: ${JSON.stringify(own(index))}) { version readings { deviceId soc } } }`,
      );
      await events.data();
      return events;
    }),
  );
  expect(await app.metrics?.text()).toContain(`telemetry_subscriptions_open ${SUBSCRIBERS}`);
  for (let round = 2; round <= 4; round++) {
    app.takeStatements();
    await folder.put(
      `${round}.parquet`,
      devices.map((device) => row(device, `2026-03-0${round}T10:00`, round)),
    );
    await app.refresh();
    const told = await Promise.all(
      subscribers.map(async (events) => {
        const { latestReadings } = await events.data<{
          latestReadings: { readings: { deviceId: string; soc: number }[] };
        }>();
        return latestReadings.readings;
      }),
    );
    for (const [index, readings] of told.entries()) {
      expect(readings).toEqual(
        own(index)
          .toSorted()
          .map((deviceId) => ({ deviceId, soc: round })),
      );
    }
    const asked = app.takeStatements().filter((name) => name !== 'partials');
    expect(asked.toSorted()).toEqual(['changed_since', 'device_latest']);
  }
  for (const events of subscribers) events.close();
  await expect
    .poll(async () => app.metrics?.text(), { timeout: 10_000 })
    .toContain('telemetry_subscriptions_open 0');
}, 60_000);
