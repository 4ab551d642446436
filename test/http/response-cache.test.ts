import { copyFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { appOver } from '../support/app-over.ts';

let app: TestApp & { readonly directory: string };

beforeEach(async () => {
  app = await appOver('plain', {}, { CORS_ORIGINS: 'https://frontend.example' });
  await app.refresh();
  app.takeStatements();
});
afterEach(() => app.close());

const graphqlGet = (query: string) => `/graphql?query=${encodeURIComponent(query)}`;
const OVERVIEW = '{ overview { totalRows } }';
const RESOURCES = [
  graphqlGet(OVERVIEW),
  '/overview',
  '/devices?first=2',
  '/devices/latest',
  '/daily-summary',
];

async function addObject(): Promise<void> {
  const [key = ''] = (await readdir(app.directory)).filter((name) => name.endsWith('.parquet'));
  await copyFile(path.join(app.directory, key), path.join(app.directory, 'more.parquet'));
  await app.refresh();
}

test.each(RESOURCES)('%s: asked twice, answered once, to the same byte', async (url) => {
  const first = await app.get(url);
  expect(app.takeStatements()).not.toEqual([]);
  const second = await app.get(url);
  expect(app.takeStatements()).toEqual([]);
  expect(await second.text()).toBe(await first.text());
  for (const name of ['etag', 'content-type', 'link', 'x-total-count', 'cache-control']) {
    expect([name, second.headers.get(name)]).toEqual([name, first.headers.get(name)]);
  }
  expect(first.headers.get('etag')).toMatch(/^"[\w-]{43}\.[\w-]{43}"$/);
});

test.each(RESOURCES)('%s: whoever holds it gets 304, and no statement runs', async (url) => {
  const etag = (await app.get(url)).headers.get('etag') ?? '';
  app.takeStatements();
  const again = await app.get(url, { headers: { 'if-none-match': `"other", W/${etag}` } });
  expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
  expect(app.takeStatements()).toEqual([]);
});

test.each(RESOURCES)(
  '%s: never a stale 304 or body once the objects changed, and the old one when they are back',
  async (url) => {
    const before = await app.get(url);
    const etag = before.headers.get('etag') ?? '';
    await addObject();
    const changed = await app.get(url, { headers: { 'if-none-match': etag } });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
    await rm(path.join(app.directory, 'more.parquet'));
    await app.refresh();
    expect((await app.get(url, { headers: { 'if-none-match': etag } })).status).toBe(304);
  },
);

test('POST: the body is part of the question', async () => {
  const query = 'query ($id: ID!) { device(deviceId: $id) { deviceId readingCount } }';
  const answers = [];
  for (const id of ['dev-1', 'dev-2', 'dev-1']) answers.push((await app.post(query, { id })).data);
  expect(answers).toMatchObject([
    { device: { deviceId: 'dev-1' } },
    { device: { deviceId: 'dev-2' } },
    { device: { deviceId: 'dev-1' } },
  ]);
  expect(app.takeStatements()).toEqual(['devices', 'devices']);
});

test('errors are not kept, not even beside data', async () => {
  for (const query of [
    '{ devices(first: -1) { totalCount } }',
    '{ overview { totalRows } node(id: "zzz") { id } }',
  ]) {
    const response = await app.get(graphqlGet(query));
    expect(response.headers.get('etag')).toBeNull();
    expect((await response.json()).errors).toHaveLength(1);
    expect((await (await app.get(graphqlGet(query))).json()).errors).toHaveLength(1);
  }
});

test('the time of the listing is always that of the last listing', async () => {
  const query = '{ dataset { refreshedAt version } overview { totalRows } }';
  const first = await app.post<{ dataset: { refreshedAt: string } }>(query);
  await app.refresh();
  const second = await app.post<{ dataset: { refreshedAt: string } }>(query);
  expect(second.data.dataset.refreshedAt > first.data.dataset.refreshedAt).toBe(true);
});

test('another origin, another content type: each gets its own headers', async () => {
  const html = await app.get('/graphql', { headers: { accept: 'text/html' } });
  expect(html.headers.get('etag')).toBeNull();
  await app.get('/overview');
  const foreign = await app.get('/overview', { headers: { origin: 'https://frontend.example' } });
  expect(app.takeStatements()).toEqual(['overview']);
  expect(foreign.headers.get('access-control-allow-origin')).toBe('https://frontend.example');
  expect(foreign.headers.get('vary')?.toLowerCase()).toContain('origin');
});

test('pages, health and readiness are never kept', async () => {
  for (const url of ['/', '/health', '/ready', '/openapi.json']) {
    expect([url, (await app.get(url)).headers.get('etag')]).toEqual([url, null]);
  }
});

test('RESPONSE_CACHE_MAX_BYTES=0 keeps nothing, and still answers 304', async () => {
  const own = await startApp({ DATA_DIR: app.directory, RESPONSE_CACHE_MAX_BYTES: '0' });
  try {
    await own.refresh();
    const etag = (await own.get('/overview')).headers.get('etag') ?? '';
    own.takeStatements();
    await own.get('/overview');
    expect(own.takeStatements()).toEqual(['overview']);
    expect((await own.get('/overview', { headers: { 'if-none-match': etag } })).status).toBe(304);
  } finally {
    await own.close();
  }
});
