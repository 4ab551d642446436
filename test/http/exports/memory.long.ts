import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { seriesSql, writeDataset } from '../../support/datasets/dataset-folder.ts';
import { type ServerProcess, startServerProcess } from '../../support/server-process.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const GIGABYTE = 1e9;
const MOST_GROWTH = 300e6;
const OBJECTS = 12;
const DEVICES = 20;
const MINUTES = 90_000;

async function writeReadings(directory: string): Promise<void> {
  await writeDataset(directory, async (write) => {
    for (let object = 0; object < OBJECTS; object++) {
      const from = new Date(Date.UTC(2026, 0, 1) + object * MINUTES * 60_000).toISOString().slice(0, 16);
      await write(
        `object-${String(object).padStart(2, '0')}.parquet`,
        seriesSql({ devices: [1, DEVICES], from: from.replace('T', ' '), everyMinutes: 1, count: MINUTES }),
      );
    }
  });
}

/** Bytes of memory that the process has now, and had at most since the last `forgetPeak`. */
async function memory({ pid }: ServerProcess): Promise<{ now: number; most: number }> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const of = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024;
  return { now: of('VmRSS'), most: of('VmHWM') };
}

const forgetPeak = ({ pid }: ServerProcess) => writeFile(`/proc/${pid}/clear_refs`, '5');

async function download(url: string, encoding = 'identity'): Promise<number> {
  const response = await fetch(url, { headers: { 'accept-encoding': encoding } });
  let bytes = 0;
  for await (const piece of response.body ?? []) bytes += piece.byteLength;
  return bytes;
}

test('1 GB goes out while the memory of the process grows by 300 MB at most', async () => {
  const directory = await temporaryFolder();
  await writeReadings(directory);
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
      await forgetPeak(server);
      const before = await memory(server);
      const started = performance.now();
      const bytes = await download(`${server.url}/readings.${extension}`);
      const grown = (await memory(server)).most - before.now;
      const [megabytes, from, by] = [bytes, before.now, grown].map((value) => Math.round(value / 1e6));
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${extension}: ${megabytes} MB in ${seconds} s, from ${from} MB grown by ${by} MB`);
      if (extension === 'csv') expect(bytes).toBeGreaterThan(GIGABYTE);
      expect(grown, extension).toBeLessThan(MOST_GROWTH);
    }
  } finally {
    server.kill('SIGTERM');
    await server.exit;
  }
});
