import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startApp } from '../support/app.ts';
import { canMount, withMounts } from '../support/own-mounts.ts';
import { Places } from '../support/places.ts';
import type { S3Server } from '../support/s3-server.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { BASE, createLake, DAYS, keyOf, type Lake } from './lake.ts';
import { QUESTIONS } from './questions.ts';

const mountable = canMount();
const places = new Places();
let lake: Lake;
let server: S3Server;
let bucket: string;

beforeAll(async () => {
  lake = await createLake();
  ({ server, bucket } = await places.bucket());
  for (let day = 0; day < DAYS; day++) {
    await server.put(bucket, `telemetry/${keyOf(day)}`, await lake.object(day));
  }
});
afterAll(async () => {
  await places.stop();
  await lake.remove();
});

async function start(environment: Record<string, string>, before: string): Promise<ServerProcess> {
  const running = await startServerProcess(
    {
      ...places.environment(server, bucket),
      AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
      REFRESH_SECONDS: '1',
      ...environment,
    },
    before,
  );
  onTestFinished(async () => {
    running.kill('SIGKILL');
    await running.exit;
  });
  return running;
}

async function ask(url: string, query: string): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as {
    data: Record<string, unknown>;
    errors?: { extensions: { code: string } }[];
  };
  return errors === undefined ? data : { codes: errors.map(({ extensions }) => extensions.code) };
}

const right = (question: { answer(state: typeof BASE): unknown }) => ({
  dataset: { quarantined: [] },
  ...(question.answer(BASE) as object),
});

test.runIf(mountable)(
  'a state folder that is read-only: it says so, keeps its rollups in memory, and answers',
  async () => {
    const state = await temporaryFolder();
    const running = await start(
      { STATE_DIR: state, TMPDIR: await temporaryFolder() },
      withMounts(`mount --bind ${state} ${state}`, `mount -o remount,ro,bind ${state}`),
    );
    expect(running.lines.join('\n')).toContain('STATE_DIR cannot be written');
    for (const question of [QUESTIONS.summary, QUESTIONS.readings, QUESTIONS.series]) {
      expect(await ask(running.url, question.document)).toEqual(right(question));
    }
    expect(await ask(running.url, '{ dataset { rolledUp } }')).toEqual({ dataset: { rolledUp: true } });
    expect(await readdir(state)).toEqual([]);
  },
);

test.runIf(mountable)(
  'a cache folder whose disk is full: coded errors that say so, and answers as soon as there is room',
  async () => {
    const [state, cache] = [await temporaryFolder(), await temporaryFolder()];
    const running = await start(
      { STATE_DIR: state, OBJECT_CACHE_DIR: cache },
      withMounts(`mount -t tmpfs -o size=16k tmpfs ${cache}`),
    );
    for (const question of [QUESTIONS.summary, QUESTIONS.readings]) {
      expect(await ask(running.url, question.document)).toEqual({ codes: ['STORAGE_UNAVAILABLE'] });
    }
    expect((await fetch(`${running.url}/health`)).status).toBe(200);
    expect(running.lines.join('\n')).toContain('ENOSPC');
    spawnSync('nsenter', ['-t', String(running.pid), '-m', 'mount', '-o', 'remount,size=16m', cache]);
    await expect
      .poll(() => ask(running.url, QUESTIONS.summary.document), { timeout: 10_000, interval: 100 })
      .toEqual(right(QUESTIONS.summary));
    expect(await ask(running.url, QUESTIONS.readings.document)).toEqual(right(QUESTIONS.readings));
  },
);

test('a cached file that somebody damages, while it runs and while it does not: fetched again', async () => {
  const state = await temporaryFolder();
  const cache = path.join(state, 'objects');
  await mkdir(cache);
  const environment = {
    ...places.environment(server, bucket),
    STATE_DIR: state,
    OBJECT_CACHE_DIR: cache,
    REFRESH_SECONDS: '86400',
    RESPONSE_CACHE_MAX_BYTES: '0',
  };
  const damage = async () => {
    for (const name of await readdir(cache)) {
      const file = path.join(cache, name);
      const bytes = await readFile(file);
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      await writeFile(file, bytes);
    }
  };
  for (let run = 0; run < 2; run++) {
    const app = await startApp(environment);
    try {
      await app.refresh();
      for (let round = 0; round < 2; round++) {
        expect(await app.ask(QUESTIONS.readings.document)).toEqual(right(QUESTIONS.readings));
        await damage();
      }
    } finally {
      await app.close();
    }
  }
});
