import { once } from 'node:events';
import { type IncomingMessage, maxHeaderSize, type ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { boundedServer } from '../../src/http/bounded-server.ts';
import { requestListener } from '../../src/http/request-listener.ts';
import { createLogger } from '../../src/log.ts';
import { answerOn, portOf, sending } from '../support/raw-http.ts';
import { recordLog } from '../support/recorded-log.ts';

/** Of one piece each. */
const HEAD = 'POST / HTTP/1.1\r\nHost: a\r\n';
const log = createLogger('silent');

async function served(requestMs = 60_000, logger = log) {
  const listener = requestListener({ handleNodeRequestAndResponse: () => new Response('answered') }, logger);
  return portOf(boundedServer(listener, { connections: 100, requestMs }, logger));
}

test.each([
  [
    'a head that is too large',
    `GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${'y'.repeat(maxHeaderSize)}\r\n\r\n`,
    { status: 431, code: 'HEAD_TOO_LARGE', limit: 'requestHeadBytes', allowed: maxHeaderSize },
  ],
  ['no request at all', 'GARBAGE\r\n\r\n', { status: 400, code: 'BAD_REQUEST' }],
  ['bytes that no URL has', 'GET /\xe4 HTTP/1.1\r\nHost: a\r\n\r\n', { status: 400, code: 'BAD_REQUEST' }],
  ['another version of HTTP', 'GET / HTTP/3.1\r\nHost: a\r\n\r\n', { status: 400, code: 'BAD_REQUEST' }],
  [
    'a length and chunks',
    `${HEAD}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
    { status: 400, code: 'BAD_REQUEST' },
  ],
  ['an expectation', `${HEAD}Expect: wonders\r\n\r\n`, { status: 417, code: 'EXPECTATION_FAILED' }],
  ['a tunnel', 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n', { status: 405, code: 'METHOD_NOT_ALLOWED' }],
  [
    'HTTP/1.1 without Host',
    'GET / HTTP/1.1\r\nConnection: close\r\n\r\n',
    { status: 400, code: 'BAD_USER_INPUT' },
  ],
])('%s is refused with a code', async (_, request, expected) => {
  const answer = await answerOn(sending(await served(), request));
  expect(answer.status).toBe(expected.status);
  expect(answer.head).toContain('content-type: application/problem+json');
  expect(answer.head).toContain('connection: close');
  expect(answer.json).toMatchObject({ ...expected, detail: expect.stringMatching(/expected .*, but got/) });
});

test('how much too large a head is, is told as far as it is known', async () => {
  const answer = await answerOn(
    sending(await served(), `GET /${'y'.repeat(2 * maxHeaderSize)} HTTP/1.1\r\nHost: a\r\n\r\n`),
  );
  const { asked } = answer.json as { asked: number };
  expect(asked).toBeGreaterThan(maxHeaderSize);
  expect(asked).toBeLessThanOrEqual(2 * maxHeaderSize + 100);
});

test('a request that does not come to its end is refused with a code', async () => {
  const { log: recorded, says } = recordLog();
  const port = await served(500, recorded);
  for (const request of ['', 'GET / HTTP/1.1\r\nHost: a\r\n']) {
    const { status, json } = await answerOn(sending(port, request));
    expect([status, json]).toEqual([
      408,
      expect.objectContaining({ code: 'REQUEST_TIMEOUT', limit: 'requestSeconds', allowed: 0.5 }),
    ]);
    await says('REQUEST_TIMEOUT');
  }
});

test('a body that nobody waits for and that does not end is cut off', async () => {
  const port = await served(300);
  const { status, head } = await answerOn(sending(port, `${HEAD}Content-Length: 10\r\n\r\n12`));
  expect([status, head]).toEqual([200, expect.not.stringContaining('408')]);
});

test('what is no request behind one that is being answered waits for that answer', async () => {
  let respond: ((response: ServerResponse<IncomingMessage>) => void) | undefined;
  const asked = new Promise<ServerResponse>((resolve) => {
    respond = resolve;
  });
  const server = boundedServer(
    (_, response) => respond?.(response),
    { connections: 10, requestMs: 60_000 },
    log,
  );
  const port = await portOf(server);
  const socket = sending(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  const response = await asked;
  const failed = once(server, 'clientError');
  socket.write('GARBAGE\r\n\r\n');
  await failed;
  response.end('first');
  const { status, body } = await answerOn(socket);
  expect(status).toBe(200);
  expect(body).toMatch(/^first.*HTTP\/1\.1 400 Bad Request[\s\S]*BAD_REQUEST/);
});
