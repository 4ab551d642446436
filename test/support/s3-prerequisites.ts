import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { HTTPFS_DEFAULT_PATH } from '../../src/storage/httpfs.ts';
import { versitygw } from './versitygw.ts';

const run = promisify(execFile);

/**
 * Gets what the `*.s3.test.ts` files need, once: a real S3 server's program and DuckDB's httpfs.
 * @returns why they cannot be had (no Go, no Python, no network), or undefined when all is there.
 */
export async function missingS3Prerequisite(): Promise<string | undefined> {
  try {
    await versitygw();
    if (!existsSync(HTTPFS_DEFAULT_PATH)) await run(process.execPath, ['scripts/setup-httpfs.ts']);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
  }
}
