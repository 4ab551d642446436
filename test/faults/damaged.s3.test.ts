import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { startApp } from '../support/app.ts';
import { datasets } from '../support/datasets.ts';
import { expectReadMode } from '../support/expect-read-mode.ts';
import { type Fault, startFaultProxy } from '../support/fault-proxy.ts';
import { Places } from '../support/places.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const READINGS =
  '{ device(deviceId: "dev-1") { readings(first: 1000) { edges { node { timestamp voltage temperature soc } } } } }';
/** So much that no decoder takes it for whole; one flipped bit may go unseen, as docs/FAULTS.md tells. */
const DAMAGE: Fault = {
  kind: 'edit',
  body: (body) => Buffer.from(body).fill(0xff, body.length >> 2, body.length >> 1),
};

const places = new Places();
afterAll(() => places.stop());

/** Compressed objects, read directly: what is damaged on its way breaks a page, and so it is noticed. */
async function startDirect(damaged = 0) {
  const directory = await temporaryFolder();
  await datasets.plain(directory);
  const { server, bucket } = await places.bucket();
  for (const file of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    await server.put(bucket, `telemetry/${file.name}`, await readFile(path.join(file.parentPath, file.name)));
  }
  const proxy = await startFaultProxy(server.endpoint);
  const damage = (times: number) => {
    let left = times;
    proxy.fault = ({ method, url }) =>
      method === 'GET' && url.includes('.parquet') && left-- > 0 ? DAMAGE : undefined;
  };
  damage(damaged);
  const app = await startApp({
    ...places.environment(server, bucket),
    S3_ENDPOINT: proxy.endpoint,
    REFRESH_SECONDS: '86400',
    RESPONSE_CACHE_MAX_BYTES: '0',
  });
  onTestFinished(async () => {
    await app.close();
    await proxy.stop();
  });
  const quarantined = () =>
    app.ask<{ dataset: { quarantined: { key: string; reason: string }[] } }>(
      '{ dataset { quarantined { key reason } } }',
    );
  return { app, damage, quarantined };
}

const reference = async () => {
  const { app } = await startDirect();
  await app.refresh();
  await expectReadMode(app, 'direct');
  return app.ask(READINGS);
};

test('some answers that are damaged on their way cost nothing but a second look, and none of the data', async () => {
  const expected = await reference();
  const { app, damage, quarantined } = await startDirect();
  await app.refresh();
  // What is kept of these answers is damaged from now on; what the store has is not.
  damage(3);
  expect(await app.ask(READINGS)).toEqual(expected);
  expect(await app.ask(READINGS)).toEqual(expected);
  expect(await quarantined()).toEqual({ dataset: { quarantined: [] } });
});

test('objects that were damaged each time that they were read are looked at again, and come back', async () => {
  const expected = await reference();
  const { app, damage, quarantined } = await startDirect();
  await app.refresh();
  damage(Number.POSITIVE_INFINITY);
  const { errors } = await app.post(READINGS);
  expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['DATASET_EMPTY']);
  damage(0);
  await app.refresh();
  expect(await app.ask(READINGS)).toEqual(expected);
  expect(await quarantined()).toEqual({ dataset: { quarantined: [] } });
});

test('footers and objects that are damaged at the first build come with a later refresh', async () => {
  const expected = await reference();
  const { app, damage, quarantined } = await startDirect(Number.POSITIVE_INFINITY);
  await app.refresh();
  expect((await quarantined()).dataset.quarantined).toHaveLength(3);
  damage(0);
  await expect
    .poll(async () => {
      await app.refresh();
      return (await quarantined()).dataset.quarantined;
    })
    .toEqual([]);
  expect(await app.ask(READINGS)).toEqual(expected);
});
