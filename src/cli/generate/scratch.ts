import { mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';

/** What still writes into the folder may be in the way for a moment. */
const REMOVAL = { recursive: true, force: true, maxRetries: 10, retryDelay: 20 } as const;

/** A folder for files in the making. */
export interface Scratch {
  readonly directory: string;
  remove(): Promise<void>;
  /** Where the process is about to end. */
  removeNow(): void;
}

/** It is made at once, so that a signal finds either none, or one that its maker knows of. */
export function makeScratch(prefix: string): Scratch {
  const directory = mkdtempSync(prefix);
  return {
    directory,
    remove: () => rm(directory, REMOVAL),
    removeNow: () => rmSync(directory, REMOVAL),
  };
}
