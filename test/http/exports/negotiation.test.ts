import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bestEncoding, bestMediaType } from '../../../src/http/negotiation.ts';
import type { TestApp } from '../../support/app.ts';
import { appOver } from '../../support/app-over.ts';

let app: TestApp;

beforeAll(async () => {
  app = await appOver('plain');
  await app.refresh();
});
afterAll(() => app.close());

const TYPES = ['application/json', 'text/csv', 'application/x-ndjson'];

test.each([
  [null, 'application/json'],
  ['*/*', 'application/json'],
  ['text/html,application/xhtml+xml,*/*;q=0.8', 'application/json'],
  ['text/csv', 'text/csv'],
  ['TEXT/CSV; header=present', 'text/csv'],
  ['text/*', 'text/csv'],
  ['application/*', 'application/json'],
  ['application/json;q=0.5, text/csv;q=0.9', 'text/csv'],
  ['text/csv;q=0.5, */*;q=0.1', 'text/csv'],
  ['application/json;q=0, application/*;q=0.5', 'application/x-ndjson'],
  ['*/*, application/json;q=0', 'text/csv'],
  ['text/html', undefined],
  ['text/csv;q=0', undefined],
  ['', undefined],
])('Accept %j: %j', (accept, expected) => {
  expect(bestMediaType(accept, TYPES)).toBe(expected);
});

test.each([
  [null, undefined],
  ['', undefined],
  ['gzip, deflate, br', 'br'],
  ['gzip', 'gzip'],
  ['br;q=0.5, gzip', 'gzip'],
  ['br;q=0, *', 'gzip'],
  ['identity', undefined],
  ['gzip;q=0', undefined],
] as const)('Accept-Encoding %j: %j', (accept, expected) => {
  expect(bestEncoding(accept)).toBe(expected);
});

test.each([
  ['/devices', 'text/csv', 'text/csv', 'devices-', '.csv'],
  ['/devices', 'application/vnd.apache.parquet', 'application/vnd.apache.parquet', 'devices-', '.parquet'],
  ['/devices/latest.ndjson', '*/*', 'application/x-ndjson', 'devices-latest-', '.ndjson'],
  ['/daily-summary.arrow', 'text/csv', 'application/vnd.apache.arrow.stream', 'daily-summary-', '.arrow'],
  ['/queries/hourly_avg.csv', '', 'text/csv', 'hourly_avg-', '.csv'],
  ['/devices.json', 'text/csv', 'application/json', 'devices-', '.json'],
])('%s for %j is %s, as a file', async (url, accept, type, name, extension) => {
  const response = await app.get(url, { headers: { accept } });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
  const version = response.headers.get('x-dataset-version')?.slice(0, 12);
  expect(response.headers.get('content-disposition')).toBe(
    `attachment; filename="${name}${version}${extension}"`,
  );
  expect(response.headers.get('vary')).toBe('Accept, Accept-Encoding');
  const head = await app.get(url, { method: 'HEAD', headers: { accept } });
  expect([head.status, await head.text()]).toEqual([200, '']);
  for (const header of ['content-type', 'content-disposition', 'x-truncated']) {
    expect(head.headers.get(header)).toBe(response.headers.get(header));
  }
  await response.arrayBuffer();
});

test.each([
  ['/devices.xlsx', {}, 404, 'NOT_FOUND', '.json, .csv, .ndjson, .parquet, .arrow'],
  ['/readings.json', {}, 400, 'BAD_USER_INPUT', 'device_id'],
  ['/series.csv?bucket=never', {}, 400, 'BAD_USER_INPUT', 'bucket'],
  ['/queries/none.csv', {}, 404, 'NOT_FOUND', 'hourly_avg'],
  ['/overview.csv', {}, 404, 'NOT_FOUND', '/overview.csv'],
  ['/devices', { accept: 'image/png' }, 406, 'NOT_ACCEPTABLE', 'text/csv'],
  ['/readings', { accept: 'text/html' }, 406, 'NOT_ACCEPTABLE', 'text/csv'],
  ['/devices.csv?colour=red', {}, 400, 'BAD_USER_INPUT', 'colour'],
  ['/readings.csv?from=yesterday', {}, 400, 'BAD_USER_INPUT', 'from'],
  ['/readings.csv?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', {}, 400, 'BAD_USER_INPUT', 'from'],
  ['/queries/daily_summary.csv?from=x', {}, 400, 'BAD_USER_INPUT', 'from'],
])('%s %j: %i %s', async (url, headers, status, code, detail) => {
  const response = await app.get(url, { headers: headers as Record<string, string> });
  expect([response.status, response.headers.get('content-type')]).toEqual([
    status,
    'application/problem+json',
  ]);
  const problem = await response.json();
  expect(problem).toMatchObject({ status, code });
  expect(problem.detail).toContain(detail);
});

test.each(['/devices', '/devices.csv', '/readings.ndjson', '/daily-summary.arrow', '/queries/hourly_avg'])(
  '%s: gzip and br hold what is sent plain, each with an ETag of its own that leads to 304',
  async (url) => {
    const plain = await app.get(url);
    expect(plain.headers.get('content-encoding')).toBeNull();
    const body = Buffer.from(await plain.arrayBuffer());
    const etags = new Set([plain.headers.get('etag')]);
    for (const [encoding, open] of [
      ['gzip', gunzipSync],
      ['br', brotliDecompressSync],
    ] as const) {
      // The second comes from the response cache, where there is one.
      for (let round = 0; round < 2; round++) {
        const response = await app.get(url, { headers: { 'accept-encoding': encoding } });
        expect(response.headers.get('content-encoding')).toBe(encoding);
        expect(open(await response.arrayBuffer())).toEqual(body);
        etags.add(response.headers.get('etag'));
        const held = response.headers.get('etag') ?? '';
        const headers = { 'accept-encoding': encoding, 'if-none-match': held };
        expect((await app.get(url, { headers })).status).toBe(304);
        const other = await app.get(url, { headers: { 'if-none-match': held } });
        expect(other.status).toBe(200);
        await other.body?.cancel();
      }
    }
    expect(etags.size).toBe(3);
  },
);

test('Parquet, short JSON and GraphQL are left as they are; the same question has the same bytes', async () => {
  for (const url of ['/devices.parquet', '/overview', '/graphql?query={devices{edges{node{id}}}}']) {
    const headers = { 'accept-encoding': 'gzip' };
    const [first, second] = [await app.get(url, { headers }), await app.get(url, { headers })];
    expect([url, first.headers.get('content-encoding')]).toEqual([url, null]);
    expect(Buffer.from(await first.arrayBuffer())).toEqual(Buffer.from(await second.arrayBuffer()));
  }
});

test('a page of devices tells that it is one', async () => {
  const response = await app.get('/devices.csv?first=2');
  expect((await response.text()).trim().split('\r\n')).toHaveLength(3);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'x-truncated': 'true',
    'x-row-limit': '2',
    'x-total-count': '6',
    link: expect.stringContaining('/devices.csv?first=2&after='),
    'content-disposition': expect.stringContaining('-cut-at-2-rows.csv'),
  });
});
