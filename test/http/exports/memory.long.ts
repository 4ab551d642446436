import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { seriesSql, writeDataset } from '../../support/datasets/dataset-folder.ts';
import { type ServerProcess, startServerProcess } from '../../support/server-process.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const GIGABYTE = 1e9;
const MOST_GROWTH = 300e6;
const OBJECTS = 12;
const DEVICES = 20;
const MINUTES = 90_000;

let directory: string;

beforeAll(async () => {
  directory = await temporaryFolder();
  await writeDataset(directory, async (write) => {
    for (let object = 0; object < OBJECTS; object++) {
      const from = new Date(Date.UTC(2026, 0, 1) + object * MINUTES * 60_000).toISOString().slice(0, 16);
      const sql = seriesSql({
        devices: [1, DEVICES],
        from: from.replace('T', ' '),
        everyMinutes: 1,
        count: MINUTES,
      });
      await write(`object-${String(object).padStart(2, '0')}.parquet`, sql);
    }
  });
});

/** Bytes of memory that the process has at this moment, and at most had. */
async function memory({ pid }: ServerProcess): Promise<{ now: number; most: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const of = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024;
  return { now: of('VmRSS'), most: of('VmHWM') };
}

async function download(url: string, encoding = 'identity'): Promise<number> {
  const response = await fetch(url, { headers: { 'accept-encoding': encoding } });
  let bytes = 0;
  for await (const piece of response.body ?? []) bytes += piece.byteLength;
  return bytes;
}

test('1 GB goes out while the memory of the process grows by 300 MB at most', async () => {
  const server = await startServerProcess({
    DATA_DIR: directory,
    STATE_DIR: path.join(directory, '.state'),
    REFRESH_SECONDS: '86400',
  });
  try {
    const ready = async () => (await fetch(`${server.url}/ready`)).ok;
    await expect.poll(ready, { timeout: 60_000, interval: 200 }).toBe(true);
    // Everything is loaded and has run once.
    await download(`${server.url}/readings.csv?to=2026-01-02T00:00:00Z`);
    for (const extension of ['csv', 'ndjson', 'arrow', 'parquet']) {
      const before = await memory(server);
      const started = performance.now();
      const bytes = await download(`${server.url}/readings.${extension}`);
      const after = await memory(server);
      const growth = Math.max(after.most - Math.max(before.most, 0), after.now - before.now);
      console.log(
        `${extension}: ${Math.round(bytes / 1e6)} MB in ${((performance.now() - started) / 1000).toFixed(1)} s, grown by ${Math.round((after.most - before.now) / 1e6)} MB from ${Math.round(before.now / 1e6)} MB`,
      );
      if (extension === 'csv') expect(bytes).toBeGreaterThan(GIGABYTE);
      expect(growth, extension).toBeLessThan(MOST_GROWTH);
      if (extension === 'csv') expect(after.most - before.now).toBeLessThan(MOST_GROWTH);
    }
  } finally {
    server.kill('SIGTERM');
    await server.exit;
  }
});
