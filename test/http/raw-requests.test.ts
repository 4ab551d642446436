import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requestListener } from '../../src/http/request-listener.ts';
import { createLogger } from '../../src/log.ts';
import type { TestApp } from '../support/app.ts';
import { appOver } from '../support/app-over.ts';
import { answerOn, portOf, sending } from '../support/raw-http.ts';

let app: TestApp;

beforeAll(async () => {
  app = await appOver('plain');
  await app.refresh();
});
afterAll(() => app.close());

const send = async (request: string, listener = app.listener) =>
  answerOn(sending(await portOf(createServer(listener)), request));

const CLOSE = 'Connection: close\r\n\r\n';

test.each([
  ['a Host with a space', `GET /health HTTP/1.1\r\nHost: a b\r\n${CLOSE}`],
  ['a Host that ends in the middle', `GET /health HTTP/1.1\r\nHost: [::1\r\n${CLOSE}`],
  ['a Host with a port that is none', `GET /health HTTP/1.1\r\nHost: a:port\r\n${CLOSE}`],
  ['a target that is no path', `OPTIONS * HTTP/1.1\r\nHost: localhost:80\r\n${CLOSE}`],
])('%s is refused with a code, and shows nothing of the server', async (_, request) => {
  const { status, body } = await send(request);
  expect(status).toBe(400);
  expect(body).toContain('"code":"BAD_USER_INPUT"');
  expect(body).not.toMatch(/\bat |file:|\.ts|node_modules/);
});

test.each([
  ['the whole URL as the target', 'GET http://elsewhere.example/health HTTP/1.1\r\nHost: elsewhere.example'],
  ['no Host, as HTTP/1.0 has it', 'GET /health HTTP/1.0'],
  ['an empty query', 'GET /health? HTTP/1.1\r\nHost: a'],
])('%s is answered', async (_, head) => {
  const { status, body } = await send(`${head}\r\n${CLOSE}`);
  expect([status, body]).toEqual([200, expect.stringContaining('"ok"')]);
});

test('whatever is thrown on the way is told as a defect, without its stack', async () => {
  const broken = requestListener(
    {
      handleNodeRequestAndResponse: () => {
        throw new Error('a secret of the server');
      },
    },
    createLogger('silent'),
  );
  const { status, body, json } = await send(`GET / HTTP/1.1\r\nHost: a\r\n${CLOSE}`, broken);
  expect(status).toBe(500);
  expect(json).toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
  expect(body).not.toContain('secret');
});
