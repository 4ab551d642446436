import { setTimeout } from 'node:timers/promises';
import v8 from 'node:v8';
import vm from 'node:vm';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Scanner } from '../../src/dataset/scanner.ts';
import { Rollups } from '../../src/rollup/rollups.ts';
import { RollupStore } from '../../src/rollup/store.ts';
import type { TestApp } from '../support/app.ts';
import { listening } from '../support/event-stream.ts';
import { appOn, changingFolder, row } from './changing-folder.ts';

const MEBIBYTE = 1024 ** 2;
const METRICS = { METRICS_TOKEN: 'a-token-for-metrics' };

interface Update {
  readonly series: {
    readonly reset: boolean;
    readonly series: readonly { readonly deviceId: string; readonly timestamps: readonly number[] }[];
  };
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `dev-${index}`);

const isOpen = (app: TestApp, count: number) =>
  expect
    .poll(async () => app.metrics?.text(), { timeout: 10_000 })
    .toContain(`telemetry_subscriptions_open ${count}\n`);

test('subscribers whose points are too many only together all hear of late data', async () => {
  const folder = await changingFolder();
  // 8,900 points each: less than 20,000, and together more than 500,000.
  const devices = names(64);
  const ends = (device: string, hour: number) => [
    row(device, `2026-03-01T0${hour}:00`, hour),
    row(device, `2026-03-31T2${hour}:00`, hour),
  ];
  await folder.put(
    'a.parquet',
    devices.flatMap((device) => ends(device, 0)),
  );
  const app = await appOn(folder, METRICS);
  const { subscribe } = await listening(app);
  const subscribers = [];
  for (const device of devices) {
    const events = await subscribe(
      `subscription { series(deviceIds: ["${device}"], metrics: [SOC], bucket: "5m") { reset series { deviceId timestamps } } }`,
    );
    expect(await events.data()).toMatchObject({ series: { reset: true, series: [{ deviceId: device }] } });
    subscribers.push(events);
  }
  await folder.put(
    'late.parquet',
    devices.flatMap((device) => ends(device, 1)),
  );
  await app.refresh();
  for (const [place, events] of subscribers.entries()) {
    const { series } = await events.data<Update>();
    expect(series).toMatchObject({ reset: false, series: [{ deviceId: devices[place] }] });
    expect(series.series[0]?.timestamps).toEqual(
      expect.arrayContaining([Date.UTC(2026, 2, 1, 1), Date.UTC(2026, 2, 31, 21)]),
    );
  }
  const tooMany = await subscribe(
    `subscription { series(deviceIds: ${JSON.stringify(devices)}, bucket: "5m") { version } }`,
  );
  expect((await tooMany.next())?.data).toContain('seriesPointsTogether');
}, 60_000);

test('nothing is kept of what subscriptions have asked that are over', async () => {
  const folder = await changingFolder();
  await folder.put('a.parquet', [row('one', '2026-03-01T10:00', 1)]);
  const app = await appOn(folder, METRICS);
  let count = 0;
  const subscribeFor = async (subscriptions: number) => {
    for (let index = 0; index < subscriptions; index++) {
      const deviceIds = Array.from({ length: 1_000 }, () => `unknown-device-${count++}`);
      const response = await app.get('/graphql', {
        method: 'POST',
        headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
        body: JSON.stringify({
          query:
            'subscription ($deviceIds: [ID!]!, $since: ID) { latestReadings(deviceIds: $deviceIds, since: $since) { version } }',
          variables: { deviceIds, since: `version-${count}` },
        }),
      });
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      for (let text = ''; !text.includes('"version"'); ) {
        const { value, done } = (await reader?.read()) ?? { done: true };
        if (done) throw new Error(`expected an event, but got: ${text}`);
        text += value;
      }
      await reader?.cancel();
    }
    await isOpen(app, 0);
  };
  await subscribeFor(20);
  const before = heldBytes();
  await subscribeFor(80);
  // 80,000 devices, each more than 100 bytes if they were kept.
  expect((heldBytes() - before) / MEBIBYTE).toBeLessThan(5);
}, 60_000);

test('while many different series are read for subscribers, others are answered', async () => {
  const update = vi.spyOn(Rollups.prototype, 'update').mockRejectedValue(new Error('The disk is full'));
  onTestFinished(() => update.mockRestore());
  const folder = await changingFolder();
  const devices = names(60);
  const all = (day: number) => devices.map((device) => row(device, `2026-06-0${day}T10:00`, day));
  await folder.put('a.parquet', all(1));
  const app = await appOn(folder, { ENGINE_MAX_CONCURRENT: '1', ENGINE_MAX_QUEUED: '2', ...METRICS });
  const { subscribe } = await listening(app);
  const subscribers = [];
  for (const [place, device] of devices.entries()) {
    // Each from another day on.
    const from = new Date(Date.UTC(2026, 0, 1 + place)).toISOString();
    const events = await subscribe(
      `subscription { series(deviceIds: ["${device}"], metrics: [SOC], bucket: "1h", from: "${from}") { version } }`,
    );
    await events.data();
    subscribers.push(events);
  }
  app.takeStatements();
  await folder.put('b.parquet', all(2));
  await app.refresh();
  const heard = Promise.all(subscribers.map((events) => events.data()));
  for (let turn = 0; turn < 10; turn++) {
    const { errors } = await app.post(
      `{ device(deviceId: "dev-${turn}") { readings(first: 1) { totalCount } } }`,
    );
    expect(errors).toBeUndefined();
  }
  // All of that was in their midst.
  expect(app.takeStatements().filter((name) => name === 'series').length).toBeLessThan(devices.length);
  await heard;
}, 60_000);

test('work ends when all have gone who wait for it', async () => {
  const folder = await changingFolder();
  const devices = names(40);
  await folder.put(
    'a.parquet',
    devices.map((device) => row(device, '2026-06-01T10:00', 1)),
  );
  const app = await appOn(folder, { ENGINE_MAX_CONCURRENT: '4', ...METRICS });
  const { subscribe } = await listening(app);
  const signals: (AbortSignal | undefined)[] = [];
  const scan = vi
    .spyOn(Scanner.prototype, 'chunks')
    .mockImplementation(async (_view, _scan, { signal } = {}) => {
      signals.push(signal);
      return new Promise<never>((_, reject) =>
        signal?.addEventListener('abort', () => reject(signal.reason)),
      );
    });
  onTestFinished(() => scan.mockRestore());
  const subscribers = [];
  for (const [place, device] of devices.entries()) {
    const from = new Date(Date.UTC(2026, 0, 1 + place)).toISOString();
    subscribers.push(
      await subscribe(
        `subscription { series(deviceIds: ["${device}"], bucket: "5m", from: "${from}") { version } }`,
      ),
    );
  }
  await isOpen(app, devices.length);
  // Half of what the engine runs at a time, and no more a while later.
  await expect.poll(() => signals.length).toBe(2);
  await setTimeout(200);
  expect(signals).toHaveLength(2);
  for (const events of subscribers) events.close();
  await isOpen(app, 0);
  // A place that comes free may go to those who have not gone yet.
  expect(signals.length).toBeGreaterThanOrEqual(2);
  await expect.poll(() => signals.every((signal) => signal?.aborted === true)).toBe(true);
});

test('a mistake of one subscriber keeps nobody from sharing what is under way', async () => {
  const folder = await changingFolder();
  await folder.put('a.parquet', [row('one', '2026-03-01T10:00', 1)]);
  const app = await appOn(folder, METRICS);
  const { subscribe } = await listening(app);
  const released = Promise.withResolvers<void>();
  const read = RollupStore.prototype.run;
  let asked = 0;
  const run = vi.spyOn(RollupStore.prototype, 'run').mockImplementation(async function (
    this: RollupStore,
    ...args
  ) {
    if (args[1].name === 'device_latest') {
      asked++;
      await released.promise;
    }
    return read.apply(this, args);
  });
  onTestFinished(() => run.mockRestore());
  const latest = 'subscription { latestReadings(deviceIds: ["one"]) { readings { soc } } }';
  const first = await subscribe(latest);
  await expect.poll(() => asked).toBe(1);
  const mistaken = await subscribe(
    'subscription { series(deviceIds: ["one"], bucket: "1s", from: "2025-01-01T00:00:00Z") { version } }',
  );
  expect((await mistaken.next())?.data).toContain('BAD_USER_INPUT');
  const second = await subscribe(latest);
  await isOpen(app, 2);
  released.resolve();
  for (const events of [first, second]) {
    expect(await events.data()).toMatchObject({ latestReadings: { readings: [{ soc: 1 }] } });
  }
  expect(asked).toBe(1);
});

v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc') as () => void;

/** After full collections, of which the first may only queue finalizers. */
function heldBytes(): number {
  for (let turn = 0; turn < 2; turn++) collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
