import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** A new folder that its maker takes away. */
export function scratchFolder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), 'telemetry-test-'));
}

/** A new folder that goes when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const directory = await scratchFolder();
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}
