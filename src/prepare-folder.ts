import { access, constants, mkdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { ConfigError } from './errors.ts';

/** Some file systems (/proc) never answer a mkdir. */
const PATIENCE_MS = 5_000;

/** Whether there is a folder that a person or a machine has made read-only: no mistake in the setting. */
export async function isReadOnly(directory: string): Promise<boolean> {
  const reason = await access(directory, constants.W_OK).then(() => undefined, codeOf);
  return reason === 'EROFS' || reason === 'EACCES';
}

/** @throws ConfigError that names the setting when its folder cannot be made or written. */
export async function prepareFolder(setting: string, directory: string): Promise<void> {
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
