import path from 'node:path';
import { expect, test } from 'vitest';
import { startApp } from '../support/app.ts';
import { seriesSql, writeDataset } from '../support/datasets/dataset-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const DEVICES = 1500;

test('answers that begin while a version is exchanged are of the version that they name', async () => {
  const directory = path.join(await temporaryFolder(), 'data');
  const write = (round: number) =>
    writeDataset(directory, (one) =>
      one(
        'a.parquet',
        seriesSql({ devices: [1, DEVICES], from: '2026-03-01', everyMinutes: 60, count: 20 + round }),
      ),
    );
  await write(0);
  const app = await startApp({
    DATA_DIR: directory,
    REFRESH_SECONDS: '86400',
    RESPONSE_CACHE_MAX_BYTES: '0',
  });
  try {
    await app.refresh();
    const totals = new Map<string | null, Set<number>>();
    const asked: Promise<void>[] = [];
    // Whoever asks waits for nobody: some questions begin within the commit, whenever that is.
    const asking = setInterval(() => {
      asked.push(
        app.get('/overview').then(async (response) => {
          if (response.status !== 200) return;
          const version = response.headers.get('x-dataset-version');
          const { total_rows } = (await response.json()) as { total_rows: number };
          totals.set(version, (totals.get(version) ?? new Set()).add(total_rows));
        }),
      );
    }, 2);
    for (let round = 1; round <= 12; round++) {
      await write(round);
      await app.refresh();
    }
    clearInterval(asking);
    await Promise.all(asked);
    expect(totals.size).toBeGreaterThan(5);
    expect(asked.length).toBeGreaterThan(100);
    expect([...totals].filter(([, found]) => found.size > 1)).toEqual([]);
  } finally {
    await app.close();
  }
});
