import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { digestOf, newKey } from '../../src/access/api-key.ts';
import { listening } from '../support/event-stream.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { newSigningKey, startTokenIssuer } from '../support/token-issuer.ts';
import { headersFor, viewerOfHeader } from '../support/viewers.ts';
import { appOn, changingFolder, row } from './changing-folder.ts';

const LATEST = 'subscription { latestReadings(deviceIds: ["one", "two"]) { readings { deviceId } gone } }';
const hashOf = (key: string) => `sha256:${digestOf(key).toString('hex')}`;

interface Latest {
  readonly latestReadings: {
    readonly readings: readonly { readonly deviceId: string }[];
    readonly gone: string[];
  };
}

async function writeKeys(file: string, keys: Readonly<Record<string, string>>): Promise<void> {
  const entries = Object.entries(keys).map(
    ([key, devices]) =>
      `  - { id: k${hashOf(key).slice(7, 12)}, hash: "${hashOf(key)}", devices: ${devices} }\n`,
  );
  await writeFile(file, `keys:\n${entries.join('')}`);
}

/** Until the file counts: a request with the key is answered by this status. */
const counts = (url: string, key: string, status: number) =>
  expect
    .poll(async () => (await fetch(`${url}/overview`, { headers: { 'x-api-key': key } })).status, {
      timeout: 8_000,
    })
    .toBe(status);

test('a key that is taken away hears of nothing more, and neither does one that is given other devices', async () => {
  const folder = await changingFolder();
  await folder.put('a.parquet', [row('one', '2026-03-01T10:00', 1), row('two', '2026-03-01T10:00', 1)]);
  const file = path.join(await temporaryFolder(), 'keys.yaml');
  const [gone, moved, kept] = [newKey(), newKey(), newKey()];
  await writeKeys(file, { [gone]: 'all', [moved]: '{ ids: [one] }', [kept]: '{ ids: [one] }' });
  const app = await appOn(folder, { AUTH: 'required', API_KEYS_FILE: file });
  const { url, subscribe } = await listening(app);
  const [first, second, third] = await Promise.all(
    [gone, moved, kept].map((key) => subscribe(LATEST, {}, { 'x-api-key': key })),
  );
  expect((await first?.data<Latest>())?.latestReadings.readings).toHaveLength(2);
  expect((await second?.data<Latest>())?.latestReadings.readings).toEqual([{ deviceId: 'one' }]);
  await third?.data();
  await writeKeys(file, { [moved]: '{ ids: [two] }', [kept]: '{ ids: [one, one] }' });
  await counts(url, gone, 401);
  await folder.put('b.parquet', [row('one', '2026-03-02T10:00', 1), row('two', '2026-03-02T10:00', 1)]);
  await app.refresh();
  for (const events of [first, second]) {
    const sent = await events?.next();
    expect(JSON.parse(sent?.data ?? '')).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHORIZED' } }],
    });
    expect(sent?.data).not.toContain('deviceId');
    expect((await events?.next())?.event).toBe('complete');
    expect(await events?.next()).toBeUndefined();
  }
  expect((await third?.data<Latest>())?.latestReadings.readings).toEqual([{ deviceId: 'one' }]);
});

test('a token that expires ends an idle subscription', async () => {
  const folder = await changingFolder();
  await folder.put('a.parquet', [row('one', '2026-03-01T10:00', 1)]);
  const issuer = await startTokenIssuer(await newSigningKey('first'));
  let now = new Date();
  const app = await appOn(
    folder,
    {
      AUTH: 'required',
      JWT_ISSUER: issuer.url,
      JWT_AUDIENCE: 'telemetry',
      JWT_JWKS_URL: issuer.jwksUrl,
      JWT_CLOCK_TOLERANCE_SECONDS: '0',
      SUBSCRIPTION_HEARTBEAT_SECONDS: '1',
    },
    { now: () => now },
  );
  try {
    const { subscribe } = await listening(app);
    const events = await subscribe(LATEST, {}, { authorization: `Bearer ${await issuer.issue({})}` });
    await events.data();
    // The issuer being down ends nobody; the clock does.
    issuer.behave('error');
    now = new Date(now.getTime() + 3_600_000);
    expect((await events.next())?.data).toContain('TOKEN_EXPIRED');
    expect((await events.next())?.event).toBe('complete');
  } finally {
    await issuer.close();
  }
});

test('each viewer hears of their own devices alone, whatever they name', async () => {
  const folder = await changingFolder();
  await folder.put('a.parquet', [row('one', '2026-03-01T10:00', 1), row('two', '2026-03-01T10:00', 1)]);
  const app = await appOn(folder, {}, { viewerOf: viewerOfHeader });
  const { subscribe } = await listening(app);
  const as = (ids: readonly string[]) => headersFor({ ids, prefixes: [] });
  const DATASET = 'subscription { datasetChanged { complete devices { edges { node { deviceId days } } } } }';
  const SERIES =
    'subscription { series(deviceIds: ["one", "two"], bucket: "1h") { series { deviceId } gone } }';
  const seen = await Promise.all(
    [['one'], ['two'], []].map(async (ids) => ({
      latest: await subscribe(LATEST, {}, as(ids)),
      dataset: await subscribe(DATASET, {}, as(ids)),
      series: await subscribe(SERIES, {}, as(ids)),
    })),
  );
  for (const each of seen) for (const events of Object.values(each)) await events.data();
  await folder.put('b.parquet', [row('one', '2026-03-02T10:00', 1)]);
  await app.refresh();
  await folder.put('c.parquet', [row('two', '2026-03-03T10:00', 1)]);
  await app.refresh();
  const [one, two, none] = seen;
  const changed = { days: ['2026-03-02'], deviceId: 'one' };
  expect(await one?.latest.data()).toMatchObject({ latestReadings: { readings: [{ deviceId: 'one' }] } });
  expect(await two?.latest.data()).toMatchObject({ latestReadings: { readings: [{ deviceId: 'two' }] } });
  expect(await one?.series.data()).toMatchObject({ series: { series: [{ deviceId: 'one' }], gone: [] } });
  expect(await two?.series.data()).toMatchObject({ series: { series: [{ deviceId: 'two' }], gone: [] } });
  expect(await one?.dataset.data()).toMatchObject({
    datasetChanged: { complete: true, devices: { edges: [{ node: changed }] } },
  });
  // Versions are those of the whole, as `dataset` tells them; devices are not.
  for (const events of [two, none])
    expect(await events?.dataset.data()).toMatchObject({
      datasetChanged: { complete: true, devices: { edges: [] } },
    });
  // Who may see none of the devices has heard of nothing until the end.
  app.endSubscriptions();
  expect((await none?.latest.next())?.event).toBe('complete');
});
