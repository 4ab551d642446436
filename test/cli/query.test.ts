import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { textTable } from '../../src/cli/query/text-table.ts';
import { BIN, telemetryApi } from '../support/cli.ts';
import { datasets } from '../support/datasets.ts';
import { freePort } from '../support/free-port.ts';
import { keyFile } from '../support/key-file.ts';
import { READERS } from '../support/read-table.ts';
import { startServerProcess } from '../support/server-process.ts';
import { scratchFolder, temporaryFolder } from '../support/temporary-folder.ts';

vi.setConfig({ testTimeout: 120_000 });

let data: string;
beforeAll(async () => {
  data = path.join(await scratchFolder(), 'data');
  await datasets.dst(data);
  return () => rm(path.dirname(data), { recursive: true, force: true });
});

/** In a folder of its own, since what it reads of settings may lie in the working directory. */
const query = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  telemetryApi(['query', ...args], { cwd: await temporaryFolder(), env });
const here = (...args: string[]) => query([...args, '--data-dir', data]);

test('json, csv and ndjson of this process hold the same rows', async () => {
  const question = ['daily_summary', '--param', 'time_zone=Europe/Berlin', '--format'];
  const json = await here(...question, 'json');
  expect([json.code, json.stderr]).toEqual([0, '']);
  const { rows } = JSON.parse(json.stdout) as { rows: Record<string, unknown>[] };
  expect(rows.length).toBeGreaterThan(2);
  const ndjson = await here(...question, 'ndjson');
  expect(READERS['ndjson']?.(Buffer.from(ndjson.stdout))).toEqual({ rows });
  const csv = await here(...question, 'csv');
  const texts = await READERS['csv']?.(Buffer.from(csv.stdout));
  expect(texts?.rows.map((row) => Object.keys(row))).toEqual(rows.map((row) => Object.keys(row)));
});

test('a running service is asked with the key, and gives the same; without one it refuses', async () => {
  const keys = await keyFile();
  const server = await startServerProcess({ DATA_DIR: data, API_KEYS_FILE: keys.file });
  onTestFinished(async () => {
    server.kill('SIGTERM');
    await server.exit;
  });
  const there = ['overview', '--url', server.url, '--format', 'json'];
  const answer = await query(there, { TELEMETRY_API_KEY: keys.reader });
  expect([answer.code, answer.stderr]).toEqual([0, '']);
  expect(JSON.parse(answer.stdout)).toEqual(JSON.parse((await here('overview', '--format', 'json')).stdout));
  const refused = await query(there);
  expect([refused.code, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toMatch(/^UNAUTHORIZED: /);
  const wrong = await query(there, { TELEMETRY_API_KEY: 'tak_hunter2' });
  expect([wrong.code, wrong.stdout]).toEqual([1, '']);
  expect(wrong.stderr).not.toContain('hunter2');
});

test('a query that rollups answer waits until they are built', async () => {
  const { code, stdout } = await here('device_latest');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^device_id .*\n-+ /);
  expect(stdout).toMatch(/\(\d+ rows?\)\n$/);
});

test.each([
  [['nothing'], 2, /^NOT_FOUND: .+daily_summary/],
  [['daily_summary', '--param', 'time_zone=Berlin'], 2, /^BAD_USER_INPUT: time_zone: expected/],
  [
    ['daily_summary', '--param', 'zone=UTC'],
    2,
    /^BAD_USER_INPUT: zone: expected device_ids, from, to, time_zone/,
  ],
  [['daily_summary', '--param', 'UTC'], 2, /^- --param: expected a name and a value like .+, but got: UTC\n/],
  [
    ['overview', '--url', 'http://127.0.0.1:1'],
    2,
    /^- --url: expected no option that says where the readings are/,
  ],
  [['../overview'], 2, /^NOT_FOUND: /],
])('%j ends with %d and says why', async (args, expected, reason) => {
  const { code, stdout, stderr } = await here(...args);
  expect([code, stdout]).toEqual([expected, '']);
  expect(stderr).toMatch(reason);
});

test('a folder without objects, and a folder that is not there', async () => {
  const empty = await query(['overview', '--data-dir', await temporaryFolder()]);
  expect([empty.code, empty.stderr]).toEqual([1, expect.stringMatching(/^DATASET_EMPTY: /)]);
  const gone = await query(['overview', '--data-dir', '/nowhere/at/all']);
  expect([gone.code, gone.stderr]).toEqual([1, expect.stringMatching(/^STORAGE_NOT_FOUND: /)]);
});

test('nobody at the URL, and somebody else', async () => {
  const nobody = await query(['overview', '--url', `http://127.0.0.1:${await freePort()}`]);
  expect(nobody).toMatchObject({ code: 1, stdout: '' });
  expect(nobody.stderr).toMatch(/expected a service at 127\.0\.0\.1:\d+, but got: ECONNREFUSED/);
  const other = createServer((_, response) => response.writeHead(502).end('<html>')).listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  const { code, stderr } = await query(['overview', '--url', `http://127.0.0.1:${port}/`]);
  expect([code, stderr]).toEqual([
    1,
    'HTTP_502: expected an answer of this service, but got something else\n',
  ]);
});

test('a table for eyes: numbers to the right, nothing for a missing value, no control characters', () => {
  const rows = [
    { id: 'a\u001b[2J', n: 1, s: { deep: true }, missing: null },
    { id: 'bb', n: 10.5, s: null, missing: null },
  ];
  expect(textTable(rows, false)).toBe(
    [
      'id        n  s              missing',
      '-----  ----  -------------  -------',
      'a·[2J     1  {"deep":true}',
      'bb     10.5',
      '(2 rows)',
      '',
    ].join('\n'),
  );
  expect(textTable([], false)).toBe('(0 rows)\n');
  const many = Array.from({ length: 1_001 }, (_, n) => ({ n }));
  expect(textTable(many, true)).toMatch(/\(the first 1000 of more than 1001 rows; --format csv has all\)\n$/);
});

test.each([
  ['query', 'hourly_avg'],
  ['query', 'hourly_avg', '--format', 'json'],
  ['query', 'hourly_avg', '--format', 'csv'],
  ['check'],
])('%s %s %s %s, and nobody reads it: it ends well, and lets go of what it holds', async (...args) => {
  const child = spawn(process.execPath, [BIN, ...args.filter(Boolean), '--data-dir', data], {
    cwd: await temporaryFolder(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdout.destroy();
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  expect([stderr, code]).toEqual(['', 0]);
});
