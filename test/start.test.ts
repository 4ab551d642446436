import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failedStart, type ServerProcess, startServerProcess } from './support/server-process.ts';

let state: string;
let server: ServerProcess;

beforeAll(async () => {
  state = await mkdtemp(path.join(tmpdir(), 'telemetry-start-'));
  server = await startServerProcess({ STATE_DIR: state });
});
afterAll(async () => {
  server.kill('SIGKILL');
  await server.exit;
  await rm(state, { recursive: true, force: true });
});

const ask = async (query: string, init: RequestInit = {}) => {
  const response = await fetch(`${server.url}/graphql`, {
    ...init,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return { status: response.status, ...((await response.json()) as { data: Record<string, unknown> }) };
};

test('without bucket and folder it says so, and answers from sample data', async () => {
  expect(server.lines.join('\n')).toContain('Neither S3_BUCKET nor DATA_DIR is set');
  const { data } = await ask('{ dataset { source objectCount } overview { deviceCount totalRows } }');
  expect(data).toMatchObject({ dataset: { source: 'SAMPLE', objectCount: 30 } });
  expect((data['overview'] as { deviceCount: number }).deviceCount).toBeGreaterThanOrEqual(20);
});

test('alive and ready', async () => {
  const health = await fetch(`${server.url}/health`);
  expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }]);
  const ready = await fetch(`${server.url}/ready`);
  expect([ready.status, await ready.json()]).toMatchObject([200, { status: 'ready', objects: 30 }]);
});

test('what Node.js refuses itself has a code, too', async () => {
  const response = await fetch(`${server.url}/${'x'.repeat(20_000)}`);
  expect([response.status, await response.json()]).toMatchObject([
    431,
    { code: 'HEAD_TOO_LARGE', limit: 'requestHeadBytes', allowed: 16_384 },
  ]);
});

test('it listens on loopback unless told otherwise', () => {
  expect(new URL(server.url).hostname).toBe('127.0.0.1');
});

test('a client that goes away leaves a server that goes on', async () => {
  const gone = new AbortController();
  const asking = ask('{ dailySummaries(timeZone: "Asia/Kathmandu") { date } }', { signal: gone.signal });
  gone.abort();
  await expect(asking).rejects.toThrow();
  expect((await ask('{ overview { totalRows } }')).status).toBe(200);
});

test('SIGTERM: what runs is answered, then exit 0', async () => {
  const own = await startServerProcess({ STATE_DIR: state });
  const answer = fetch(`${own.url}/daily-summary?time_zone=Asia/Kathmandu`);
  // The request is in once the server has it; headers come only after the statement.
  await fetch(`${own.url}/health`);
  own.kill('SIGTERM');
  expect((await answer).status).toBe(200);
  expect(await own.exit).toBe(0);
});

test('wrong settings: all of them at once, exit 1', async () => {
  const { code, stderr } = await failedStart({
    PORT: 'eighty',
    S3_BUCKET: 'Not A Bucket',
    S3_ENDPOINT: 'ftp://user:s3cret@store',
    REFRESH_SECONDS: '0',
  });
  expect(code).toBe(1);
  for (const name of ['PORT', 'S3_BUCKET', 'S3_ENDPOINT', 'REFRESH_SECONDS'])
    expect(stderr).toContain(`${name}:`);
  expect(stderr).not.toContain('s3cret');
  expect(stderr).not.toContain('    at ');
});

test('open to others without having been told so, or with keys that are none: exit 1', async () => {
  const open = await failedStart({ STATE_DIR: state, HOST: '0.0.0.0' });
  expect(open.code).toBe(1);
  expect(open.stderr).toContain('HOST: expected a loopback address, or API_KEYS_FILE, or JWT_ISSUER');
  const keyless = await failedStart({ STATE_DIR: state, API_KEYS_FILE: '/nowhere/keys.yaml' });
  expect(keyless.code).toBe(1);
  expect(keyless.stderr).toContain('API_KEYS_FILE: /nowhere/keys.yaml: expected a file that can be read');
  expect(keyless.stderr).not.toContain('    at ');
});

test.each([
  ['STATE_DIR', { STATE_DIR: '/dev/null/state' }],
  ['STATE_DIR', { STATE_DIR: '/proc/state' }],
  ['ENGINE_TEMP_DIR', { ENGINE_TEMP_DIR: '/dev/null/spill' }],
  ['OBJECT_CACHE_DIR', { OBJECT_CACHE_DIR: '/dev/null/cache' }],
])('%s that cannot be written: one clear line, exit 1', async (setting, environment) => {
  const { code, stderr } = await failedStart({ STATE_DIR: state, ...environment });
  expect(code).toBe(1);
  expect(stderr).toContain(`${setting}: expected a folder that can be written, but got: `);
  expect(stderr).not.toContain('    at ');
});

test('a port in use: one clear line, exit 1', async () => {
  const occupant = createServer().listen(0, '127.0.0.1');
  await once(occupant, 'listening');
  const address = occupant.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const { code, stderr } = await failedStart({ STATE_DIR: state, PORT: String(port) });
  occupant.close();
  expect(code).toBe(1);
  expect(stderr).toContain(`${port} is in use`);
});
