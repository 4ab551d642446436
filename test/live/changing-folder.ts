import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { Overrides } from '../../src/app.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { writeDataset } from '../support/datasets/dataset-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

export interface Row {
  readonly device: string;
  /** `2026-03-01T10:00` in UTC. */
  readonly at: string;
  /** All three metrics have it. */
  readonly value: number;
}

export const row = (device: string, at: string, value: number): Row => ({ device, at, value });

export interface ChangingFolder {
  readonly directory: string;
  /** An object of these rows, in the place of whatever has its key. */
  put(key: string, rows: readonly Row[]): Promise<void>;
  /** An object that is none. */
  spoil(key: string): Promise<void>;
  remove(key: string): Promise<void>;
}

/** A folder whose objects a test changes. */
export async function changingFolder(): Promise<ChangingFolder> {
  const directory = await temporaryFolder();
  const file = (key: string) => path.join(directory, key);
  return {
    directory,
    put: async (key, rows) => {
      await mkdir(path.dirname(file(key)), { recursive: true });
      await rm(file(key), { force: true });
      const values = rows.map(
        ({ device, at, value }) =>
          `('${device.replaceAll("'", "''")}', TIMESTAMP '${at}', ${value}::DOUBLE, ${value}::DOUBLE, ${value}::DOUBLE)`,
      );
      await writeDataset(directory, (write) =>
        write(
          key,
          `SELECT * FROM (VALUES ${values.join(', ')}) readings(device_id, "timestamp", voltage, temperature, soc)`,
        ),
      );
    },
    spoil: (key) => writeFile(file(key), 'This is not Parquet.'),
    remove: (key) => rm(file(key)),
  };
}

/** The app over such a folder; it is closed when the test ends. */
export async function appOn(
  { directory }: ChangingFolder,
  environment: Readonly<Record<string, string>> = {},
  overrides: Overrides = {},
): Promise<TestApp> {
  const app = await startApp({ DATA_DIR: directory, REFRESH_SECONDS: '86400', ...environment }, overrides);
  onTestFinished(() => app.close());
  await app.refresh();
  return app;
}
