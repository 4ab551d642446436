import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { DeviceScope } from '../../src/access/viewer.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { appOver } from '../support/app-over.ts';
import { seriesSql, writeDataset } from '../support/datasets/dataset-folder.ts';
import { appWithQueries } from '../support/queries-app.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { headersFor, viewerOfHeader } from '../support/viewers.ts';

const FIRST = { ids: ['dev-1'], prefixes: [] };
const SECOND = { ids: [], prefixes: ['dev-2', 'dev-3'] };

let app: TestApp;

beforeAll(async () => {
  app = await appOver('plain', { viewerOf: viewerOfHeader }, { REFRESH_SECONDS: '86400' });
  await app.refresh();
});
beforeEach(() => {
  app.takeStatements();
});
afterAll(() => app.close());

const ask = (url: string, scope: DeviceScope | null, headers: Record<string, string> = {}) =>
  app.get(url, { headers: { ...headersFor(scope), ...headers } });
const graphql = (document: string) => `/graphql?query=${encodeURIComponent(document)}`;

const URLS = [
  '/overview',
  '/devices?first=2',
  '/devices/latest',
  '/devices.csv',
  '/readings.csv',
  '/readings.parquet',
  '/queries/devices',
  graphql('{ devices { totalCount edges { node { deviceId avgSoc } } } }'),
];

test.each(URLS)('%s: one scope is never given what was made for another', async (url) => {
  const bodies = new Set<string>();
  const etags: string[] = [];
  for (const scope of [null, FIRST, SECOND]) {
    const response = await ask(url, scope);
    expect(response.status).toBe(200);
    bodies.add(Buffer.from(await response.arrayBuffer()).toString('base64'));
    etags.push(response.headers.get('etag') ?? '');
    expect(response.headers.get('vary')).toMatch(/\bAuthorization\b/);
    expect(response.headers.get('cache-control')).toBe('private, no-cache');
  }
  expect([bodies.size, new Set(etags).size, etags.includes('')]).toEqual([3, 3, false]);
  for (const [index, scope] of [null, FIRST, SECOND].entries()) {
    for (const etag of etags) {
      const response = await ask(url, scope, { 'if-none-match': etag });
      expect(response.status).toBe(etag === etags[index] ? 304 : 200);
      expect(response.headers.get('vary')).toMatch(/\bAuthorization\b/);
      await response.arrayBuffer();
    }
  }
});

test('the same scope in other words shares what is kept', async () => {
  const first = await (
    await ask('/devices?order_by=avg_soc', { ids: ['dev-1', 'dev-2'], prefixes: [] })
  ).text();
  expect(app.takeStatements()).toEqual(['devices']);
  const again = { ids: ['dev-2', 'dev-1', 'dev-2'], prefixes: [] };
  expect(await (await ask('/devices?order_by=avg_soc', again)).text()).toBe(first);
  expect(app.takeStatements()).toEqual([]);
});

test('POST: the scope is part of the question', async () => {
  const post = async (scope: DeviceScope | null) => {
    const response = await app.get('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headersFor(scope) },
      body: JSON.stringify({ query: '{ overview { deviceCount } }' }),
    });
    return (await response.json()).data.overview.deviceCount;
  };
  const counts = [];
  for (const scope of [FIRST, null, SECOND, FIRST]) counts.push(await post(scope));
  expect(counts).toEqual([1, 6, 2, 1]);
});

test('an answer that is good for a time is so for its scope only', async () => {
  const { get, refresh } = await appWithQueries(
    {
      'moment.sql':
        '-- ---\n-- cache: 60\n-- ---\nSELECT now() AS at, count(DISTINCT device_id) AS n FROM {{TELEMETRY}}',
    },
    { viewerOf: viewerOfHeader },
  );
  await refresh();
  const counts = [];
  for (const scope of [FIRST, null, SECOND, FIRST]) {
    const response = await get('/queries/moment', { headers: headersFor(scope) });
    counts.push((await response.json()).rows[0].n);
    expect(response.headers.get('cache-control')).toMatch(/^private, max-age=\d+$/);
  }
  expect(counts).toEqual([1, 6, 2, 1]);
});

test('what is remembered of a version is not that of the first scope that asked', async () => {
  const directory = await temporaryFolder();
  await writeDataset(directory, async (write) => {
    // A page of an hour is found by when the readings of each object begin and end.
    for (const device of [1, 2]) {
      const series = { from: '2026-03-01', everyMinutes: 10, count: 12 } as const;
      await write(`${device}.parquet`, seriesSql({ devices: [device, device], ...series }));
    }
  });
  const environment = { DATA_DIR: directory, RESPONSE_CACHE_MAX_BYTES: '0', REFRESH_SECONDS: '86400' };
  const { get, refresh, close } = await startApp(environment, { viewerOf: viewerOfHeader });
  try {
    await refresh();
    const rows = async (scope: DeviceScope | null, device: string) => {
      const url = `/readings?device_id=${device}&from=2026-03-01T00:00:00Z&to=2026-03-01T01:00:00Z`;
      return (await (await get(url, { headers: headersFor(scope) })).json()).length;
    };
    const found = [];
    for (const scope of [FIRST, SECOND, null, FIRST]) {
      found.push([await rows(scope, 'dev-1'), await rows(scope, 'dev-2')]);
    }
    expect(found).toEqual([
      [6, 0],
      [0, 6],
      [6, 6],
      [6, 0],
    ]);
  } finally {
    await close();
  }
});

test('what is the same for all stays public; without viewers nothing varies by them', async () => {
  const style = await ask('/docs/swagger-ui.css', FIRST);
  await style.arrayBuffer();
  expect([style.headers.get('cache-control'), style.headers.get('vary')]).toEqual([
    'public, max-age=3600',
    null,
  ]);
  const open = await appOver('plain');
  try {
    await open.refresh();
    const response = await open.get('/overview');
    expect(response.headers.get('vary')).toBe('Accept, Accept-Encoding');
    expect(response.headers.get('cache-control')).toBe('no-cache');
  } finally {
    await open.close();
  }
});
