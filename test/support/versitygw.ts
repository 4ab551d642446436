import { execFile } from 'node:child_process';
import { access, constants, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const MODULE = 'github.com/versity/versitygw/cmd/versitygw@v1.8.0';
const FOLDER = path.resolve(import.meta.dirname, '../../.cache/bin');

/**
 * The S3 server's program: from PATH, else from `.cache/bin`, where it is built once (a minute or two, with Go).
 * Also to be run by itself before tests that start several servers at a time: `node test/support/versitygw.ts`.
 */
export async function versitygw(): Promise<string> {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), FOLDER];
  for (const folder of folders) {
    const file = path.join(folder, 'versitygw');
    if (await isExecutable(file)) return file;
  }
  return await build();
}

/** For whoever leaves something out. */
export function reasonOf(error: unknown): string | undefined {
  return error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
}

async function build(): Promise<string> {
  await mkdir(FOLDER, { recursive: true });
  // Built aside and renamed, so that another process never runs half a program.
  const aside = await mkdtemp(path.join(FOLDER, 'build-'));
  try {
    await promisify(execFile)('go', ['install', MODULE], { env: { ...process.env, GOBIN: aside } });
    const file = path.join(FOLDER, 'versitygw');
    await rename(path.join(aside, 'versitygw'), file);
    return file;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

if (import.meta.main) console.log(await versitygw());
