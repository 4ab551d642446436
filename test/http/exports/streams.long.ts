import { once } from 'node:events';
import { copyFile, rename } from 'node:fs/promises';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { seriesSql, writeDataset } from '../../support/datasets/dataset-folder.ts';
import { queriesFolder } from '../../support/queries-app.ts';
import { recordLog } from '../../support/recorded-log.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const READINGS = 1_200_000;
const QUERIES = {
  'numbers.sql': 'SELECT i AS n FROM range(1000000000000) AS numbers(i)',
  'thousand.sql': 'SELECT i AS n FROM range(1000) AS numbers(i) ORDER BY n DESC',
  'breaks.sql':
    "SELECT CASE WHEN i < 900000 THEN i ELSE CAST(error('no') AS BIGINT) END AS n FROM range(1000000) AS numbers(i)",
  'chance.sql': 'SELECT i AS n FROM range(100) AS numbers(i) WHERE i < 5 + 95 * random()',
};

interface Ended {
  readonly name: string;
  readonly code: unknown;
}

/** The service at a port, over one large object. */
async function serve(environment: Readonly<Record<string, string>> = {}) {
  const directory = await temporaryFolder();
  await writeDataset(directory, (write) =>
    write(
      'large.parquet',
      seriesSql({ devices: [1, 2], from: '2026-01-01', everyMinutes: 1, count: READINGS / 2 }),
    ),
  );
  const names = ['devices', 'daily_summary', 'device_latest', 'overview'];
  const queriesDirectory = await queriesFolder(QUERIES);
  for (const name of names) await copyFile(`queries/${name}.sql`, path.join(queriesDirectory, `${name}.sql`));
  const ends: Ended[] = [];
  const { log, lines, says } = recordLog();
  const app: TestApp = await startApp(
    { DATA_DIR: directory, REFRESH_SECONDS: '86400', ...environment },
    {
      log,
      queriesDirectory,
      onStatement: ({ name, error }) =>
        ends.push({ name, code: error === undefined ? undefined : Reflect.get(Object(error), 'code') }),
    },
  );
  const server = createServer(app.handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await app.close();
  });
  await app.refresh();
  return {
    app,
    ends,
    directory,
    lines,
    says,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
}

/** A client that has taken the beginning, and no more until `read` is called. */
async function begin(url: string): Promise<IncomingMessage> {
  const request = get(url, { agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  request.on('error', () => undefined);
  response.on('error', () => undefined);
  await once(response, 'readable');
  return response;
}

async function read(response: IncomingMessage): Promise<{ bytes: number; complete: boolean }> {
  let bytes = 0;
  response.on('data', (piece: Buffer) => {
    bytes += piece.length;
  });
  await once(response, 'close').catch(() => undefined);
  return { bytes, complete: response.complete };
}

const endOf = (ends: readonly Ended[], name: string) =>
  expect.poll(() => ends.find((end) => end.name === name)?.code, { interval: 5, timeout: 5_000 });

test('all readings come, in the order in which they are stored, however slowly they are taken', async () => {
  const { url, app } = await serve();
  const response = await begin(`${url}/readings.csv`);
  await delay(200);
  expect((await read(response)).complete).toBe(true);
  const text = await (await app.get('/readings.csv')).text();
  for (let round = 0; round < 3; round++) {
    const filtered = await app.get('/readings.csv?device_id=dev-2&device_id=dev-1&from=2026-01-01T00:00:00Z');
    expect((await filtered.text()) === text).toBe(true);
  }
  const lines = text.split('\r\n');
  expect(lines).toHaveLength(READINGS + 2);
  const places = lines.slice(1, -1).map((line) => line.split(',', 2).reverse().join(' '));
  expect(places).toEqual([...places].sort());
});

test('the client goes: its statement ends within 250 ms', async () => {
  const { url, ends, lines, says } = await serve({ EXPORT_MAX_CONCURRENT: '1' });
  for (const path of ['numbers.csv', 'numbers.parquet', 'numbers.ndjson']) {
    ends.length = 0;
    const response = await begin(`${url}/queries/${path}`);
    const gone = performance.now();
    response.destroy();
    await endOf(ends, 'numbers').toBe('STATEMENT_CANCELLED');
    expect(performance.now() - gone).toBeLessThan(250);
    await says('Export given up by the client');
  }
  expect(lines.filter((line) => line.includes('Export cut off'))).toEqual([]);
});

test.each(['csv', 'ndjson', 'parquet', 'arrow'])(
  '%s: an object that is replaced meanwhile breaks the transfer, and never makes a short whole',
  async (extension) => {
    const { url, directory } = await serve();
    const object = path.join(directory, 'large.parquet');
    const response = await begin(`${url}/readings.${extension}`);
    await copyFile(object, `${object}.new`);
    await rename(`${object}.new`, object);
    expect((await read(response)).complete).toBe(false);
    // `fetch` tells it too.
    const again = await fetch(`${url}/readings.${extension}`);
    expect(again.status).toBe(200);
    expect((await again.arrayBuffer()).byteLength).toBeGreaterThan(1_000_000);
  },
);

test('a statement that fails on its way breaks the transfer, compressed or not', async () => {
  const { url, ends } = await serve();
  for (const encoding of ['identity', 'gzip', 'br']) {
    // The connection may be cut off before the client has seen the status.
    const body = fetch(`${url}/queries/breaks.csv`, { headers: { 'accept-encoding': encoding } }).then(
      (response) => response.text(),
    );
    await expect(body).rejects.toThrow();
  }
  expect(ends.filter(({ name }) => name === 'breaks').map(({ code }) => code)).toEqual(
    Array(3).fill('STATEMENT_FAILED'),
  );
});

test('a client that takes nothing, and one that is too slow, are cut off', async () => {
  const { url, ends } = await serve({
    EXPORT_MAX_CONCURRENT: '1',
    RESPONSE_STALL_SECONDS: '1',
    EXPORT_TIMEOUT_SECONDS: '3',
  });
  const response = await begin(`${url}/queries/numbers.csv`);
  const refused = await fetch(`${url}/readings.csv`);
  expect([refused.status, (await refused.json()).code]).toEqual([503, 'OVERLOADED']);
  await endOf(ends, 'numbers').toBe('STATEMENT_CANCELLED');
  expect((await read(response)).complete).toBe(false);
  ends.length = 0;
  const slow = await read(await begin(`${url}/queries/numbers.csv`));
  expect(slow.complete).toBe(false);
  await endOf(ends, 'numbers').toBe('STATEMENT_TIMEOUT');
});

test('HEAD and 304 leave nothing running', async () => {
  const { url, ends } = await serve({ EXPORT_MAX_CONCURRENT: '1' });
  for (let round = 0; round < 3; round++) {
    const head = await fetch(`${url}/queries/numbers.csv`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/csv']);
    await endOf(ends, 'numbers').toBe('STATEMENT_CANCELLED');
    ends.length = 0;
  }
  const etag = (await fetch(`${url}/queries/thousand.csv`)).headers.get('etag') ?? '';
  ends.length = 0;
  const held = await fetch(`${url}/queries/thousand.csv`, { headers: { 'if-none-match': etag } });
  expect([held.status, ends]).toEqual([304, []]);
});

test('a limit that cuts is told before the first row, and one that does not cut is told not to', async () => {
  const { app } = await serve({ EXPORT_MAX_ROWS: '999', QUERY_MAX_ROWS: '10' });
  for (const extension of ['csv', 'ndjson', 'parquet', 'arrow']) {
    const { headers } = await app.get(`/queries/thousand.${extension}`);
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-truncated': 'true',
      'x-row-limit': '999',
      'content-disposition': expect.stringContaining(`-cut-at-999-rows.${extension}"`),
    });
  }
  const lines = (await (await app.get('/queries/thousand.csv')).text()).trim().split('\r\n');
  expect([lines.length, lines[1], lines.at(-1)]).toEqual([1000, '999', '1']);
  const readings = await app.get('/readings.ndjson?to=2026-01-01T00:10:00Z');
  expect([readings.headers.get('x-truncated'), readings.headers.get('x-row-limit')]).toEqual([
    'false',
    '999',
  ]);
  expect((await readings.text()).trim().split('\n')).toHaveLength(20);
  expect((await app.get('/readings.ndjson')).headers.get('x-truncated')).toBe('true');
  const json = await app.get('/queries/thousand');
  expect([json.headers.get('x-truncated'), (await json.json()).truncated]).toEqual(['true', true]);
});

test('rows of chance are made anew each time, and never in part', async () => {
  const { app } = await serve();
  const response = await app.get('/queries/chance.csv');
  expect([response.headers.get('etag'), response.headers.get('cache-control')]).toEqual([null, 'no-store']);
  expect((await response.text()).split('\r\n').length).toBeGreaterThan(5);
});
