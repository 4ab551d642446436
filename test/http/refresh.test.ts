import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { datasetFacts, datasets } from '../support/datasets.ts';

const TOKEN = 'a-token-for-tests-only';
let directory: string;
let app: TestApp;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'telemetry-refresh-'));
  await datasets.plain(directory);
  app = await startApp({ DATA_DIR: directory, REFRESH_TOKEN: TOKEN, REFRESH_SECONDS: '86400' });
  await app.refresh();
});
afterAll(async () => {
  await app.close();
  await rm(directory, { recursive: true, force: true });
});

const refresh = (authorization?: string) =>
  app.get('/refresh', { method: 'POST', headers: authorization === undefined ? {} : { authorization } });

test('it lists again, and says whether anything changed', async () => {
  const unchanged = await (await refresh(`Bearer ${TOKEN}`)).json();
  expect(unchanged).toEqual({ version: expect.stringMatching(/^[0-9a-f]{32}$/), changed: false });
  const [key = ''] = (await readdir(directory)).filter((name) => name.endsWith('.parquet'));
  await copyFile(path.join(directory, key), path.join(directory, 'more.parquet'));
  const changed = await (await refresh(`bearer ${TOKEN}`)).json();
  expect(changed).toMatchObject({ changed: true });
  expect(changed.version).not.toBe(unchanged.version);
  const { overview } = await app.ask<{ overview: { totalRows: number } }>('{ overview { totalRows } }');
  expect(overview.totalRows).toBeGreaterThan(datasetFacts.plain.readings);
});

test.each([[undefined], ['Bearer wrong'], [`Basic ${TOKEN}`], ['Bearer '], [`Bearer ${TOKEN}x`]])(
  'without the token (%s): 401, a code, and nothing happens',
  async (authorization) => {
    const response = await refresh(authorization);
    expect(response.status).toBe(401);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ code: 'UNAUTHORIZED' });
    expect(text).not.toContain(TOKEN);
  },
);

test('GET is not for it; and it is off where no token is set', async () => {
  const got = await app.get('/refresh');
  expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST']);
  const own = await startApp({ DATA_DIR: directory });
  try {
    expect((await own.get('/refresh', { method: 'POST' })).status).toBe(404);
  } finally {
    await own.close();
  }
});

test('the progress of the rollups ends as nothing', async () => {
  expect(await app.ask('{ dataset { rolledUp progress { objects objectsDone bytes bytesDone } } }')).toEqual({
    dataset: { rolledUp: true, progress: null },
  });
  expect(await (await app.get('/ready')).json()).toMatchObject({ rolled_up: true, progress: null });
});
