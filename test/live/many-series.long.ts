import v8 from 'node:v8';
import vm from 'node:vm';
import { expect, test } from 'vitest';
import { listening } from '../support/event-stream.ts';
import { appOn, changingFolder, row } from './changing-folder.ts';

const SUBSCRIBERS = 1_000;
const MEBIBYTE = 1024 ** 2;
/** The first refreshes fill what is kept of each subscriber. */
const [SETTLED, REFRESHES] = [2, 8];

interface Update {
  readonly series: {
    readonly reset: boolean;
    readonly series: readonly { readonly deviceId: string; readonly timestamps: readonly number[] }[];
  };
}

v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc') as () => void;

function heldBytes(): number {
  for (let turn = 0; turn < 2; turn++) collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

test('a thousand subscribers to the hours of a device each go on over late data, and nothing piles up', async () => {
  const folder = await changingFolder();
  const devices = Array.from({ length: SUBSCRIBERS }, (_, index) => `dev-${index}`);
  // 30 days of hours each: 720,000 points of all together, which no single question may have.
  const put = (key: string, instants: readonly string[], value: number) =>
    folder.put(
      key,
      devices.flatMap((device) => instants.map((at) => row(device, at, value))),
    );
  await put('first.parquet', ['2026-03-01T00:00', '2026-03-30T23:00'], 0);
  const app = await appOn(folder, {
    SUBSCRIPTIONS_MAX: String(SUBSCRIBERS),
    VIEWER_MAX_SUBSCRIPTIONS: String(SUBSCRIBERS),
    METRICS_TOKEN: 'a-token-for-metrics',
  });
  const { subscribe } = await listening(app);
  const query = (device: string, aggregate: string) =>
    `subscription { series(deviceIds: ["${device}"], metrics: [SOC], bucket: "1h", aggregate: ${aggregate}) { reset series { deviceId timestamps } } }`;
  const subscribers = await Promise.all(
    devices.map(async (device, index) => {
      // Of a tenth each event rests on the whole range.
      const events = await subscribe(query(device, index % 10 === 0 ? 'TIME_WEIGHTED_AVG' : 'AVG'));
      expect((await events.data<Update>()).series.reset).toBe(true);
      return events;
    }),
  );
  let settled = 0;
  for (let refresh = 1; refresh <= REFRESHES; refresh++) {
    const hour = String(refresh).padStart(2, '0');
    await put(`late-${refresh}.parquet`, [`2026-03-01T${hour}:10`, `2026-03-30T${hour}:10`], refresh);
    await app.refresh();
    const told = await Promise.all(subscribers.map((events) => events.data<Update>()));
    for (const [index, { series }] of told.entries()) {
      expect([series.reset, series.series[0]?.deviceId]).toEqual([false, devices[index]]);
      expect(series.series[0]?.timestamps).toEqual(
        expect.arrayContaining([Date.UTC(2026, 2, 1, refresh), Date.UTC(2026, 2, 30, refresh)]),
      );
    }
    if (refresh === SETTLED) settled = heldBytes();
  }
  const text = await app.metrics?.text();
  expect(text).toContain(`telemetry_subscriptions_open ${SUBSCRIBERS}\n`);
  expect(text).not.toContain('telemetry_subscriptions_ended_total{');
  expect((heldBytes() - settled) / MEBIBYTE).toBeLessThan(20);
});
