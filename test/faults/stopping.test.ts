import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appOver } from '../support/app-over.ts';
import { seriesSql, writeDataset } from '../support/datasets/dataset-folder.ts';
import { startServerProcess } from '../support/server-process.ts';
import { scratchFolder } from '../support/temporary-folder.ts';

const READINGS = 400_000;
let directory: string;

beforeAll(async () => {
  directory = await scratchFolder();
  await writeDataset(path.join(directory, 'data'), (write) =>
    write(
      'large.parquet',
      seriesSql({ devices: [1, 2], from: '2026-01-01', everyMinutes: 1, count: READINGS / 2 }),
    ),
  );
});
afterAll(() => rm(directory, { recursive: true, force: true }));

test('told to stop: not ready any more, and what is asked is answered all the same', async () => {
  const app = await appOver('plain');
  try {
    await app.refresh();
    expect((await app.get('/ready')).status).toBe(200);
    app.beginStop();
    const ready = await app.get('/ready');
    expect([ready.status, (await ready.json()).code]).toEqual([503, 'SHUTTING_DOWN']);
    expect((await app.get('/health')).status).toBe(200);
    expect((await app.get('/overview')).status).toBe(200);
  } finally {
    await app.close();
  }
});

test('SIGTERM with a delay: a load balancer sees that it is not ready, and who comes meanwhile is answered', async () => {
  const server = await startServerProcess({
    DATA_DIR: path.join(directory, 'data'),
    STATE_DIR: path.join(directory, 'state'),
    SHUTDOWN_DELAY_SECONDS: '2',
  });
  expect((await fetch(`${server.url}/overview`)).status).toBe(200);
  server.kill('SIGTERM');
  await expect
    .poll(async () => (await (await fetch(`${server.url}/ready`)).json()).code)
    .toBe('SHUTTING_DOWN');
  expect((await fetch(`${server.url}/overview`)).status).toBe(200);
  expect(await server.exit).toBe(0);
});

test('SIGTERM in the midst of an export: nothing new is taken, the export comes whole, exit 0', async () => {
  const server = await startServerProcess({
    DATA_DIR: path.join(directory, 'data'),
    STATE_DIR: path.join(directory, 'state'),
  });
  expect((await fetch(`${server.url}/overview`)).status).toBe(200);
  const asked = get(`${server.url}/readings.csv`, { agent: false });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  await once(response, 'readable');
  server.kill('SIGTERM');
  await expect
    .poll(() =>
      fetch(`${server.url}/health`).then(
        () => 'answers',
        () => 'closed',
      ),
    )
    .toBe('closed');
  let lines = 0;
  response.on('data', (piece: Buffer) => {
    for (const byte of piece) if (byte === 10) lines++;
  });
  await once(response, 'end');
  expect([lines, response.complete]).toEqual([READINGS + 1, true]);
  expect(await server.exit).toBe(0);
});
