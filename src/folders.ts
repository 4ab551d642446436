import { access, constants, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from './config/config.ts';
import { ConfigError } from './errors.ts';
import type { Logger } from './log.ts';

/** Some file systems (/proc) never answer a mkdir. */
const PATIENCE_MS = 5_000;

/**
 * Makes the folders that the service writes to.
 * @returns the settings as they can be carried out
 * @throws ConfigError for a folder that cannot be made
 */
export async function prepareFolders(config: Config, log: Logger): Promise<Config> {
  const usable = await withoutReadOnlyState(config, log);
  const { data, engine, objectCache, stateDirectory } = usable;
  if (stateDirectory !== undefined) await prepareFolder('STATE_DIR', stateDirectory);
  if (data.kind === 'sample') await prepareFolder('STATE_DIR', path.dirname(data.directory));
  await prepareFolder('ENGINE_TEMP_DIR', engine.tempDirectory);
  if (objectCache.directory !== undefined) await prepareFolder('OBJECT_CACHE_DIR', objectCache.directory);
  return usable;
}

/** A disk that has become read-only costs the rollups their memory of earlier runs, and not the service. */
async function withoutReadOnlyState(config: Config, log: Logger): Promise<Config> {
  const { stateDirectory, engine, objectCache } = config;
  if (stateDirectory === undefined || !(await isReadOnly(stateDirectory))) return config;
  log.warn(
    { directory: stateDirectory },
    'STATE_DIR cannot be written: the rollups are kept in memory only, and the rest in the folder for temporary files',
  );
  const scratch = path.join(tmpdir(), 'telemetry-analytics-api');
  const moved = (directory: string) =>
    directory.startsWith(`${stateDirectory}${path.sep}`)
      ? path.join(scratch, path.relative(stateDirectory, directory))
      : directory;
  return {
    ...config,
    stateDirectory: undefined,
    engine: { ...engine, tempDirectory: moved(engine.tempDirectory) },
    objectCache: { ...objectCache, fallback: moved(objectCache.fallback) },
  };
}

/** Whether there is a folder that a person or a machine has made read-only: no mistake in the setting. */
async function isReadOnly(directory: string): Promise<boolean> {
  const reason = await access(directory, constants.W_OK).then(() => undefined, codeOf);
  return reason === 'EROFS' || reason === 'EACCES';
}

/** @throws ConfigError that names the setting when its folder cannot be made or written. */
async function prepareFolder(setting: string, directory: string): Promise<void> {
  const patience = new AbortController();
  const reason = await Promise.race([
    mkdir(directory, { recursive: true })
      .then(() => access(directory, constants.W_OK))
      .then(() => undefined, codeOf),
    delay(PATIENCE_MS, 'no answer', { signal: patience.signal }).catch(() => undefined),
  ]);
  patience.abort();
  if (reason !== undefined) {
    throw new ConfigError([
      `${setting}: expected a folder that can be written, but got: ${directory} (${reason})`,
    ]);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
