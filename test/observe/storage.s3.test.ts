import { rm } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { datasets } from '../support/datasets.ts';
import { expectReadMode } from '../support/expect-read-mode.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../support/otlp-receiver.ts';
import { type Mode, type Place, Places } from '../support/places.ts';
import { scratchFolder } from '../support/temporary-folder.ts';

const TOKEN = 'metrics-of-24-characters';
const EXPIRY = '2099-01-01T00:00:00.000Z';

const places = new Places();
let directory: string;
let receiver: OtlpReceiver;
const open: Place[] = [];

beforeAll(async () => {
  directory = await scratchFolder();
  await datasets.plain(directory);
  receiver = await startOtlpReceiver();
});

afterEach(() => vi.unstubAllEnvs());

afterAll(async () => {
  await Promise.all(open.map((place) => place.remove()));
  await receiver.stop();
  await places.stop();
  await rm(directory, { recursive: true });
});

async function start(mode: Mode): Promise<TestApp> {
  const place = await places.put(directory, mode);
  open.push(place);
  const app = await startApp({
    ...place.environment,
    METRICS_TOKEN: TOKEN,
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  });
  await app.refresh();
  await expectReadMode(app, mode);
  return app;
}

async function metricsOf(app: TestApp): Promise<string> {
  return (await app.get('/metrics', { headers: { authorization: `Bearer ${TOKEN}` } })).text();
}

test.each(['direct', 'cached'] as const)(
  '%s: requests to the store are in traces, metrics and explanations',
  async (mode) => {
    vi.stubEnv('AWS_CREDENTIAL_EXPIRATION', EXPIRY);
    const app = await start(mode);
    let metrics: string;
    let explained: { storage: { requests: number }; objects: { opened: number } };
    try {
      const response = await app.get('/queries/hourly_avg', { headers: { 'x-explain': '1' } });
      explained = JSON.parse(response.headers.get('x-explain') ?? '{}');
      metrics = await metricsOf(app);
    } finally {
      await app.close();
    }
    const spans = receiver.spans();
    const scan = spans.find(({ name }) => name === 'scan hourly_avg');
    const inScan = spans.filter(({ parentSpanId }) => parentSpanId === scan?.spanId).map(({ name }) => name);
    receiver.requests.length = 0;

    expect(explained.objects.opened).toBeGreaterThan(0);
    if (mode === 'direct') {
      // One HEAD for each object proves afterwards that it is still the one of the snapshot.
      expect(inScan.sort()).toEqual([
        ...Array(explained.objects.opened).fill('S3 HeadObject'),
        'duckdb hourly_avg',
      ]);
      expect(explained.storage.requests).toBe(explained.objects.opened);
      expect(metrics).not.toMatch(/^telemetry_object_cache_bytes /m);
    } else {
      expect(metrics).toMatch(/^telemetry_object_cache_requests_total\{result="miss"\} [1-9]/m);
      expect(metrics).toMatch(/^telemetry_object_cache_requests_total\{result="hit"\} [1-9]/m);
      expect(metrics).toMatch(/^telemetry_object_cache_bytes [1-9]/m);
      expect(spans.map(({ name }) => name)).toContain('S3 GetObject');
    }
    expect(spans.map(({ name }) => name)).toContain('S3 ListObjectsV2');
    expect(metrics).toMatch(
      /^telemetry_storage_request_duration_seconds_count\{operation="ListObjectsV2",status="200"\} [1-9]/m,
    );
    expect(metrics).toMatch(/^telemetry_storage_received_bytes_total [1-9]/m);
    const expiry = /^telemetry_storage_credentials_expiry_timestamp_seconds (.*)$/m.exec(metrics)?.[1];
    expect(Number(expiry)).toBe(Date.parse(EXPIRY) / 1000);
  },
);

test('credentials that do not expire have no expiry, and faults of the store are told by status and retries', async () => {
  const { environment, remove } = await places.put(directory, 'direct');
  const proxy = await startFaultProxy(environment['S3_ENDPOINT'] ?? '');
  const app = await startApp({ ...environment, S3_ENDPOINT: proxy.endpoint, METRICS_TOKEN: TOKEN });
  try {
    await app.refresh();
    expect(await metricsOf(app)).not.toMatch(/^telemetry_storage_credentials_expiry_timestamp_seconds /m);
    proxy.fault = () => ({ kind: 'status', status: 503 });
    await app.refresh();
    const metrics = await metricsOf(app);
    const listings =
      'telemetry_storage_request_duration_seconds_count{operation="ListObjectsV2",status="503"}';
    expect(metrics).toContain(`${listings} 1`);
    expect(metrics).toContain('telemetry_storage_retries_total{operation="ListObjectsV2"} 2');
    expect(metrics).toContain('telemetry_refresh_duration_seconds_count{outcome="STORAGE_UNAVAILABLE"} 1');
  } finally {
    await app.close();
    await proxy.stop();
    await remove();
  }
});
