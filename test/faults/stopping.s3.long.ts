import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import path from 'node:path';
import { expect, test } from 'vitest';
import { seriesSql, writeDataset } from '../support/datasets/dataset-folder.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { Places } from '../support/places.ts';
import { startServerProcess } from '../support/server-process.ts';
import { scratchFolder } from '../support/temporary-folder.ts';
import { createLake, keyOf } from './lake.ts';

test('SIGTERM while the store hangs: exit 0 without waiting for it', async () => {
  const places = new Places();
  const lake = await createLake();
  const { server, bucket } = await places.bucket();
  await server.put(bucket, `telemetry/${keyOf(0)}`, await lake.object(0));
  const proxy = await startFaultProxy(server.endpoint);
  const state = await scratchFolder();
  const running = await startServerProcess({
    ...places.environment(server, bucket),
    S3_ENDPOINT: proxy.endpoint,
    S3_TIMEOUT_SECONDS: '60',
    STATE_DIR: state,
    AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
  });
  try {
    expect((await fetch(`${running.url}/overview`)).status).toBe(200);
    const hanging = Promise.withResolvers<void>();
    proxy.fault = ({ url }) => {
      if (!url.includes('.parquet')) return undefined;
      hanging.resolve();
      return { kind: 'stall' };
    };
    const answer = fetch(`${running.url}/readings?device_id=pack-1&first=1`).then(
      ({ status }) => status,
      () => 'cut off',
    );
    await hanging.promise;
    // Who asks for that gives up soon, so it does not wait for the store either.
    const asked = performance.now();
    const ready = await fetch(`${running.url}/ready`);
    expect([ready.status, (await ready.json()).code]).toEqual([503, 'STORAGE_UNAVAILABLE']);
    expect(performance.now() - asked).toBeLessThan(8_000);
    const told = performance.now();
    running.kill('SIGTERM');
    expect(await answer).toBe('cut off');
    expect(await running.exit).toBe(0);
    const seconds = (performance.now() - told) / 1000;
    // Eight seconds for what runs, ten in all; the request itself would hang for three minutes.
    expect(seconds).toBeGreaterThan(7);
    expect(seconds).toBeLessThan(10);
  } finally {
    running.kill('SIGKILL');
    await running.exit;
    await proxy.stop();
    await places.stop();
    await lake.remove();
    await rm(state, { recursive: true, force: true });
  }
}, 60_000);

test('SIGTERM while a client takes nothing of its export: cut off within ten seconds, exit 0', async () => {
  const directory = await scratchFolder();
  const data = path.join(directory, 'data');
  await writeDataset(data, (write) =>
    write('a.parquet', seriesSql({ devices: [1, 2], from: '2026-01-01', everyMinutes: 1, count: 500_000 })),
  );
  const running = await startServerProcess({ DATA_DIR: data, STATE_DIR: path.join(directory, 'state') });
  try {
    expect((await fetch(`${running.url}/overview`)).status).toBe(200);
    const asked = get(`${running.url}/readings.csv`, { agent: false });
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    await once(response, 'readable');
    const told = performance.now();
    running.kill('SIGTERM');
    expect(await running.exit).toBe(0);
    const seconds = (performance.now() - told) / 1000;
    expect(seconds).toBeGreaterThan(7);
    expect(seconds).toBeLessThan(10);
    const failed = once(response, 'end');
    response.resume();
    await expect(failed).rejects.toThrow('aborted');
    expect(response.complete).toBe(false);
  } finally {
    running.kill('SIGKILL');
    await running.exit;
    await rm(directory, { recursive: true, force: true });
  }
}, 60_000);
