import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { digestOf, newKey } from '../../src/access/api-key.ts';
import { codeBlocks } from '../docs/markdown.ts';
import { missingChromium } from '../support/chromium.ts';
import { writeDataset } from '../support/datasets/dataset-folder.ts';
import { datasetFacts, datasets } from '../support/datasets.ts';
import { freePort } from '../support/free-port.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { scratchFolder } from '../support/temporary-folder.ts';
import { startBrowser, visit } from '../support/visitor.ts';

const EXAMPLE = 'examples/vercel-frontend';
/** What stands in the folder only where somebody has worked with it. */
const MADE = new Set(['node_modules', 'dist', 'gql']);

interface Functions {
  GET(request: Request): Promise<Response>;
  POST(request: Request): Promise<Response>;
}

let server: ServerProcess;
let functions: Functions;
let folder: string;
let data: string;
let start: (port?: string) => Promise<void>;
const key = newKey();

beforeAll(async () => {
  const root = await scratchFolder();
  folder = path.join(root, EXAMPLE);
  await cp(EXAMPLE, folder, { recursive: true, filter: (source) => !MADE.has(path.basename(source)) });
  await cp('schema/schema.graphql', path.join(root, 'schema/schema.graphql'));
  const run = (...command: string[]) =>
    promisify(execFile)('npm', command, { cwd: folder, env: { ...process.env, NODE_ENV: 'development' } });
  await run('ci');
  await run('run', 'build');

  data = path.join(root, 'data');
  await mkdir(data);
  await datasets.plain(data);
  const keysFile = path.join(root, 'keys.yaml');
  const hash = `sha256:${digestOf(key).toString('hex')}`;
  await writeFile(keysFile, JSON.stringify({ keys: [{ id: 'frontend', hash, devices: 'all' }] }));
  start = async (port = '0') => {
    server = await startServerProcess({
      DATA_DIR: data,
      STATE_DIR: path.join(root, 'state'),
      API_KEYS_FILE: keysFile,
      REFRESH_SECONDS: '1',
      PORT: port,
    });
  };
  await start();
  process.env['TELEMETRY_API_URL'] = server.url;
  process.env['TELEMETRY_API_KEY'] = key;
  functions = await import(pathToFileURL(path.join(folder, 'api/graphql.ts')).href);
}, 300_000);
afterAll(async () => {
  server.kill('SIGTERM');
  await server.exit;
});

async function hashOf(name: string): Promise<string> {
  const manifest: Record<string, string> = JSON.parse(
    await readFile(path.join(folder, 'src/gql/persisted-documents.json'), 'utf8'),
  );
  const found = Object.entries(manifest).find(
    ([, text]) => text.startsWith(`query ${name}`) || text.startsWith(`subscription ${name}`),
  );
  if (found === undefined) throw new Error(`expected a document ${name} in the manifest`);
  return found[0];
}

const post = (body: unknown) =>
  functions.POST(new Request('http://localhost/api/graphql', { method: 'POST', body: JSON.stringify(body) }));

test('documents of the app are answered by their hash, in each way that the clients send it', async () => {
  const id = await hashOf('Fleet');
  const variables = { first: 2 };
  const extensions = { persistedQuery: { version: 1, sha256Hash: id } };
  const query = new URLSearchParams({
    variables: JSON.stringify(variables),
    extensions: JSON.stringify(extensions),
  });
  for (const response of [
    await post({ documentId: id, variables }),
    await post({ extensions, variables }),
    await functions.GET(new Request(`http://localhost/api/graphql?${query}`)),
  ]) {
    expect(response.status).toBe(200);
    const { data, errors } = await response.json();
    expect(errors).toBeUndefined();
    expect(data.overview.deviceCount).toBeGreaterThan(0);
    expect(data.devices.edges).toHaveLength(2);
  }
});

test('nothing else is asked with the key of the app', async () => {
  for (const body of [
    { query: '{ overview { totalRows } }' },
    { documentId: 'sha256:00', variables: {} },
    { documentId: '__proto__' },
    {},
  ]) {
    const response = await post(body);
    expect([response.status, await response.json()]).toEqual([
      403,
      { errors: [{ message: 'expected a document of this app' }] },
    ]);
  }
  const nonsense = new Request('http://localhost/api/graphql', { method: 'POST', body: '{' });
  expect((await functions.POST(nonsense)).status).toBe(400);
});

test('an error of the service comes through with its code', async () => {
  const response = await post({ documentId: await hashOf('Fleet'), variables: { first: -1 } });
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
});

test('what browsers get has neither the key nor the address of the service', async () => {
  const names = await readdir(path.join(folder, 'dist'), { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile());
  expect(files.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['index.html', 'apollo.html', 'tanstack-query.html']),
  );
  for (const { parentPath, name } of files) {
    const text = await readFile(path.join(parentPath, name), 'utf8');
    for (const secret of [key, server.url, 'TELEMETRY_API']) expect(text).not.toContain(secret);
  }
});

test('objects have what a cache goes by in each document: a type, and a Device its id', async () => {
  const manifest: Record<string, string> = JSON.parse(
    await readFile(path.join(folder, 'src/gql/persisted-documents.json'), 'utf8'),
  );
  const texts = Object.values(manifest);
  expect(texts).toHaveLength(3);
  for (const text of texts.filter((one) => one.startsWith('query'))) {
    const response = await post({
      documentId: await hashOf(/^query (\w+)/.exec(text)?.[1] ?? ''),
      variables: { first: 1, deviceId: 'dev-1', maxPoints: 600 },
    });
    const found: Record<string, unknown>[] = [];
    JSON.stringify((await response.json()).data, (_, value) => {
      if (value !== null && typeof value === 'object' && !Array.isArray(value)) found.push(value);
      return value;
    });
    for (const object of found) expect(object).toHaveProperty('__typename');
    const devices = found.filter((object) => object['__typename'] === 'Device');
    expect(devices.map((device) => typeof device['id'])).toEqual(['string']);
  }
});

test('a subscription of the app comes through event by event, and ends with who listens', async () => {
  const gone = new AbortController();
  const response = await functions.POST(
    new Request('http://localhost/api/graphql', {
      method: 'POST',
      headers: { accept: 'text/event-stream' },
      body: JSON.stringify({ documentId: await hashOf('DatasetChanged') }),
      signal: gone.signal,
    }),
  );
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let sent = '';
  while (!/^data: .*\n\n/m.test(sent)) sent += (await reader?.read())?.value;
  expect(sent).toMatch(/^event: next\ndata: \{"data":\{"datasetChanged":\{.*"version":"/m);
  gone.abort();
  await expect(reader?.read()).rejects.toThrow();
});

test('the recipes of the page for live data fit the types of the clients', async () => {
  const page = await readFile(path.join(folder, 'README.md'), 'utf8');
  const [events = '', urql = '', apollo = ''] = codeBlocks(page, 'ts');
  const source = `import { ApolloLink, Observable } from '@apollo/client';
import type { DocumentNode } from 'graphql';
import { createClient } from 'graphql-sse';
import { subscriptionExchange } from 'urql';
import { hashOf } from './hash-of.ts';
${events}
export const exchanges = [
${urql}];
export ${apollo}`;
  await writeFile(path.join(folder, 'src/recipes.ts'), source);
  const told = await promisify(execFile)(path.join(folder, 'node_modules/.bin/tsc'), { cwd: folder }).catch(
    (error: { stdout: string }) => error,
  );
  expect(told.stdout).toBe('');
});

const missing = await missingChromium();
if (missing !== undefined && process.env['CI']) throw new Error(missing);

describe.skipIf(missing !== undefined)('in a browser', () => {
  let preview: ChildProcess;
  let browser: Browser;
  let url: string;
  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const vite = path.join(folder, 'node_modules/vite/bin/vite.js');
    preview = spawn(
      process.execPath,
      [vite, 'preview', '--host', '127.0.0.1', '--port', String(port), '--strictPort'],
      { cwd: folder, stdio: 'ignore' },
    );
    await vi.waitFor(async () => expect((await fetch(url)).status).toBe(200), { timeout: 30_000 });
    browser = await startBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    preview?.kill('SIGKILL');
  });

  /** One reading of a device that was not there, in an object of its own that appears whole. */
  async function arrive(device: string): Promise<void> {
    const beside = await scratchFolder();
    await writeDataset(beside, (write) =>
      write(
        'new.parquet',
        `SELECT '${device}' AS device_id, TIMESTAMP '2026-03-06 12:00:00' + n * INTERVAL 1 HOUR AS "timestamp",
          50.0 AS voltage, 20.0 AS temperature, 1.0 + n AS soc FROM range(3) AS hours(n)`,
      ),
    );
    await rename(path.join(beside, 'new.parquet'), path.join(data, `${device}.parquet`));
  }

  let devices = datasetFacts.plain.devices;

  test.each([
    ['urql', '/'],
    ['Apollo', '/apollo.html'],
    ['TanStack Query', '/tanstack-query.html'],
  ])('%s: the devices, a chart, and what comes while it is looked at', async (client, place) => {
    const visitor = await visit(browser);
    onTestFinished(() => visitor.leave());
    const { page } = visitor;
    await page.goto(url + place);
    await page.getByRole('heading', { name: `${devices} devices` }).waitFor();
    expect(await page.locator('tbody tr').count()).toBe(devices);
    await page.getByRole('button', { name: 'dev-1' }).click();
    const line = page.locator('figure path');
    await line.waitFor();
    expect(await line.getAttribute('d')).toMatch(/^M[\d.]+ [\d.]+L/);

    const device = `new-${client.toLowerCase().replaceAll(' ', '-')}`;
    await arrive(device);
    devices += 1;
    await page.getByRole('heading', { name: `${devices} devices` }).waitFor();
    await page.getByRole('button', { name: device }).waitFor();
    // What was looked at is still there.
    await line.waitFor();
    expect(visitor.complaints).toEqual([]);
  });

  test('what comes after the service was started again is shown too', async () => {
    const visitor = await visit(browser);
    onTestFinished(() => visitor.leave());
    const { page } = visitor;
    await page.goto(url);
    await page.getByRole('heading', { name: `${devices} devices` }).waitFor();
    const { port } = new URL(server.url);
    server.kill('SIGTERM');
    await server.exit;
    await arrive('after-the-start');
    devices += 1;
    await start(port);
    await page.getByRole('heading', { name: `${devices} devices` }).waitFor({ timeout: 30_000 });
  });

  test('a device that is not there is told, and no answer waited for', async () => {
    const visitor = await visit(browser);
    onTestFinished(() => visitor.leave());
    await visitor.page.goto(`${url}/#nobody`);
    await visitor.page.getByText('There is no device nobody.').waitFor();
    expect(visitor.complaints).toEqual([]);
  });
});
