import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { versitygw } from './versitygw.ts';

const run = promisify(execFile);

/**
 * Gets what the `*.s3.test.ts` files need, once: a real S3 server's program and DuckDB's httpfs.
 * @returns why they cannot be had (no Go, no Python, no network), or undefined when all is there.
 */
export async function missingS3Prerequisite(): Promise<string | undefined> {
  try {
    await versitygw();
    // A file that is there may be of another DuckDB, so it is loaded, and replaced if it does not fit.
    await run(process.execPath, ['scripts/setup-httpfs.ts']);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
  }
}
