import { expect, test } from 'vitest';
import { appOn, changingFolder, row } from './changing-folder.ts';

const LATEST =
  'subscription { latestReadings(deviceIds: ["one", "two", "three"]) { version readings { deviceId soc } } }';

interface Latest {
  readonly version: string;
  readonly readings: readonly { readonly deviceId: string; readonly soc: number }[];
}

test('whoever does not read is told the newest state afterwards, and all that changed; nothing is made meanwhile', async () => {
  const folder = await changingFolder();
  await folder.put('a.parquet', [row('one', '2026-03-01T10:00', 1), row('two', '2026-03-01T10:00', 1)]);
  const app = await appOn(folder, { METRICS_TOKEN: 'a-token-for-metrics' });
  // Without a socket in between, which would take some megabytes before anybody has to wait.
  const response = await app.get(`/graphql?query=${encodeURIComponent(LATEST)}`, {
    headers: { accept: 'text/event-stream' },
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const next = async (): Promise<Latest> => {
    for (;;) {
      const { value = '', done } = (await reader?.read()) ?? { done: true };
      if (done) throw new Error('expected another event, but the stream is over');
      const [, data] = /^data: (.*)$/m.exec(value) ?? [];
      if (data !== undefined) return JSON.parse(data).data.latestReadings;
    }
  };
  expect((await next()).readings).toHaveLength(2);
  const sent = async () =>
    Number(/telemetry_subscription_events_total\{[^}]*\} (\d+)/.exec((await app.metrics?.text()) ?? '')?.[1]);
  const refreshes = 12;
  for (let step = 1; step <= refreshes; step++) {
    const device = ['one', 'two', 'three'][step % 3] ?? '';
    await folder.put(`${step}.parquet`, [row(device, `2026-03-02T10:${10 + step}`, step)]);
    await app.refresh();
  }
  // Streams take some events ahead, however many there are.
  const ahead = await sent();
  expect(ahead).toBeLessThanOrEqual(6);
  const { dataset } = await app.ask<{ dataset: { version: string } }>('{ dataset { version } }');
  const shown = new Map<string, number>();
  let events = 0;
  for (let version = ''; version !== dataset.version; events++) {
    const event = await next();
    for (const { deviceId, soc } of event.readings) shown.set(deviceId, soc);
    version = event.version;
  }
  expect(events).toBeLessThan(refreshes);
  expect(Object.fromEntries(shown)).toEqual({ one: 12, two: 10, three: 11 });
  await reader?.cancel();
  await expect.poll(async () => app.metrics?.text()).toContain('telemetry_subscriptions_open 0');
});
