import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { createLogger } from '../../src/log.ts';
import { serve } from '../../src/serve.ts';
import { datasets } from '../support/datasets.ts';
import { queriesFolder } from '../support/queries-app.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** More than the sockets of both ends hold. */
const ROWS = 60_000;
const QUERIES = {
  'large.sql': `SELECT i, repeat('x', 500) AS text FROM range(${ROWS}) AS numbers(i)`,
  'small.sql': 'SELECT 1 AS one',
};

/** The service at a port, with a turn for one operation, and nobody may wait for it. */
async function oneTurn(stallSeconds: string): Promise<URL> {
  const directory = await temporaryFolder();
  const data = path.join(directory, 'data');
  await datasets.plain(data);
  const config = loadConfig({
    DATA_DIR: data,
    STATE_DIR: path.join(directory, 'state'),
    PORT: '0',
    OPERATIONS_MAX_CONCURRENT: '1',
    OPERATIONS_MAX_QUEUED: '0',
    RESPONSE_CACHE_MAX_BYTES: '0',
    RESPONSE_STALL_SECONDS: stallSeconds,
  });
  const server = await serve(config, createLogger('silent'), {
    queriesDirectory: await queriesFolder(QUERIES),
  });
  onTestFinished(async () => {
    await server.close('The test is over');
  });
  return new URL(server.url);
}

/** Asks, and reads nothing beyond the first bytes of the answer. */
async function beginToRead({ hostname, port }: URL, head: string, body: string): Promise<Socket> {
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined);
  socket.write(`${head}\r\nHost: ${hostname}\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  await once(socket, 'readable');
  return socket;
}

const REST = ['GET /queries/large HTTP/1.1', ''] as const;
const GRAPHQL = [
  'POST /graphql HTTP/1.1\r\nContent-Type: application/json',
  JSON.stringify({ query: '{ large { rows { i text } } }' }),
] as const;

test.each([
  ['REST', REST],
  ['GraphQL', GRAPHQL],
])('%s: who takes nothing of an answer has its turn until it is cut off', async (_, [head, body]) => {
  const url = await oneTurn('1');
  const socket = await beginToRead(url, head, body);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const status = async () => (await fetch(new URL('/queries/small', url))).status;
  expect(await status()).toBe(503);
  await expect.poll(status, { interval: 100, timeout: 20_000 }).toBe(200);
  let bytes = 0;
  socket.on('data', (piece: Buffer) => {
    bytes += piece.length;
  });
  await closed;
  expect(bytes).toBeLessThan(ROWS * 500);
});

test('who reads slowly, but reads, gets all of it', async () => {
  const url = await oneTurn('1');
  const socket = await beginToRead(url, ...REST);
  const started = performance.now();
  let text = '';
  // Some 3 seconds for all of it, with rests that are shorter than the limit.
  const pieces = ROWS / 100;
  while (!text.endsWith('\r\n0\r\n\r\n')) {
    const piece: Buffer | null = socket.read();
    if (piece === null) await once(socket, 'readable');
    else {
      text = (text + piece.toString('latin1')).slice(-16);
      await new Promise((resolve) => setTimeout(resolve, 3_000 / pieces));
    }
  }
  expect(performance.now() - started).toBeGreaterThan(1_000);
  const answer = await fetch(new URL('/queries/small', url));
  expect(answer.status).toBe(200);
});
