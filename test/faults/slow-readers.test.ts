import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { createLogger } from '../../src/log.ts';
import { serve } from '../../src/serve.ts';
import { writeDataset } from '../support/datasets/dataset-folder.ts';
import { queriesFolder } from '../support/queries-app.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** More than the sockets of both ends hold. */
const ROWS = 60_000;
const MOST_BYTES = ROWS * 500;
const QUERIES = {
  'large.sql': `SELECT i, repeat('x', 500) AS text FROM range(${ROWS}) AS numbers(i)`,
  'small.sql': 'SELECT 1 AS one',
  'endless.sql': 'SELECT sum(sqrt(i)) AS total FROM range(1000000000000) AS numbers(i)',
};
/** Two readings, and as many points between them. */
const POINTS = 400_000;
const FROM = Date.UTC(2026, 0, 1);
const TO = FROM + POINTS * 1_000;

/** The service at a port, where nobody may wait for a turn. */
async function served(environment: Readonly<Record<string, string>>): Promise<URL> {
  const directory = await temporaryFolder();
  const data = path.join(directory, 'data');
  await writeDataset(data, (write) =>
    write(
      'a.parquet',
      `SELECT 'dev' AS device_id, make_timestamp(ms * 1000) AS "timestamp", 1.5 AS voltage, 2.5 AS temperature, 3.5 AS soc
      FROM (VALUES (${FROM}), (${TO})) AS readings(ms)`,
    ),
  );
  const config = loadConfig({
    DATA_DIR: data,
    STATE_DIR: path.join(directory, 'state'),
    PORT: '0',
    OPERATIONS_MAX_CONCURRENT: '1',
    OPERATIONS_MAX_QUEUED: '0',
    RESPONSE_CACHE_MAX_BYTES: '0',
    ...environment,
  });
  const server = await serve(config, createLogger('silent'), {
    queriesDirectory: await queriesFolder(QUERIES),
  });
  onTestFinished(async () => {
    await server.close('The test is over');
  });
  return new URL(server.url);
}

/** Sends these bytes, and reads nothing. */
function open({ hostname, port }: URL, bytes: string): Socket {
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  socket.write(bytes);
  return socket;
}

const get = (target: string) => `GET ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`;

function post(query: string, accept: string): string {
  const body = JSON.stringify({ query });
  const head = ['POST /graphql HTTP/1.1', 'Host: localhost', `Accept: ${accept}`];
  return `${[...head, 'Content-Type: application/json', `Content-Length: ${body.length}`].join('\r\n')}\r\n\r\n${body}`;
}

const LARGE = '{ large { rows { i text } } }';
const SERIES = `/series.csv?${new URLSearchParams({
  device_id: 'dev',
  from: new Date(FROM).toISOString(),
  to: new Date(TO).toISOString(),
  bucket: '1s',
  fill: 'linear',
})}`;

const statusOf = async (url: URL) => (await fetch(new URL('/queries/small', url))).status;
const becomesFree = (url: URL) =>
  expect.poll(() => statusOf(url), { interval: 100, timeout: 20_000 }).toBe(200);

test.each([
  ['REST', get('/queries/large')],
  ['GraphQL', post(LARGE, 'application/json')],
  ['GraphQL as an event stream', post(LARGE, 'text/event-stream')],
  ['an export of what is in memory', get(SERIES)],
])('%s: who takes nothing of an answer has its turn until it is cut off', async (_, question) => {
  const url = await served({ RESPONSE_STALL_SECONDS: '1' });
  const socket = open(url, question);
  await once(socket, 'readable');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  expect(await statusOf(url)).toBe(503);
  await becomesFree(url);
  let bytes = 0;
  socket.on('data', (piece: Buffer) => {
    bytes += piece.length;
  });
  await closed;
  expect(bytes).toBeLessThan(MOST_BYTES);
});

/** Reads on and on, with rests. @returns whether the answer came whole */
async function readSlowly(socket: Socket, restMs: number): Promise<boolean> {
  let tail = '';
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  while (!tail.endsWith('\r\n0\r\n\r\n')) {
    const piece: Buffer | null = socket.read();
    if (piece !== null) {
      tail = (tail + piece.toString('latin1')).slice(-16);
      await delay(restMs);
    } else if (socket.destroyed) return false;
    else await Promise.race([once(socket, 'readable').catch(() => undefined), gone]);
  }
  return true;
}

test('who reads slowly, but reads, gets all of it', async () => {
  const url = await served({ RESPONSE_STALL_SECONDS: '1' });
  const started = performance.now();
  expect(await readSlowly(open(url, get('/queries/large')), 5)).toBe(true);
  expect(performance.now() - started).toBeGreaterThan(1_000);
  await becomesFree(url);
});

test('who takes too long for all of it is cut off, too', async () => {
  const url = await served({ RESPONSE_TIMEOUT_SECONDS: '1' });
  expect(await readSlowly(open(url, get('/queries/large')), 50)).toBe(false);
  await becomesFree(url);
});

test('answers that wait behind others on a connection give their turns back when it goes', async () => {
  const url = await served({ OPERATIONS_MAX_CONCURRENT: '3' });
  const socket = open(url, get('/queries/endless') + get('/queries/small').repeat(2));
  await expect.poll(() => statusOf(url), { interval: 20, timeout: 10_000 }).toBe(503);
  socket.destroy();
  await expect
    .poll(() => Promise.all([1, 2, 3].map(() => statusOf(url))), { interval: 100, timeout: 20_000 })
    .toEqual([200, 200, 200]);
});
