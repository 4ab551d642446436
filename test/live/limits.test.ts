import { expect, test } from 'vitest';
import { listening } from '../support/event-stream.ts';
import { logLines } from '../support/log-lines.ts';
import { appOn, changingFolder, row } from './changing-folder.ts';

const LATEST = 'subscription { latestReadings(deviceIds: ["one"]) { version readings { soc } } }';

async function start(environment: Readonly<Record<string, string>>) {
  const folder = await changingFolder();
  await folder.put('a.parquet', [row('one', '2026-03-01T10:00', 1)]);
  const lines = logLines();
  const app = await appOn(folder, environment, { log: lines.log });
  return { folder, app, lines, ...(await listening(app)) };
}

test('so many of one viewer, and so many of all; who goes makes room', async () => {
  const { app, lines, subscribe } = await start({
    TRUSTED_PROXIES: '1',
    SUBSCRIPTIONS_MAX: '3',
    VIEWER_MAX_SUBSCRIPTIONS: '2',
    METRICS_TOKEN: 'a-token-for-metrics',
  });
  const from = (address: string) => subscribe(LATEST, {}, { 'x-forwarded-for': address });
  const refusal = async (address: string) => {
    const events = await from(address);
    const sent = await events.next();
    expect([events.status, events.headers.get('retry-after')]).toEqual([429, '5']);
    return JSON.parse(sent?.data ?? '').errors[0].extensions;
  };
  const code = 'TOO_MANY_SUBSCRIPTIONS';
  const mine = [await from('10.0.0.1'), await from('10.0.0.1')];
  for (const events of mine) await events.data();
  expect(await refusal('10.0.0.1')).toEqual({ code, limit: 'viewerSubscriptions', asked: 3, allowed: 2 });
  const other = await from('10.0.0.2');
  await other.data();
  expect(await refusal('10.0.0.3')).toEqual({ code, limit: 'subscriptions', asked: 4, allowed: 3 });
  expect(await app.metrics?.text()).toContain('telemetry_subscriptions_open 3');
  mine[0]?.close();
  await expect.poll(async () => lines.of('Subscription ended')).toHaveLength(1);
  expect(lines.of('Subscription ended')).toMatchObject([
    { field: 'latestReadings', viewer: '10.0.0.1', events: 1, reason: 'client' },
  ]);
  await (await from('10.0.0.1')).data();
  const text = await app.metrics?.text();
  expect(text).toContain('telemetry_subscription_events_total{field="latestReadings"} 4');
  expect(text).toContain('telemetry_subscriptions_ended_total{field="latestReadings",reason="client"} 1');
  const { limits } = await app.ask<{ limits: { name: string; value: number }[] }>(
    '{ limits { name value } }',
  );
  expect(limits).toEqual(
    expect.arrayContaining([
      { name: 'subscriptions', value: 3 },
      { name: 'viewerSubscriptions', value: 2 },
    ]),
  );
});

test('an idle subscription holds no turn, and what is refused holds no place', async () => {
  const { app, subscribe } = await start({
    OPERATIONS_MAX_CONCURRENT: '1',
    OPERATIONS_MAX_QUEUED: '0',
    SUBSCRIPTIONS_MAX: '2',
    OPERATION_MAX_COST: '1000',
  });
  const events = await subscribe(LATEST);
  await events.data();
  await expect.poll(async () => (await app.post('{ overview { totalRows } }')).status).toBe(200);
  for (const document of [
    'subscription { series(deviceIds: ["one"], bucket: "nonsense") { version } }',
    `subscription { latestReadings(deviceIds: [${Array.from({ length: 900 }, (_, id) => `"${id}"`)}]) { readings { voltage soc timestamp } } }`,
    'subscription { nothing }',
  ]) {
    for (let time = 0; time < 3; time++) {
      const refused = await subscribe(document);
      expect(JSON.parse((await refused.next())?.data ?? '').errors[0].extensions.code).toMatch(
        /BAD_USER_INPUT|OPERATION_TOO_COMPLEX|GRAPHQL_VALIDATION_FAILED/,
      );
      refused.close();
    }
  }
  await (await subscribe(LATEST)).data();
});

test('an event that is too large says so, and whoever goes on from before misses nothing', async () => {
  const { folder, app, subscribe } = await start({ ANSWER_MAX_BYTES: '1024' });
  const document = (since: string) =>
    `subscription { datasetChanged(since: "${since}") { devices { edges { node { deviceId } } } } }`;
  const events = await subscribe(document('unknown'));
  const { id } = await events.data();
  await folder.put(
    'many.parquet',
    Array.from({ length: 100 }, (_, index) => row(`device-${index}`, '2026-03-02T10:00', 1)),
  );
  await app.refresh();
  const sent = await events.next();
  expect([sent?.id, sent?.data]).toEqual([undefined, expect.stringContaining('ANSWER_TOO_LARGE')]);
  expect((await events.next())?.event).toBe('complete');
  const paged = await subscribe(
    `subscription { datasetChanged(since: "${id}") { devices(first: 2) { totalCount edges { node { deviceId } } } } }`,
  );
  expect(await paged.data()).toMatchObject({
    datasetChanged: { devices: { totalCount: 100, edges: [{}, {}] } },
  });
});

test('none at all, where there are to be none', async () => {
  const { subscribe } = await start({ SUBSCRIPTIONS_MAX: '0' });
  const events = await subscribe(LATEST);
  expect([events.status, (await events.next())?.data.includes('TOO_MANY_SUBSCRIPTIONS')]).toEqual([
    429,
    true,
  ]);
});
