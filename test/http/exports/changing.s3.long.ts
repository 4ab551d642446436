import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { DuckDBInstance } from '@duckdb/node-api';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { expectReadMode } from '../../support/expect-read-mode.ts';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { Places } from '../../support/places.ts';
import type { S3Server } from '../../support/s3-server.ts';

const KEYS = ['a.parquet', 'b.parquet', 'c.parquet', 'd.parquet'];
const ROWS = 40_000;
const FORMATS = ['csv', 'ndjson', 'parquet', 'arrow'] as const;

/** Rows whose voltage tells the version. Nothing is compressed, so that versions are of equal length. */
const contentSql = (key: string, version: number, rows: number) => `SELECT
  '${key}' AS device_id,
  TIMESTAMP '2026-01-01' + i * INTERVAL 1 SECOND AS "timestamp",
  ${version} + (i + 1) / 1e7 AS voltage,
  hash(i) / 1e19 AS temperature,
  hash(i, 1) / 1e19 AS soc
FROM range(${rows}) AS numbers(i)`;

/** A client that has taken the beginning, and no more until `whole` is called. */
async function begin(url: string): Promise<IncomingMessage> {
  const request = get(url, { agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  request.on('error', () => undefined);
  await once(response, 'readable');
  return response;
}

/** The body; undefined when it was cut off. */
async function whole(response: IncomingMessage): Promise<Uint8Array | undefined> {
  const body = await buffer(response).catch(() => undefined);
  return response.complete ? body : undefined;
}

const same = (one: Uint8Array | undefined, other: Uint8Array | undefined) =>
  one !== undefined && other !== undefined && Buffer.compare(one, other) === 0;

interface LogLine {
  readonly msg: string;
  readonly err?: { readonly code?: string };
}

const places = new Places();
let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'telemetry-changing-'));
});
afterAll(async () => {
  await places.stop();
  await rm(scratch, { recursive: true, force: true });
});

const contents = new Map<string, Promise<Uint8Array>>();

/** The same bytes for the same arguments. */
function content(key: string, version: number, rows = ROWS): Promise<Uint8Array> {
  const sql = contentSql(key, version, rows);
  const known = contents.get(sql) ?? write(sql, `content-${contents.size}.parquet`);
  contents.set(sql, known);
  return known;
}

async function write(sql: string, name: string): Promise<Uint8Array> {
  const file = path.join(scratch, name);
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const options = 'FORMAT parquet, COMPRESSION uncompressed, ROW_GROUP_SIZE 20480';
  await connection.run(`COPY (${sql}) TO '${file}' (${options})`);
  connection.closeSync();
  instance.closeSync();
  return readFile(file);
}

describe.each(['direct', 'cached'] as const)('%s', (mode) => {
  let server: S3Server;
  let bucket: string;
  let proxy: FaultProxy;
  let app: TestApp;
  let http: Server;
  let url: string;
  let lines: LogLine[];

  const put = async (key: string, version: number, rows?: number) =>
    server.put(bucket, `telemetry/${key}`, await content(key, version, rows));

  beforeEach(async () => {
    ({ server, bucket } = await places.bucket());
    proxy = await startFaultProxy(server.endpoint);
    for (const key of KEYS) await put(key, 1);
  });

  const start = async (environment: Readonly<Record<string, string>> = {}) => {
    lines = [];
    const stream = new PassThrough({ encoding: 'utf8' });
    stream.on('data', (text: string) => {
      for (const line of text.split('\n')) if (line !== '') lines.push(JSON.parse(line));
    });
    const cache = mode === 'cached' ? { OBJECT_CACHE_DIR: path.join(scratch, `cache-${bucket}`) } : {};
    app = await startApp(
      {
        VIEWER_MAX_EXPORTS: '4',
        ...places.environment(server, bucket),
        ...cache,
        S3_ENDPOINT: proxy.endpoint,
        REFRESH_SECONDS: '86400',
        ...environment,
      },
      { log: pino({ level: 'info' }, stream) },
    );
    http = createServer(app.handler).listen(0, '127.0.0.1');
    await once(http, 'listening');
    url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/readings`;
    await app.refresh();
    await expectReadMode(app, mode);
  };
  afterEach(async () => {
    http.closeAllConnections();
    http.close();
    // What hangs at the store ends with it.
    await proxy.stop();
    await app.close();
  });

  /** How many rows of each version a client reads. */
  const versionsIn = (csv: Uint8Array) => {
    const versions = [...new TextDecoder().decode(csv).matchAll(/Z,(\d)\./g)];
    const counts = Map.groupBy(versions, ([, version = '']) => version);
    return Object.fromEntries([...counts].map(([version, { length }]) => [version, length]));
  };
  const cutOffs = () => lines.filter(({ msg }) => msg === 'Export cut off').map(({ err }) => err?.code);

  const beginAll = () => Promise.all(FORMATS.map((extension) => begin(`${url}.${extension}`)));

  /** One client for each format, all under way when the change comes. */
  const during = async (change: () => Promise<unknown>, code: string) => {
    // In direct mode the engine would remember what it has read.
    const expected = mode === 'cached' ? await Promise.all((await beginAll()).map(whole)) : [];
    const responses = await beginAll();
    const before = proxy.requests.length;
    await change();
    const bodies = await Promise.all(responses.map(whole));
    const ofEngine = proxy.requests
      .slice(before)
      .filter(({ headers }) => !headers['user-agent']?.startsWith('aws-sdk'));
    if (mode === 'cached') {
      // The bytes are here before the first row.
      expect(versionsIn(bodies[0] ?? new Uint8Array())).toEqual({ 1: KEYS.length * ROWS });
      expect(bodies.map((body, index) => same(body, expected[index]))).toEqual(FORMATS.map(() => true));
      expect(cutOffs()).toEqual([]);
      expect(ofEngine).toEqual([]);
    } else {
      expect(bodies).toEqual(FORMATS.map(() => undefined));
      expect(cutOffs()).toEqual(FORMATS.map(() => code));
      // Else it would be the objects' verification alone that notices.
      expect(ofEngine.length).toBeGreaterThan(0);
    }
  };

  const replaceLast = (rows: number) => () => put('d.parquet', 2, rows);
  const CHANGES = [
    ['is replaced by one of the same length', replaceLast(ROWS), { 1: 3 * ROWS, 2: ROWS }],
    ['is replaced by a longer one', replaceLast(ROWS + 1000), { 1: 3 * ROWS, 2: ROWS + 1000 }],
    ['is removed', () => server.remove(bucket, 'telemetry/d.parquet'), { 1: 3 * ROWS }],
  ] as const;

  test.each(CHANGES)('an object %s: all of one version, or a cut-off', async (_, change, expected) => {
    await start();
    await during(change, 'DATASET_CHANGED');
    // What was cut off has had the objects listed again, long before the next refresh.
    if (mode === 'cached') await app.refresh();
    const next = async () => {
      const body = await whole(await begin(`${url}.csv`));
      return body && versionsIn(body);
    };
    await expect.poll(next, { timeout: 15_000, interval: 50 }).toEqual(expected);
  });

  test('all objects are replaced, those under way too', async () => {
    await start();
    await during(() => Promise.all(KEYS.map((key) => put(key, 2))), 'DATASET_CHANGED');
  });

  test('the store breaks every connection', async () => {
    await start();
    await during(async () => {
      proxy.fault = () => ({ kind: 'reset' });
    }, 'STORAGE_UNAVAILABLE');
  });

  test('the store answers no more: cut off at the deadline', async () => {
    await start({ EXPORT_TIMEOUT_SECONDS: '5' });
    const begun = performance.now();
    await during(async () => {
      proxy.fault = () => ({ kind: 'stall' });
    }, 'STATEMENT_TIMEOUT');
    expect(performance.now() - begun).toBeLessThan(12_000);
  });
});

test('the versions are of equal length, so that nothing but their bytes and ETags tells them apart', async () => {
  const [one, two] = [await content('d.parquet', 1), await content('d.parquet', 2)];
  expect(one.length).toBe(two.length);
  expect(Buffer.compare(one, two)).not.toBe(0);
});
