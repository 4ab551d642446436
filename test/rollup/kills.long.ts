import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startApp } from '../support/app.ts';
import { datasets } from '../support/datasets.ts';
import { objectsOpened } from '../support/objects-opened.ts';
import { startServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const KILLS = 20;
const QUESTION = `{
  dataset { rolledUp objectCount }
  overview { totalRows deviceCount }
  devices { edges { node { readingCount avgVoltage maxSoc } } }
  dailySummaries(timeZone: "Asia/Kolkata") { deviceId date readingCount avgTemperature }
}`;

test('kill -9 during a refresh, twenty times: each restart answers a whole snapshot, quickly', async () => {
  const root = await temporaryFolder();
  const [data, pool, state] = ['data', 'pool', 'state'].map((name) => path.join(root, name));
  await datasets.manySmall(pool as string);
  const environment = { DATA_DIR: data as string, STATE_DIR: state as string, REFRESH_SECONDS: '1' };
  await mkdir(data as string, { recursive: true });
  await mkdir(state as string);
  const pooled = await filesOf(pool as string);
  const place = (index: number) => path.join(data as string, `object-${index}.parquet`);
  /** A file appears whole, as an object in a bucket does. */
  const put = async (index: number, source: string) => {
    const aside = path.join(root, 'aside');
    await copyFile(source, aside);
    await rename(aside, place(index));
  };
  for (let index = 0; index < 100; index++) await put(index, pooled[index] as string);

  for (let kill = 0; kill < KILLS; kill++) {
    const server = await startServerProcess(environment);
    // Added, replaced and removed while it refreshes; each kill falls a little later.
    for (let change = 0; change < 60; change++) {
      await put((kill * 7 + change) % 160, pooled[(kill * 31 + change * 3) % pooled.length] as string);
    }
    await rm(place((kill * 13) % 100), { force: true });
    // One falls into the writing of partials, the next at some time of the refresh.
    if (kill % 2 === 0)
      await expect.poll(() => isBuilding(server.lines), { interval: 2, timeout: 20_000 }).toBe(true);
    else await delay(kill * 60);
    server.kill('SIGKILL');
    await server.exit;

    let read = 0;
    const app = await startApp(
      { ...environment, REFRESH_SECONDS: '86400' },
      {
        onStatement: (event) => {
          if (event.name === 'partials') read += objectsOpened(event);
        },
      },
    );
    const fresh = await startApp({ DATA_DIR: data as string, REFRESH_SECONDS: '86400' });
    try {
      const startedMs = performance.now();
      await app.refresh();
      const durationMs = performance.now() - startedMs;
      await fresh.refresh();
      // Built from nothing, the answers are the same, to the last bit.
      expect(await app.ask(QUESTION)).toEqual(await fresh.ask(QUESTION));
      expect(read, 'objects read after the kill').toBeLessThanOrEqual(100);
      expect(durationMs, 'from the start of the listing to the whole answer').toBeLessThan(5_000);
    } finally {
      await app.close();
      await fresh.close();
    }
  }
});

/** Small changes may be over before there is anything to tell of their building. */
const isBuilding = (lines: readonly string[]) =>
  lines.some((line) => /Building the rollups|The rollups are up to date/.test(line));

async function filesOf(directory: string): Promise<string[]> {
  const keys = await readdir(directory, { recursive: true });
  return keys
    .filter((key) => key.endsWith('.parquet'))
    .sort()
    .map((key) => path.join(directory, key));
}
