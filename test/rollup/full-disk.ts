import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished } from 'vitest';
import { startServerProcess } from '../support/server-process.ts';

const run = promisify(execFile);
const QUERY = '{ dataset { rolledUp } overview { totalRows } dailySummaries { deviceId date avgSoc } }';

/** What a full disk does to a file, the limit of a file's size does too; it needs Linux. */
export async function expectRecoveryFromFullDisk(
  directory: string,
  limitKb: number,
): Promise<readonly string[]> {
  const environment = {
    DATA_DIR: path.join(directory, 'data'),
    STATE_DIR: path.join(directory, 'state'),
    REFRESH_SECONDS: '1',
  };
  const limited = async () => {
    const server = await startServerProcess(environment, `ulimit -S -f ${limitKb}`);
    onTestFinished(async () => {
      server.kill('SIGKILL');
      await server.exit;
    });
    return server;
  };
  const first = await limited();
  const scanned = await ask(first.url);
  expect(scanned).toMatchObject({
    dataset: { rolledUp: false },
    overview: { totalRows: expect.any(Number) },
  });
  expect(first.lines.join('\n')).toContain('The rollups cannot be brought up to date');
  first.kill('SIGKILL');
  await first.exit;

  // The disk is still full at the next start.
  const second = await limited();
  expect(await ask(second.url)).toEqual(scanned);
  await run('prlimit', ['--pid', String(second.pid), '--fsize=unlimited:']);
  await expect
    .poll(async () => (await ask(second.url)).dataset.rolledUp, { timeout: 60_000, interval: 200 })
    .toBe(true);
  expect(await ask(second.url)).toEqual({ ...scanned, dataset: { rolledUp: true } });
  // Nothing was wrong with the file, so none was put aside.
  expect(await readdir(environment.STATE_DIR)).not.toContain('rollups.duckdb.unusable');
  return [...first.lines, ...second.lines];
}

async function ask(url: string): Promise<{ dataset: { rolledUp: boolean } }> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: QUERY }),
  });
  return (await response.json()).data;
}
