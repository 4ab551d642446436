import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { metricsServer } from '../../src/http/metrics.ts';
import { Metrics } from '../../src/observe/metrics.ts';
import { appOver } from '../support/app-over.ts';
import { keyFile } from '../support/key-file.ts';
import { answerOn, portOf, sending } from '../support/raw-http.ts';
import { recordLog } from '../support/recorded-log.ts';

async function served(environment: Readonly<Record<string, string>> = {}) {
  const recorded = recordLog();
  const app = await appOver('plain', { log: recorded.log }, environment);
  onTestFinished(() => app.close());
  await app.refresh();
  const port = await portOf(createServer(app.listener));
  const ask = (host: string, path = '/overview', ...headers: string[]) =>
    answerOn(
      sending(
        port,
        [`GET ${path} HTTP/1.1`, `Host: ${host}`, 'Connection: close', ...headers, '', ''].join('\r\n'),
      ),
    );
  return { ask, ...recorded };
}

const GRAPHQL = '/graphql?query={overview{totalRows}}';

test('open on loopback, a page that gives its name the address of this machine reads nothing', async () => {
  const { ask } = await served();
  for (const host of ['evil.example', 'localhost.evil.example:8000', '10.0.0.7', '[::2]', 'evillocalhost']) {
    expect(await ask(host)).toMatchObject({
      status: 421,
      json: {
        code: 'HOST_NOT_ALLOWED',
        detail: expect.stringMatching(
          /expected localhost, 127\.0\.0\.1 or \[::1\], but got: .*\. The setting ALLOWED_HOSTS/,
        ),
      },
    });
  }
  for (const path of [GRAPHQL, '/ready', '/docs', '/openapi.json', '/devices.csv', '/nowhere']) {
    expect([path, (await ask('evil.example', path)).status]).toEqual([path, 421]);
  }
  expect((await ask('evil.example', GRAPHQL)).json).toMatchObject({
    errors: [{ extensions: { code: 'HOST_NOT_ALLOWED' } }],
  });
});

test('names of this machine are answered, and under any name whether the process lives', async () => {
  const { ask } = await served();
  for (const host of [
    'localhost:8000',
    'LOCALHOST',
    'app.localhost',
    'localhost.',
    '127.0.0.1',
    '127.1.2.3',
    '[::1]:80',
  ]) {
    expect([host, (await ask(host)).status]).toEqual([host, 200]);
  }
  for (const path of ['/health', '/livez']) expect((await ask('10.0.0.7', path)).status).toBe(200);
});

test.each([
  ['ALLOWED_HOSTS names it', { ALLOWED_HOSTS: 'telemetry.example.com' }, 'Telemetry.example.com:443', 200],
  ['ALLOWED_HOSTS names another', { ALLOWED_HOSTS: 'telemetry.example.com' }, 'evil.example', 421],
  ['ALLOWED_HOSTS names all', { ALLOWED_HOSTS: '*' }, 'evil.example', 200],
  ['others may reach it anyway', { HOST: '0.0.0.0', AUTH: 'open' }, 'evil.example', 200],
])('%s', async (_, environment, host, status) => {
  const { ask } = await served(environment);
  expect((await ask(host)).status).toBe(status);
  expect((await ask('localhost')).status).toBe(200);
});

test('with keys any name is good, unless ALLOWED_HOSTS says which are', async () => {
  const { file, reader } = await keyFile();
  const any = await served({ API_KEYS_FILE: file });
  expect((await any.ask('evil.example', '/overview', `X-Api-Key: ${reader}`)).status).toBe(200);
  const named = await served({ API_KEYS_FILE: file, ALLOWED_HOSTS: 'telemetry.example.com' });
  expect((await named.ask('evil.example', '/overview', `X-Api-Key: ${reader}`)).status).toBe(421);
});

test('a proxy before a service that is open for this machine alone is told of, once', async () => {
  const { ask, says, lines } = await served();
  for (let round = 0; round < 2; round++)
    await ask('localhost', '/overview', 'X-Forwarded-For: 198.51.100.1');
  await says('whoever reaches the proxy may read everything');
  await ask('localhost');
  expect(lines.filter((line) => line.includes('whoever reaches the proxy'))).toHaveLength(1);
});

test('metrics without a token are for this machine alone, too', async () => {
  const port = await portOf(metricsServer(new Metrics(), undefined));
  const get = (host: string) =>
    answerOn(sending(port, `GET /metrics HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`));
  expect((await get('evil.example')).status).toBe(421);
  expect((await get('localhost:9090')).status).toBe(200);
});
