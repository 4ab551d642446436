import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const VERSION = '4.32.5';
const CACHE = path.resolve(import.meta.dirname, '../../.cache');

/** The folder of the Python packages, which is filled once, with pip: what is compiled in them fits one Python. */
async function packages(): Promise<string> {
  const { stdout } = await run('python3', ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']);
  const folder = path.join(CACHE, `schemathesis-${VERSION}-python-${stdout.trim()}`);
  if (existsSync(folder)) return folder;
  await mkdir(CACHE, { recursive: true });
  // Filled aside and renamed, so that another process never finds half of it.
  const aside = await mkdtemp(path.join(CACHE, 'schemathesis-'));
  try {
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', aside];
    await run('python3', [...pip, `schemathesis==${VERSION}`]);
    await rename(aside, folder);
    return folder;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** @returns why the fuzzer cannot be had (no Python, no pip, no network), or undefined when it is there */
export async function missingSchemathesis(): Promise<string | undefined> {
  try {
    await packages();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
  }
}

/** Runs `schemathesis` in a folder, where it keeps its own notes. A failure is an outcome, not an error. */
export async function schemathesis(
  args: readonly string[],
  cwd: string,
): Promise<{ code: number; output: string }> {
  const env = { ...process.env, PYTHONPATH: await packages() };
  const options = { cwd, env, maxBuffer: 64 * 1024 ** 2 };
  try {
    const { stdout } = await run('python3', ['-m', 'schemathesis.cli', ...args], options);
    return { code: 0, output: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, output: `${stdout}\n${stderr}` };
  }
}
