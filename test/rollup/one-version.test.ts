import { copyFile, mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { startApp } from '../support/app.ts';
import { seriesSql, writeDataset } from '../support/datasets/dataset-folder.ts';
import { effort } from '../support/effort.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const DEVICES = 3000;
const ROUNDS = effort(8, 20);
const MOST_WAITING = 100;

test('answers that begin while a version is exchanged are of the version that they name', async () => {
  const root = await temporaryFolder();
  const [data, pool] = [path.join(root, 'data'), path.join(root, 'pool')];
  await mkdir(data);
  await writeDataset(pool, async (write) => {
    for (const count of [24, 25]) {
      const series = { devices: [1, DEVICES], from: '2026-03-01', everyMinutes: 60, count } as const;
      await write(`${count}.parquet`, seriesSql(series));
    }
  });
  const replace = async (count: number) => {
    await copyFile(path.join(pool, `${count}.parquet`), path.join(root, 'aside'));
    await rename(path.join(root, 'aside'), path.join(data, 'a.parquet'));
  };
  await replace(24);
  const app = await startApp({ DATA_DIR: data, REFRESH_SECONDS: '86400', RESPONSE_CACHE_MAX_BYTES: '0' });
  try {
    await app.refresh();
    const totals = new Map<string | null, Set<unknown>>();
    const waiting = new Set<Promise<void>>();
    const ask = async () => {
      const response = await app.get('/overview');
      const version = response.headers.get('x-dataset-version');
      const { total_rows } = await response.json();
      if (response.status === 200) totals.set(version, (totals.get(version) ?? new Set()).add(total_rows));
    };
    // Whoever asks waits for nobody, so some questions begin within the commit, whenever that is.
    const asking = setInterval(() => {
      if (waiting.size === MOST_WAITING) return;
      const question = ask().finally(() => waiting.delete(question));
      waiting.add(question);
    }, 4);
    for (let round = 1; round <= ROUNDS; round++) {
      await replace(24 + (round % 2));
      await app.refresh();
    }
    clearInterval(asking);
    await Promise.all(waiting);
    expect(totals.size).toBeGreaterThan(ROUNDS / 2);
    expect([...totals].filter(([, found]) => found.size > 1)).toEqual([]);
  } finally {
    await app.close();
  }
}, 60_000);
