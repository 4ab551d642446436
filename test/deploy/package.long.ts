import { execFile } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { ROOT } from '../docs/markdown.ts';
import { startServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const run = promisify(execFile);
const PATH = `${path.dirname(process.execPath)}:${process.env['PATH']}`;

test('what npm pack makes is installed in an empty folder, and npx runs it there', async () => {
  const folder = await temporaryFolder();
  const npm = (program: string, args: readonly string[], cwd = folder) =>
    run(program, [...args], { cwd, env: { ...process.env, PATH }, maxBuffer: 16 * 1024 ** 2 });
  await npm('npm', ['pack', '--pack-destination', folder], ROOT);
  const [tarball = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  await writeFile(path.join(folder, 'package.json'), '{"private":true}');
  await npm('npm', ['install', '--no-audit', '--no-fund', `./${tarball}`]);

  const telemetryApi = (...args: string[]) => npm('npx', ['--no-install', 'telemetry-api', ...args]);
  expect((await telemetryApi('--help')).stdout).toContain('Usage: telemetry-api');
  await telemetryApi(
    'generate',
    '--out',
    './data',
    '--readings',
    '1000',
    '--devices',
    '2',
    '--days',
    '1',
    '--objects',
    '1',
  );
  expect((await telemetryApi('check', '--data-dir', './data')).stdout).toContain(
    'The service can answer from this.',
  );
  const { stdout } = await telemetryApi('query', 'overview', '--data-dir', './data', '--format', 'json');
  expect(JSON.parse(stdout)).toMatchObject({ rows: [{ total_rows: 1000 }] });

  const bin = path.join(folder, 'node_modules/telemetry-analytics-api/bin/telemetry-api.js');
  const server = await startServerProcess({ DATA_DIR: './data' }, '', {
    command: [bin, 'serve'],
    cwd: folder,
  });
  onTestFinished(() => server.kill('SIGKILL'));
  const statusOf = (place: string, accept = '*/*') =>
    fetch(server.url + place, { headers: { accept } }).then(({ status }) => status);
  expect(await statusOf('/overview')).toBe(200);
  // What is no TypeScript comes along: the pages, the examples, the queries.
  expect(await statusOf('/graphql', 'text/html')).toBe(200);
  expect(await statusOf('/docs')).toBe(200);
  expect(await statusOf('/queries/hourly_avg.csv')).toBe(200);
  server.kill('SIGTERM');
  expect(await server.exit).toBe(0);
});

test('npx runs it in a checkout', async () => {
  const { stdout } = await run('npx', ['--no-install', 'telemetry-api', '--help'], {
    cwd: ROOT,
    env: { ...process.env, PATH },
  });
  expect(stdout).toContain('Usage: telemetry-api');
});
