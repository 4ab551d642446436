import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { SETTINGS } from '../../src/config/environment.ts';
import { BIN, telemetryApi } from '../support/cli.ts';
import { startServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const COMMANDS = [
  ['serve'],
  ['check'],
  ['query'],
  ['queries', 'check'],
  ['generate'],
  ['key', 'create'],
  ['trino', 'register'],
] as const;

vi.setConfig({ testTimeout: 120_000 });

const helpOf = async (...command: readonly string[]) => {
  const { code, stdout, stderr } = await telemetryApi([...command, '--help']);
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
};

test('--help lists each command with what it does, and the version is that of the package', async () => {
  const help = await helpOf();
  for (const [name] of COMMANDS) expect(help).toMatch(new RegExp(`^  ${name}\\b.*  \\w`, 'm'));
  expect(help).toContain('Exit codes:');
  const { version } = JSON.parse(
    readFileSync(path.resolve(import.meta.dirname, '../../package.json'), 'utf8'),
  );
  expect(await telemetryApi(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test.each(COMMANDS.map((command) => command.join(' ')))(
  '%s: its help tells options, exit codes and settings that there are',
  async (command) => {
    const help = await helpOf(...command.split(' '));
    expect(help).toContain(`Usage: telemetry-api ${command}`);
    expect(help).toMatch(/^ {2}0 {2}\w/m);
    const named = [...help.matchAll(/\(([A-Z][A-Z0-9_]+)\)/g)].map(([, name]) => name ?? '');
    expect(named.filter((name) => !SETTINGS.includes(name))).toEqual([]);
    for (const line of help.split('\n')) expect(line.length).toBeLessThanOrEqual(125);
  },
);

test('the examples of the help are of options that there are', async () => {
  const helps = await Promise.all([helpOf(), ...COMMANDS.map((command) => helpOf(...command))]);
  const examples = helps.flatMap((help) =>
    [...help.matchAll(/^ {2}(?:[A-Z_]+=\S+ )*telemetry-api ([a-z].*)$/gm)].map(([, line]) => line ?? ''),
  );
  expect(examples.length).toBeGreaterThan(12);
  const options = new Map(COMMANDS.map((command, index) => [command.join(' '), helps[index + 1] ?? '']));
  for (const example of examples) {
    const command = [...options.keys()].find((name) => example.startsWith(name));
    const used = [...example.matchAll(/ --([a-z-]+)/g)].map(([, name]) => name ?? '');
    for (const name of used) expect(options.get(command ?? ''), example).toContain(`--${name}`);
  }
});

test.each([
  [[], /^Usage: telemetry-api/],
  [['serv'], /^error: unknown command 'serv'\n\(Did you mean serve\?\)/],
  [['generate', '--outt', 'x'], /^error: unknown option '--outt'\n\(Did you mean --out\?\)/],
  [['generate', '--out'], /^error: option '--out <folder>' argument missing/],
  [['generate', '--out', 'x', 'stray'], /^error: too many arguments/],
  [['query'], /^error: missing required argument 'name'/],
  [['query', 'overview', '--format', 'xml'], /Allowed choices are table, json, csv, ndjson, parquet, arrow/],
  [
    ['check', '--objects', 'all'],
    /^- --objects: expected a whole number from 1 to 100000, but got: all\nSee telemetry-api check --help\./,
  ],
])('%j ends with 2, and says what was expected', async (args, expected) => {
  const { code, stdout, stderr } = await telemetryApi(args, { cwd: await temporaryFolder() });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(expected);
});

test('serve: an option goes before the environment, and that before .env', async () => {
  const cwd = await temporaryFolder();
  const data = await temporaryFolder();
  await telemetryApi([
    'generate',
    '--out',
    data,
    '--readings',
    '100',
    '--devices',
    '2',
    '--days',
    '1',
    '--objects',
    '1',
  ]);
  await writeFile(path.join(cwd, '.env'), 'LOG_LEVEL=silent\nHOST=nowhere.invalid\nEXPORT_MAX_ROWS=5\n');
  const server = await startServerProcess(
    { HOST: '127.0.0.1', LOG_LEVEL: 'info', S3_BUCKET: 'not-this-one', PORT: '1' },
    '',
    { command: [BIN, 'serve', '--port', '0', '--data-dir', data], cwd },
  );
  onTestFinished(() => server.kill('SIGKILL'));
  const answer = await fetch(`${server.url}/queries/hourly_avg.csv`);
  expect(answer.headers.get('x-row-limit')).toBe('5');
  expect((await answer.text()).trim().split('\n')).toHaveLength(6);
  server.kill('SIGTERM');
  expect(await server.exit).toBe(0);
});

test.each([
  ['--data-dir', 'S3_BUCKET=not-this-one\nS3_ENDPOINT=http://127.0.0.1:1\n', 'local'],
  ['--bucket', 'DATA_DIR=not-this-one\nS3_ENDPOINT=http://127.0.0.1:1\n', 's3'],
])('serve: %s goes before what .env says of the other', async (option, dotenv, kind) => {
  const cwd = await temporaryFolder();
  await writeFile(path.join(cwd, '.env'), `${dotenv}S3_TIMEOUT_SECONDS=1\nOBJECT_CACHE_DIR=objects\n`);
  const place = option === '--bucket' ? 'this-one' : cwd;
  const server = await startServerProcess({}, '', {
    command: [BIN, 'serve', '--port', '0', option, place],
    cwd,
  });
  onTestFinished(() => server.kill('SIGKILL'));
  const chosen = server.lines.map((line) => JSON.parse(line)).find(({ msg }) => msg === 'Storage chosen');
  expect(chosen).toMatchObject({ kind, location: expect.stringContaining(place) });
});

test('serve: a setting that cannot be used ends it with 1', async () => {
  const cwd = await temporaryFolder();
  const { code, stderr } = await telemetryApi(['serve', '--port', 'high', '--bucket', 'B!'], { cwd });
  expect(code).toBe(1);
  expect(stderr).toContain('PORT: expected a whole number, but got: high');
  expect(stderr).toContain('S3_BUCKET: expected a bucket name');
});
