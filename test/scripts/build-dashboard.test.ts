import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { DIST, dashboardSources, isCurrent } from '../../scripts/build-dashboard/sources.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

const run = (folder: string, ...options: string[]) =>
  promisify(execFile)(process.execPath, ['scripts/build-dashboard.ts', ...options], { cwd: folder }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );

/** The scripts, and a dashboard of one file, without any package. */
async function bareCheckout(): Promise<string> {
  const folder = await temporaryFolder();
  await cp(path.join(ROOT, 'scripts'), path.join(folder, 'scripts'), { recursive: true });
  await cp(path.join(ROOT, 'package.json'), path.join(folder, 'package.json'));
  await writeFile(path.join(folder, 'package-lock.json'), '{}');
  await mkdir(path.join(folder, 'dashboard'));
  await writeFile(path.join(folder, 'dashboard/main.tsx'), 'export {};');
  return folder;
}

test('what is current is not built again, and nothing is said', async () => {
  expect(await isCurrent(await dashboardSources())).toBe(true);
  const page = path.join(DIST, 'index.html');
  const before = (await stat(page)).mtimeMs;
  expect(await run(ROOT, '--if-stale')).toEqual({ code: 0, stdout: '', stderr: '' });
  expect((await stat(page)).mtimeMs).toBe(before);
});

test('without the packages of development npm start goes on, and the build itself says what to do', async () => {
  const folder = await bareCheckout();
  const reason = 'The dashboard is not built: it takes the packages of development: run npm ci first\n';
  expect(await run(folder, '--if-stale')).toEqual({ code: 0, stdout: '', stderr: reason });
  expect(await run(folder)).toEqual({ code: 1, stdout: '', stderr: reason });
});

test('npm start and npm run dev build it first', async () => {
  const { scripts } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
  const command = 'node scripts/build-dashboard.ts --if-stale';
  expect(scripts).toMatchObject({ prestart: command, predev: command });
});
