import { copyFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { Overrides } from '../../src/app.ts';
import { startApp, type TestApp } from './app.ts';
import { type DatasetName, datasets } from './datasets.ts';
import { temporaryFolder } from './temporary-folder.ts';

interface QueriesApp extends TestApp {
  /** Of the data. */
  readonly directory: string;
  readonly queriesDirectory: string;
}

/** A folder of query files that goes when the test ends. */
export async function queriesFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await temporaryFolder();
  for (const [name, sql] of Object.entries(files)) await writeFile(path.join(directory, name), sql);
  return directory;
}

/** The same with what the service asks itself beside them. */
export async function queriesWith(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await queriesFolder(files);
  const own = ['daily_summary', 'device_latest', 'devices', 'overview'].map((name) => `${name}.sql`);
  for (const name of own) await copyFile(path.join('queries', name), path.join(directory, name));
  return directory;
}

/** The app over a data set with these files for its queries; it closes when the test ends. */
export async function appWithQueries(
  files: Readonly<Record<string, string>>,
  {
    dataset = 'plain',
    environment = {},
    ...overrides
  }: Overrides & { dataset?: DatasetName; environment?: Readonly<Record<string, string>> } = {},
): Promise<QueriesApp> {
  const directory = await temporaryFolder();
  await datasets[dataset](directory);
  const queriesDirectory = await queriesFolder(files);
  const app = await startApp({ DATA_DIR: directory, ...environment }, { queriesDirectory, ...overrides });
  onTestFinished(() => app.close());
  return { ...app, directory, queriesDirectory };
}
