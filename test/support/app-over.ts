import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Overrides } from '../../src/app.ts';
import { startApp, type TestApp } from './app.ts';
import { type DatasetName, datasets } from './datasets.ts';

/** The app over one data set in a folder of its own, which `close` takes away too. */
export async function appOver(
  name: DatasetName,
  overrides: Overrides = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<TestApp & { readonly directory: string }> {
  const directory = await mkdtemp(path.join(tmpdir(), 'telemetry-data-'));
  await datasets[name](directory);
  const app = await startApp({ ...environment, DATA_DIR: directory }, overrides);
  return {
    ...app,
    directory,
    close: async () => {
      await app.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
