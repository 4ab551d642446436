import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { boundedServer } from '../../src/http/bounded-server.ts';
import { createLogger } from '../../src/log.ts';
import { appWithQueries } from '../support/queries-app.ts';
import { answerOn, portOf, sending } from '../support/raw-http.ts';
import { recordLog } from '../support/recorded-log.ts';

const QUERIES = {
  'quick.sql': '-- ---\n-- parameters: { number: { type: Int } }\n-- ---\nSELECT $number AS n',
};
const QUESTION = JSON.stringify({ query: '{ __typename }' });
/** For a machine that has much else to do. */
const PATIENCE_MS = 20_000;

async function served(environment: Readonly<Record<string, string>>) {
  const app = await appWithQueries(QUERIES, { environment });
  await app.refresh();
  const server = createServer(app.listener);
  const port = await portOf(server);
  return { app, server, port, url: `http://127.0.0.1:${port}` };
}

const head = (...headers: string[]) =>
  ['POST /graphql HTTP/1.1', 'Host: localhost', 'Content-Type: application/json', ...headers, '', ''].join(
    '\r\n',
  );
const CHUNKED = head('Transfer-Encoding: chunked');
const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

test('bodies that come slowly hold no turn, and are refused when their time is over', async () => {
  const { server, port, url } = await served({
    OPERATIONS_MAX_CONCURRENT: '3',
    OPERATIONS_MAX_QUEUED: '0',
    REQUEST_TIMEOUT_SECONDS: '2',
  });
  const slow = [];
  for (const bytes of [CHUNKED, CHUNKED, head(`Content-Length: ${QUESTION.length}`)]) {
    const arrived = once(server, 'request');
    const socket = sending(port, bytes);
    slow.push(socket);
    await arrived;
    socket.write(bytes === CHUNKED ? chunk('{') : '{');
  }
  for (let number = 0; number < 5; number++) {
    expect((await fetch(`${url}/queries/quick?number=${number}`)).status).toBe(200);
  }
  for (const answer of await Promise.all(slow.map(answerOn))) {
    expect([answer.status, answer.head]).toEqual([408, expect.stringContaining('connection: close')]);
    const { errors } = answer.json as { errors: { message: string; extensions: Record<string, unknown> }[] };
    expect(errors[0]?.message).toContain('within 2 s (limit requestSeconds), but got 1 bytes of it');
    expect(errors[0]?.extensions).toMatchObject({
      code: 'REQUEST_TIMEOUT',
      limit: 'requestSeconds',
      allowed: 2,
    });
    const asked = Number(errors[0]?.extensions['asked']);
    expect(asked).toBeGreaterThanOrEqual(1.99);
    expect(asked).toBeLessThan(PATIENCE_MS / 1000);
  }
});

test('a body in pieces, in time, is answered', async () => {
  const { port } = await served({});
  const socket = sending(port, head('Transfer-Encoding: chunked', 'Connection: close'));
  for (const character of QUESTION) socket.write(chunk(character));
  socket.write('0\r\n\r\n');
  const answer = await answerOn(socket);
  expect([answer.status, answer.json]).toEqual([200, { data: { __typename: 'Query' } }]);
});

test.each([
  ['that tells its length', head('Content-Length: 2000', 'Connection: close'), ' '],
  [
    'of unknown length',
    head('Transfer-Encoding: chunked', 'Connection: close'),
    chunk(' '.repeat(1000)) + chunk(' '.repeat(100)),
  ],
])('a body %s is refused once it is too large, without its end', async (_, bytes, body) => {
  const { port } = await served({ BODY_MAX_BYTES: '1024' });
  const answer = await answerOn(sending(port, bytes + body));
  expect(answer.status).toBe(413);
  expect(answer.json).toMatchObject({
    errors: [{ extensions: { code: 'BODY_TOO_LARGE', limit: 'requestBodyBytes', allowed: 1024 } }],
  });
});

test('large bodies under way are bounded together, and small ones get in all the same', async () => {
  const { server, port, url } = await served({ BODY_MAX_BYTES: '65536', BODIES_MAX_BYTES: '65536' });
  const post = (body: string) =>
    fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const arrived = once(server, 'request');
  const half = sending(port, CHUNKED + chunk(' '.repeat(60_000)));
  const [request] = await arrived;
  await expect.poll(() => request.readableFlowing, { timeout: PATIENCE_MS }).toBe(true);
  const refused = await post(QUESTION.padEnd(60_000));
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).not.toBeNull();
  expect(await refused.json()).toMatchObject({
    errors: [
      {
        extensions: {
          code: 'OVERLOADED',
          limit: 'requestBodyBytesTogether',
          asked: expect.any(Number),
          allowed: 65_536,
        },
      },
    ],
  });
  expect((await post(QUESTION)).status).toBe(200);
  half.destroy();
  await expect
    .poll(async () => (await post(QUESTION.padEnd(60_000))).status, { timeout: PATIENCE_MS })
    .toBe(200);
});

test('a connection without the head of a request is closed when its time is over', async () => {
  const server = boundedServer(
    (_, response) => response.end(),
    { connections: 10, requestMs: 500 },
    createLogger('silent'),
  );
  const port = await portOf(server);
  for (const bytes of ['', 'GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ']) {
    expect((await answerOn(sending(port, bytes))).status).toBe(408);
  }
});

test('connections beyond the most there may be are closed, and told of once', async () => {
  const { log, lines, says } = recordLog();
  const server = boundedServer((_, response) => response.end(), { connections: 2, requestMs: 60_000 }, log);
  const port = await portOf(server);
  for (let number = 0; number < 2; number++) {
    const connected = once(server, 'connection');
    sending(port, '');
    await connected;
  }
  for (let number = 0; number < 3; number++) expect((await answerOn(sending(port, ''))).body).toBe('');
  await says('CONNECTIONS_MAX');
  expect(lines.filter((line) => line.includes('CONNECTIONS_MAX'))).toHaveLength(1);
});
