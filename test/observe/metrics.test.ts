import { once } from 'node:events';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { appOver } from '../support/app-over.ts';
import { datasets } from '../support/datasets.ts';
import { keyFile } from '../support/key-file.ts';
import { logLines } from '../support/log-lines.ts';
import { appWithQueries } from '../support/queries-app.ts';
import { recordLog } from '../support/recorded-log.ts';
import { failedStart, startServerProcess } from '../support/server-process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { newSigningKey, startTokenIssuer } from '../support/token-issuer.ts';

const NUMBERS = 'SELECT i AS n FROM range(1000000000000) AS numbers(i)';
const TOKEN = 'metrics-of-24-characters';

type App = Awaited<ReturnType<typeof appOver>>;

async function measured(name: Parameters<typeof appOver>[0] = 'plain', environment = {}): Promise<App> {
  const app = await appOver(name, {}, { METRICS_TOKEN: TOKEN, ...environment });
  onTestFinished(() => app.close());
  await app.refresh();
  return app;
}

const scrape = (app: App, headers: Record<string, string> = { authorization: `Bearer ${TOKEN}` }) =>
  app.get('/metrics', { headers });

/** `name{label="value"}` → value, of all lines; buckets are left out. */
function parsed(text: string): Record<string, number> {
  const lines = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#') && !line.includes('_bucket{'));
  return Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.lastIndexOf(' ')),
      Number(line.slice(line.lastIndexOf(' ') + 1)),
    ]),
  );
}

const metricsOf = async (app: App) => parsed(await (await scrape(app)).text());

test('without a setting there are no metrics, and the answer tells how to have them', async () => {
  const app = await appOver('plain');
  onTestFinished(() => app.close());
  const response = await scrape(app);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({
    code: 'NOT_FOUND',
    detail: expect.stringContaining('METRICS_TOKEN'),
  });
});

test('only the token opens them', async () => {
  const app = await measured();
  for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: TOKEN }]) {
    const response = await scrape(app, headers as Record<string, string>);
    expect([response.status, (await response.json()).code]).toEqual([401, 'UNAUTHORIZED']);
  }
  const response = await scrape(app);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
});

test('where requests need a key, the token is enough for them, and a key is not', async () => {
  const keys = await keyFile();
  const app = await measured('plain', { API_KEYS_FILE: keys.file });
  for (const headers of [
    {},
    { 'x-api-key': keys.explainer },
    { authorization: `Bearer ${keys.explainer}` },
  ]) {
    const response = await scrape(app, headers as Record<string, string>);
    expect([response.status, (await response.json()).code]).toEqual([401, 'UNAUTHORIZED']);
  }
  expect((await app.get('/overview')).status).toBe(401);
  expect((await app.get('/overview', { headers: { authorization: `Bearer ${TOKEN}` } })).status).toBe(401);
  expect((await app.get('/overview', { headers: { 'x-api-key': keys.explainer } })).status).toBe(200);
  expect(await metricsOf(app)).toMatchObject({
    'telemetry_errors_total{code="UNAUTHORIZED"}': 5,
    'telemetry_http_request_duration_seconds_count{method="GET",route="/overview",status="401"}': 2,
  });
  const without = await appOver('plain', {}, { API_KEYS_FILE: keys.file });
  onTestFinished(() => without.close());
  expect((await scrape(without)).status).toBe(401);
});

test('scrapes are never too many, and refusals for that are counted', async () => {
  const app = await measured('plain', {
    TRUSTED_PROXIES: '1',
    VIEWER_REQUESTS_PER_SECOND: '1',
    VIEWER_BURST: '1',
  });
  const from = { 'x-forwarded-for': '203.0.113.7' };
  const statuses = [];
  for (let round = 0; round < 3; round++)
    statuses.push((await scrape(app, { ...from, authorization: `Bearer ${TOKEN}` })).status);
  expect(statuses).toEqual([200, 200, 200]);
  await app.get('/livez', { headers: from });
  expect((await app.get('/overview', { headers: from })).status).toBe(200);
  expect((await app.get('/overview', { headers: from })).status).toBe(429);
  expect((await metricsOf(app))['telemetry_errors_total{code="RATE_LIMITED"}']).toBe(1);
});

test('requests are counted by method, route and status, with a bounded number of labels', async () => {
  const app = await measured();
  await app.get('/devices');
  await app.get('/devices');
  await app.get('/devices.csv').then((response) => response.text());
  await app.get('/daily-summary?time_zone=Mars');
  for (let round = 0; round < 50; round++)
    await app.get(`/nothing/${round}.x`, { method: round % 2 ? 'GET' : `M${round}` });
  await app.get('/queries/hourly_avg');
  await app.post('{ nothing }');
  const metrics = await metricsOf(app);
  const http = Object.keys(metrics).filter((name) =>
    name.startsWith('telemetry_http_request_duration_seconds_count'),
  );
  expect(Object.fromEntries(http.map((name) => [name.replace(/^.*?\{/, '{'), metrics[name]]))).toEqual({
    '{method="GET",route="/devices",status="200"}': 3,
    '{method="GET",route="/daily-summary",status="400"}': 1,
    '{method="GET",route="other",status="404"}': 25,
    '{method="other",route="other",status="404"}': 25,
    '{method="GET",route="/queries/{name}",status="200"}': 1,
    '{method="POST",route="/graphql",status="200"}': 1,
  });
  expect(metrics).toMatchObject({
    'telemetry_errors_total{code="BAD_USER_INPUT"}': 1,
    'telemetry_errors_total{code="GRAPHQL_VALIDATION_FAILED"}': 1,
    'telemetry_errors_total{code="NOT_FOUND"}': 50,
    'telemetry_response_cache_requests_total{result="hit"}': 1,
    // The scrape itself.
    telemetry_http_requests_in_flight: 1,
  });
  expect(metrics['telemetry_export_bytes_total']).toBeGreaterThan(100);
  expect(metrics['telemetry_response_cache_entries']).toBeGreaterThan(0);
  expect(metrics['telemetry_response_cache_bytes']).toBeGreaterThan(100);
});

test('statements are counted by engine, name and outcome', async () => {
  const app = await measured();
  await app.post('{ devices(first: 2) { totalCount edges { node { deviceId } } } }');
  await app.get('/queries/hourly_avg');
  const metrics = await metricsOf(app);
  expect(metrics).toMatchObject({
    'telemetry_statements_total{engine="rollups",name="devices",outcome="ok"}': 1,
    'telemetry_statements_total{engine="asking",name="hourly_avg",outcome="ok"}': 1,
    'telemetry_statement_duration_seconds_count{engine="rollups",name="devices"}': 1,
    'telemetry_statement_rows_total{engine="rollups",name="devices"}': 2,
    'telemetry_engine_statements_running{engine="asking"}': 0,
    'telemetry_engine_statements_queued{engine="rollups"}': 0,
    'telemetry_engine_streams{engine="asking"}': 0,
  });
  expect(metrics['telemetry_statement_wait_seconds_count{engine="asking"}']).toBeGreaterThan(0);
  expect(
    metrics['telemetry_statements_total{engine="building",name="partials",outcome="ok"}'],
  ).toBeGreaterThan(0);
});

test('busy connections, those who wait for one, and exports show while they last', async () => {
  const app = await appWithQueries(
    { 'endless.sql': 'SELECT sum(i) AS n FROM range(1000000000000) AS numbers(i)', 'numbers.sql': NUMBERS },
    { environment: { METRICS_TOKEN: TOKEN, ENGINE_MAX_CONCURRENT: '1' } },
  );
  await app.refresh();
  const gone = new AbortController();
  const ask = () => app.get('/queries/endless', { signal: gone.signal }).catch(() => undefined);
  const asked = [ask(), ask(), ask()];
  const body = (await app.get('/queries/numbers.csv')).body?.getReader();
  await body?.read();
  const load = async () => {
    const metrics = await metricsOf(app);
    return ['running', 'queued'].map(
      (state) => metrics[`telemetry_engine_statements_${state}{engine="asking"}`],
    );
  };
  await expect.poll(load, { interval: 5 }).toEqual([1, 2]);
  expect(await metricsOf(app)).toMatchObject({
    'telemetry_engine_streams{engine="asking"}': 1,
    telemetry_operations_running: 3,
    telemetry_operations_queued: 0,
  });
  gone.abort();
  await body?.cancel();
  await Promise.all(asked);
  await expect.poll(load, { interval: 5 }).toEqual([0, 0]);
  const idle = await metricsOf(app);
  expect(idle['telemetry_engine_streams{engine="asking"}']).toBe(0);
  expect(idle['telemetry_http_requests_in_flight']).toBe(1);
  expect(
    idle['telemetry_statements_total{engine="asking",name="endless",outcome="STATEMENT_CANCELLED"}'],
  ).toBe(3);
});

test('the dataset tells its objects, its age, its newest reading, and what is quarantined', async () => {
  const app = await measured();
  const { dataset, overview } = await app.ask<{
    dataset: { objectCount: number; bytes: number; refreshedAt: string };
    overview: { totalRows: number; lastTimestamp: string };
  }>('{ dataset { objectCount bytes refreshedAt } overview { totalRows lastTimestamp } }');
  expect(await metricsOf(app)).toMatchObject({
    telemetry_dataset_objects: dataset.objectCount,
    telemetry_dataset_bytes: dataset.bytes,
    telemetry_dataset_rows: overview.totalRows,
    telemetry_dataset_objects_quarantined: 0,
    telemetry_dataset_coverage_ratio: 1,
    telemetry_dataset_refreshed_timestamp_seconds: Date.parse(dataset.refreshedAt) / 1000,
    telemetry_dataset_newest_reading_timestamp_seconds: Date.parse(overview.lastTimestamp) / 1000,
  });
  await writeFile(path.join(app.directory, 'broken.parquet'), 'no Parquet');
  await app.refresh();
  expect(await metricsOf(app)).toMatchObject({ telemetry_dataset_objects_quarantined: 1 });
});

test('a scrape asks the rollups once for each state, and nobody scans for it', async () => {
  const app = await measured();
  app.takeStatements();
  await scrape(app);
  await scrape(app);
  expect(app.takeStatements()).toEqual(['overview']);
});

test('keys that no longer come from where they should are seen, and so is that they do again', async () => {
  const keys = await keyFile();
  const issuer = await startTokenIssuer(await newSigningKey('only'));
  onTestFinished(() => issuer.close());
  const { log, says } = recordLog();
  let now = Date.now();
  const app = await appOver(
    'plain',
    { log, now: () => new Date(now) },
    {
      METRICS_TOKEN: TOKEN,
      API_KEYS_FILE: keys.file,
      JWT_ISSUER: issuer.url,
      JWT_AUDIENCE: 'telemetry',
      JWT_JWKS_URL: issuer.jwksUrl,
    },
  );
  onTestFinished(() => app.close());
  const access = async () => {
    const metrics = await metricsOf(app);
    return {
      checked: metrics['telemetry_access_keys_checked_timestamp_seconds'],
      fetched: metrics['telemetry_access_signing_keys_fetched_timestamp_seconds'],
      failed: metrics['telemetry_access_signing_keys_failed'],
    };
  };
  const began = now / 1000;
  await expect.poll(access).toEqual({ checked: began, fetched: began, failed: 0 });

  now += 3_600_000;
  issuer.behave('error');
  const good = await readFile(keys.file, 'utf8');
  await writeFile(keys.file, 'keys: none');
  await says('The keys before go on counting');
  const token = await issuer.issue(
    { sub: 'a', scope: 'telemetry:read' },
    { expires: new Date(now + 60_000) },
  );
  const ask = async () =>
    (await app.get('/overview', { headers: { authorization: `Bearer ${token}` } })).status;
  expect(await ask()).toBe(200);
  await says('the keys that sign tokens cannot be fetched');
  expect(await access()).toEqual({ checked: began, fetched: began, failed: 1 });

  now += 60_000;
  issuer.behave('well');
  await writeFile(keys.file, good);
  await says('API_KEYS_FILE is again as the keys that count');
  await ask();
  await expect.poll(access).toEqual({ checked: now / 1000, fetched: now / 1000, failed: 0 });
});

test('refreshes are counted by outcome', async () => {
  const app = await measured();
  await rename(app.directory, `${app.directory}-gone`);
  await app.refresh();
  await rename(`${app.directory}-gone`, app.directory);
  const metrics = await metricsOf(app);
  expect(metrics['telemetry_refresh_duration_seconds_count{outcome="STORAGE_NOT_FOUND"}']).toBe(1);
  expect(metrics['telemetry_refresh_duration_seconds_count{outcome="ok"}']).toBeGreaterThan(0);
});

test('a scrape is a quiet request: its line is logged at debug', async () => {
  const lines = logLines();
  const app = await appOver('plain', { log: lines.log }, { METRICS_TOKEN: TOKEN });
  onTestFinished(() => app.close());
  await scrape(app);
  expect(lines.of('Request')).toEqual([]);
});

test('a port of their own that is taken stops the start', async () => {
  const occupant = createServer().listen(0, '127.0.0.1');
  await once(occupant, 'listening');
  onTestFinished(() => void occupant.close());
  const { port } = occupant.address() as AddressInfo;
  const directory = await temporaryFolder();
  const { code, stderr } = await failedStart({
    DATA_DIR: directory,
    STATE_DIR: directory,
    METRICS_PORT: String(port),
  });
  expect(stderr).toContain(`HOST, METRICS_PORT: expected a free port, but ${port} is in use`);
  expect(code).toBe(1);
});

test('at a port of their own they are open, and at that of all else they are not', async () => {
  const directory = await temporaryFolder();
  await datasets.plain(directory);
  const server = await startServerProcess({ DATA_DIR: directory, STATE_DIR: directory, METRICS_PORT: '0' });
  onTestFinished(async () => {
    server.kill('SIGTERM');
    await server.exit;
  });
  const port = /Metrics are at \/metrics of port (\d+)/.exec(server.lines.join('\n'))?.[1];
  const own = (at: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${at}`, init);
  expect((await fetch(`${server.url}/metrics`)).status).toBe(404);
  const response = await own('/metrics');
  expect(response.status).toBe(200);
  const text = await response.text();
  expect(text).toContain('telemetry_http_requests_in_flight');
  expect(text).toContain('nodejs_eventloop_lag_seconds');
  expect((await own('/devices')).status).toBe(404);
  expect((await own('/metrics', { method: 'POST' })).status).toBe(405);
});
