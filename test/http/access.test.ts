import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { digestOf, newKey } from '../../src/access/api-key.ts';
import { openApiDocument } from '../../src/http/rest/openapi.ts';
import type { TestApp } from '../support/app.ts';
import { appOver } from '../support/app-over.ts';
import { factsOf } from '../support/dashboard-facts.ts';
import { ownQueries } from '../support/own-queries.ts';
import { type RecordedLog, recordLog } from '../support/recorded-log.ts';
import { newSigningKey, startTokenIssuer, type TokenIssuer } from '../support/token-issuer.ts';

const READER = newKey();
const IMPORTER = newKey();
const EXPIRED = newKey();
const UNKNOWN = newKey();
const REFRESH_TOKEN = 'a-token-for-tests-only';
const QUESTION = JSON.stringify({ query: '{ overview { totalRows } }' });

let app: TestApp;
let folder: string;
let issuer: TokenIssuer;
let recorded: RecordedLog;
let server: Server;
let url: string;
/** All that was ever answered, headers and bodies. */
const answered: string[] = [];

const hashOf = (key: string) => `sha256:${digestOf(key).toString('hex')}`;
const keysFile = () => path.join(folder, 'keys.yaml');
const keysText = `keys:
  - { id: reader, hash: "${hashOf(READER)}", devices: all }
  - { id: importer, hash: "${hashOf(IMPORTER)}", devices: all, permissions: [refresh] }
  - { id: expired, hash: "${hashOf(EXPIRED)}", devices: all, expires: 2020-01-01 }
`;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'telemetry-access-'));
  await writeFile(keysFile(), keysText);
  issuer = await startTokenIssuer(await newSigningKey('one'));
  recorded = recordLog('trace');
  app = await appOver(
    'plain',
    { log: recorded.log },
    {
      API_KEYS_FILE: keysFile(),
      JWT_ISSUER: issuer.url,
      JWT_AUDIENCE: 'telemetry',
      JWT_DEVICES_CLAIM: 'devices',
      CORS_ORIGINS: 'https://app.example.com',
      REFRESH_TOKEN,
    },
  );
  await app.refresh();
  server = createServer(app.handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await app.close();
  await issuer.close();
  await rm(folder, { recursive: true, force: true });
});

const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

async function ask(target: string, init: RequestInit = {}) {
  const response = await fetch(`${url}${target}`, init);
  const text = await response.text();
  answered.push(text, JSON.stringify([...response.headers]));
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: () => JSON.parse(text),
  };
}

const question = (headers: Record<string, string> = {}) =>
  ask('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: QUESTION,
  });

test('a key in either header, or a token: answered, as GraphQL and as REST', async () => {
  const token = await issuer.issue({ devices: ['a'] });
  for (const headers of [bearer(READER), { 'x-api-key': READER }, bearer(token)]) {
    expect((await question(headers)).json()).toHaveProperty('data.overview.totalRows');
    expect((await ask('/overview', { headers })).json()).toHaveProperty('total_rows');
    expect((await ask('/devices.csv', { headers })).text).toContain('device_id');
    expect((await ask('/overview', { headers, method: 'HEAD' })).status).toBe(200);
  }
});

test('nobody: 401, how to say who one is, and no error to mend (RFC 6750)', async () => {
  const graphql = await question();
  expect([graphql.status, graphql.json()]).toEqual([
    401,
    { errors: [{ message: expect.stringContaining('got none'), extensions: { code: 'UNAUTHORIZED' } }] },
  ]);
  const rest = await ask('/overview');
  expect([rest.status, rest.json()]).toEqual([
    401,
    { status: 401, code: 'UNAUTHORIZED', detail: expect.stringContaining('expected an API key') },
  ]);
  expect(rest.headers.get('content-type')).toBe('application/problem+json');
  for (const { headers } of [graphql, rest]) {
    expect(headers.get('www-authenticate')).toBe('Bearer realm="telemetry"');
    expect(headers.get('cache-control')).toContain('no-store');
  }
  const accept = 'application/graphql-response+json';
  expect((await question({ accept })).headers.get('content-type')).toContain(accept);
});

test('wrong, expired, not enough: a code for each, and what is wrong in WWW-Authenticate', async () => {
  const soon = Math.floor(Date.now() / 1000);
  const cases: [headers: Record<string, string>, status: number, code: string, error: string][] = [
    [bearer(UNKNOWN), 401, 'UNAUTHORIZED', 'invalid_token'],
    [{ 'x-api-key': UNKNOWN }, 401, 'UNAUTHORIZED', 'invalid_token'],
    [{ 'x-api-key': REFRESH_TOKEN }, 401, 'UNAUTHORIZED', 'invalid_token'],
    [bearer(READER.slice(0, -1)), 401, 'UNAUTHORIZED', 'invalid_token'],
    [bearer(EXPIRED), 401, 'TOKEN_EXPIRED', 'invalid_token'],
    [bearer(await issuer.issue({ devices: [], exp: soon - 60 })), 401, 'TOKEN_EXPIRED', 'invalid_token'],
    [bearer(await issuer.issue({ devices: [], aud: 'else' })), 401, 'UNAUTHORIZED', 'invalid_token'],
    [bearer(await issuer.issue({ devices: 7 })), 401, 'UNAUTHORIZED', 'invalid_token'],
    [bearer(await issuer.issue({ devices: [], scope: 'x' })), 403, 'FORBIDDEN', 'insufficient_scope'],
    [bearer(await issuer.issue({})), 403, 'FORBIDDEN', 'insufficient_scope'],
    [bearer(IMPORTER), 403, 'FORBIDDEN', 'insufficient_scope'],
    [bearer(REFRESH_TOKEN), 403, 'FORBIDDEN', 'insufficient_scope'],
  ];
  for (const [headers, status, code, error] of cases) {
    const graphql = await question(headers);
    const rest = await ask('/devices.parquet', { headers });
    expect([graphql.status, graphql.json().errors[0].extensions.code]).toEqual([status, code]);
    expect([rest.status, rest.json().code]).toEqual([status, code]);
    for (const answer of [graphql, rest]) {
      expect(answer.headers.get('www-authenticate')).toBe(`Bearer realm="telemetry", error="${error}"`);
    }
  }
});

test('the issuer is down and the key not known: 503, worth asking again', async () => {
  const own = await startTokenIssuer(await newSigningKey('two'));
  own.behave('error');
  const other = await appOver('plain', {}, { JWT_ISSUER: own.url, JWT_AUDIENCE: 'telemetry' });
  try {
    const response = await other.get('/overview', { headers: bearer(await own.issue({})) });
    expect([response.status, (await response.json()).code, response.headers.get('retry-after')]).toEqual([
      503,
      'SIGNING_KEYS_UNAVAILABLE',
      '2',
    ]);
  } finally {
    await other.close();
    await own.close();
  }
});

const OPEN = [
  '/',
  '/dashboard',
  '/dashboard/data',
  '/dashboard/icon.svg',
  '/docs',
  '/docs/swagger-ui.css',
  '/docs/swagger-ui-bundle.js',
  '/openapi.json',
  '/health',
];

test('every path that holds data is closed, whatever is asked for and however', async () => {
  const paths = Object.keys(openApiDocument('0', await ownQueries()).paths ?? {}).filter(
    (one) => !['/health', '/ready'].includes(one),
  );
  expect(paths.length).toBeGreaterThan(8);
  const spellings = paths.flatMap((one) => [one, `${one}.csv`, `${one}/`, `/${one}`, one.toUpperCase()]);
  const others = ['/graphql', '/graphql/', '/nothing', '/readyz', '/docs/', '/%72eadings', '/x/../overview'];
  for (const target of [...spellings, ...others]) {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE']) {
      const { status } = await ask(target, { method });
      expect([target, method, status]).toEqual([target, method, 401]);
    }
  }
});

test('no other kind of request comes to an answer: forms, text, GET, persisted ids, cached answers', async () => {
  const asked = await ask('/overview', { headers: bearer(READER) });
  const etag = asked.headers.get('etag') ?? '';
  expect(etag).not.toBe('');
  expect((await ask('/overview', { headers: { ...bearer(READER), 'if-none-match': etag } })).status).toBe(
    304,
  );
  expect((await ask('/overview', { headers: { 'if-none-match': etag } })).status).toBe(401);
  expect((await ask('/overview', { headers: { ...bearer(UNKNOWN), 'if-none-match': etag } })).status).toBe(
    401,
  );
  const query = '{ __schema { queryType { name } } }';
  expect((await ask(`/graphql?query=${encodeURIComponent(query)}`)).status).toBe(401);
  const html = { headers: { accept: 'text/html' } };
  const page = await ask(`/graphql?query=${encodeURIComponent(query)}`, html);
  const withoutNonce = (text: string) => text.replaceAll(/ nonce="[^"]+"/g, '');
  const empty = await ask('/graphql', html);
  expect(withoutNonce(page.text) === withoutNonce(empty.text), 'the page, whatever is asked').toBe(true);
  for (const [type, body] of [
    ['application/x-www-form-urlencoded', `query=${encodeURIComponent(query)}`],
    ['application/graphql', query],
    ['text/plain', query],
    ['application/json', JSON.stringify({ documentId: 'sha256:1' })],
    ['application/json', '{'],
  ] as const) {
    const answer = await ask('/graphql', { method: 'POST', headers: { 'content-type': type }, body });
    expect([type, answer.status]).toEqual([type, 401]);
  }
});

test('pages are open, hold no data, and say what to do', async () => {
  for (const target of OPEN) expect([target, (await ask(target)).status]).toEqual([target, 200]);
  const graphiql = await ask('/graphql', { headers: { accept: 'text/html' } });
  expect(graphiql.status).toBe(200);
  expect(graphiql.text.includes('"defaultHeaders":"{\\"Authorization\\":\\"Bearer \\"}"')).toBe(true);
  expect(factsOf((await ask('/')).text)).toMatchObject({ secured: true });
  const openApi = (await ask('/openapi.json')).json();
  expect(openApi.security).toEqual([{ bearer: [] }, { apiKey: [] }]);
  expect(openApi.paths['/health'].get.security).toEqual([]);
  expect(openApi.paths['/ready'].get.responses['200'].content['application/json'].schema).toMatchObject({
    required: ['status'],
  });
});

test('whoever watches the service needs no key, and learns no more than whether it works', async () => {
  expect((await ask('/livez')).status).toBe(200);
  expect((await ask('/health')).json()).toEqual({ status: 'ok' });
  expect((await ask('/ready')).json()).toEqual({ status: 'ready' });
  const broken = await appOver('broken', {}, { API_KEYS_FILE: keysFile() });
  const empty = await appOver('plain', {}, { API_KEYS_FILE: keysFile() });
  try {
    await rm(empty.directory, { recursive: true });
    for (const other of [broken, empty]) {
      const response = await other.get('/ready');
      const body = await response.json();
      if (response.status === 200) expect(body).toEqual({ status: 'ready' });
      else {
        expect(body).toEqual({
          status: 503,
          code: expect.stringMatching(/^[A-Z_]+$/),
          detail: 'Not ready; the log has the reason',
        });
      }
    }
    expect((await empty.get('/ready')).status).toBe(503);
  } finally {
    await broken.close();
    await empty.close();
  }
});

test('a page of another origin may ask with a key, and its preflight needs none', async () => {
  const preflight = await ask('/graphql', {
    method: 'OPTIONS',
    headers: {
      origin: 'https://app.example.com',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,x-api-key',
    },
  });
  expect(preflight.status).toBe(204);
  const allowed = preflight.headers.get('access-control-allow-headers')?.split(/, ?/);
  expect(allowed).toEqual(expect.arrayContaining(['authorization', 'x-api-key']));
  const refused = await question({ origin: 'https://app.example.com' });
  expect(refused.status).toBe(401);
  expect(refused.headers.get('access-control-allow-origin')).not.toBeNull();
  expect(refused.headers.get('access-control-expose-headers')).toContain('www-authenticate');
});

test('answers to somebody are theirs alone: no cache in between gives them to another', async () => {
  for (const headers of [bearer(READER), { 'x-api-key': READER }] as Record<string, string>[]) {
    for (const target of ['/overview', '/overview', '/devices.csv', '/graphql?query={overview{totalRows}}']) {
      const answer = await ask(target, { headers });
      expect([target, answer.headers.get('cache-control')]).toEqual([target, 'private, no-cache']);
      const vary = answer.headers.get('vary')?.toLowerCase().split(/, ?/);
      expect(vary).toEqual(expect.arrayContaining(['authorization', 'x-api-key', 'accept-encoding']));
    }
  }
  expect((await ask('/docs/swagger-ui.css')).headers.get('cache-control')).toContain('public');
});

test('POST /refresh: by permission, or by its own token, which is good for nothing else', async () => {
  const refresh = async (headers: Record<string, string>) =>
    (await ask('/refresh', { method: 'POST', headers })).status;
  expect(await refresh({})).toBe(401);
  expect(await refresh(bearer(UNKNOWN))).toBe(401);
  expect(await refresh(bearer(READER))).toBe(403);
  expect(await refresh(bearer(await issuer.issue({ devices: [] })))).toBe(403);
  expect(await refresh(bearer(IMPORTER))).toBe(200);
  expect(await refresh({ 'x-api-key': IMPORTER })).toBe(200);
  expect(await refresh(bearer(REFRESH_TOKEN))).toBe(200);
  expect(await refresh(bearer(await issuer.issue({ devices: [], scope: 'telemetry:refresh' })))).toBe(200);
});

test('the log says who asked, and who was turned away: why, and from where', async () => {
  await ask('/overview', { headers: { ...bearer(READER), 'x-request-id': 'known' } });
  expect(await recorded.says('"known"')).toMatchObject({ level: 30, viewer: 'key:reader', status: 200 });
  const token = await issuer.issue({ devices: ['a'], sub: 'auth0|7' });
  await ask('/overview', { headers: { ...bearer(token), 'x-request-id': 'token' } });
  expect(await recorded.says('"token"')).toMatchObject({ viewer: 'jwt:auth0|7' });
  await ask('/overview', { headers: { ...bearer(UNKNOWN), 'x-request-id': 'stranger' } });
  expect(await recorded.says('"stranger"')).toMatchObject({
    level: 40,
    status: 401,
    route: '/overview',
    codes: ['UNAUTHORIZED'],
    refused: 'UNAUTHORIZED: expected an API key of this service, but got one that is not known',
    address: '127.0.0.1',
    caller: 'local',
  });
  await ask('/overview', { headers: { ...bearer(IMPORTER), 'x-request-id': 'limited' } });
  expect(await recorded.says('"limited"')).toMatchObject({
    level: 40,
    viewer: 'key:importer',
    codes: ['FORBIDDEN'],
    refused: 'FORBIDDEN: expected the permission read, but this key or token does not have it',
  });
});

test('a key that is taken out of the file is refused from then on, also for what is cached', async () => {
  expect((await ask('/overview', { headers: bearer(READER) })).status).toBe(200);
  await writeFile(keysFile(), 'keys: []');
  await recorded.says('API keys loaded anew');
  expect((await ask('/overview', { headers: bearer(READER) })).status).toBe(401);
  await writeFile(keysFile(), keysText);
  await recorded.says('API keys loaded anew');
  expect((await ask('/overview', { headers: bearer(READER) })).status).toBe(200);
});

test('open: nobody is asked, whatever they show', async () => {
  const open = await appOver('plain');
  try {
    await open.refresh();
    for (const headers of [{}, bearer(UNKNOWN)]) {
      const response = await open.get('/overview', { headers });
      expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-cache']);
    }
    expect(await (await open.get('/ready')).json()).toHaveProperty('objects');
    expect((await (await open.get('/openapi.json')).json()).security).toBeUndefined();
  } finally {
    await open.close();
  }
});

// It comes last: it looks at all that the tests above have caused.
test('no secret is in any line of the log, nor in any answer', async () => {
  const token = await issuer.issue({ devices: [], aud: 'elsewhere' });
  await ask('/overview', { headers: bearer(token) });
  await ask('/overview', { headers: { 'x-api-key': `not a key ${UNKNOWN}` } });
  await ask('/overview', { headers: { 'x-request-id': 'last' } });
  await recorded.says('"last"');
  const [header = '', body = '', signature = ''] = token.split('.');
  expect(recorded.lines.length).toBeGreaterThan(100);
  const out = [...recorded.lines, ...answered].join('\n');
  expect(out).toContain('key:reader');
  for (const secret of [READER, IMPORTER, EXPIRED, UNKNOWN, REFRESH_TOKEN, header, body, signature]) {
    expect(out.includes(secret), secret.slice(0, 8)).toBe(false);
  }
  for (const key of [READER, IMPORTER, EXPIRED]) expect(out.includes(hashOf(key).slice(7))).toBe(false);
});
