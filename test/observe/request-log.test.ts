import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { StatementFailedError } from '../../src/errors.ts';
import { parameterNames } from '../../src/http/parameter-names.ts';
import { appOver } from '../support/app-over.ts';
import { logLines } from '../support/log-lines.ts';
import { scratchFolder } from '../support/temporary-folder.ts';

const SECRET = 'hunter2-of-the-caller';

const lines = logLines();
let queriesDirectory: string;
let app: Awaited<ReturnType<typeof appOver>>;

beforeAll(async () => {
  queriesDirectory = await scratchFolder();
  await writeFile(
    path.join(queriesDirectory, 'cast.sql'),
    '-- ---\n-- parameters: { number: { type: String } }\n-- ---\nSELECT CAST($number AS INTEGER) AS n, device_id FROM {{TELEMETRY}}',
  );
  await writeFile(
    path.join(queriesDirectory, 'numbers.sql'),
    'SELECT i AS n FROM range(1000000000000) AS numbers(i)',
  );
  app = await appOver('dst', { log: lines.log, queriesDirectory });
  await app.refresh();
});

afterAll(async () => {
  await app.close();
  await rm(queriesDirectory, { recursive: true });
});

/** The line of the last request. */
const last = () => lines.of('Request').at(-1) ?? {};

test('a line tells what a request was, what it has cost, and what it rests on', async () => {
  const response = await app.get('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': 'abc-1' },
    body: JSON.stringify({
      query: 'query Fleet { devices(first: 1) { edges { node { deviceId } } } dataset { version } }',
    }),
  });
  const { data } = (await response.json()) as { data: { dataset: { version: string } } };
  expect(response.headers.get('x-request-id')).toBe('abc-1');
  expect(last()).toEqual({
    level: 30,
    time: expect.stringMatching(/^\d{4}-.*Z$/),
    requestId: 'abc-1',
    method: 'POST',
    route: '/graphql',
    operation: 'query Fleet',
    status: 200,
    durationMs: expect.any(Number),
    cache: 'miss',
    statements: 1,
    rows: 1,
    snapshot: data.dataset.version,
    msg: 'Request',
  });
});

test('a kept answer says so, and a 304 too', async () => {
  const first = await app.get('/devices');
  expect(last()).toMatchObject({ route: '/devices', cache: 'miss', statements: 1 });
  await app.get('/devices');
  expect(last()).toMatchObject({ cache: 'hit', statements: 0, rows: 0, snapshot: expect.any(String) });
  await app.get('/devices', { headers: { 'if-none-match': first.headers.get('etag') ?? '' } });
  expect(last()).toMatchObject({ cache: 'not_modified', status: 304, statements: 0 });
});

test('an error is told by its code, in GraphQL and in REST', async () => {
  await app.get('/daily-summary?time_zone=Mars');
  expect(last()).toMatchObject({ status: 400, codes: ['BAD_USER_INPUT'], query: 'time_zone=…' });
  await app.post('{ devices(after: "Mars") { totalCount } }');
  expect(last()).toMatchObject({ status: 400, codes: ['INVALID_CURSOR'], operation: 'query (anonymous)' });
  await app.post('{ nothing }');
  expect(last()).toMatchObject({ codes: ['GRAPHQL_VALIDATION_FAILED'] });
  await app.get('/graphql', { method: 'PUT' });
  expect(last()).toMatchObject({ status: 405, codes: ['METHOD_NOT_ALLOWED'] });
  await app.get('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' });
  expect(last()).toMatchObject({ status: 400, codes: ['BAD_REQUEST'] });
});

test('the line of an export comes at its end, with what the whole has cost', async () => {
  const before = lines.of('Request').length;
  const response = await app.get('/readings.csv');
  expect(lines.of('Request')).toHaveLength(before);
  const text = await response.text();
  await expect.poll(() => lines.of('Request').length, { interval: 5 }).toBe(before + 1);
  expect(last()).toMatchObject({
    route: '/readings',
    status: 200,
    bytes: text.length,
    objects: 7,
    // One asks which objects hold the readings.
    statements: 2,
    rows: 7 + text.split('\r\n').length - 2,
  });
});

test('an export that is given up is told of under the id of its request', async () => {
  const response = await app.get('/queries/numbers.csv', { headers: { 'x-request-id': 'of-the-export' } });
  await response.body?.cancel();
  const cutOff = () => lines.of('Export cut off').at(-1);
  await expect.poll(cutOff, { interval: 5 }).toMatchObject({ requestId: 'of-the-export' });
  await expect
    .poll(last, { interval: 5 })
    .toMatchObject({ requestId: 'of-the-export', route: '/queries/{name}' });
});

test('an answer that turns out too large is told as what it is, with its id', async () => {
  const small = await appOver('dst', { log: lines.log, queriesDirectory }, { ANSWER_MAX_BYTES: '1024' });
  try {
    await small.refresh();
    const fields = Array.from({ length: 40 }, (_, index) => `f${index}: readingCount`).join(' ');
    for (const query of ['{ readings: numbers { rows { n } } }', `{ dailySummaries { ${fields} } }`]) {
      const response = await small.get('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-request-id': 'too-large' },
        body: JSON.stringify({ query }),
      });
      expect([response.status, response.headers.get('x-request-id')]).toEqual([400, 'too-large']);
      expect(last()).toMatchObject({ requestId: 'too-large', status: 400, codes: ['ANSWER_TOO_LARGE'] });
    }
  } finally {
    await small.close();
  }
});

test('a request id that is not sane is not taken, and paths that do not exist are not repeated', async () => {
  const given = `${SECRET}\n{"level":60}`;
  const response = await app.get(`/reset/${SECRET}`, { headers: { 'x-request-id': encodeURI(given) } });
  expect(response.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
  expect(last()).toMatchObject({ route: 'other', status: 404, codes: ['NOT_FOUND'] });
});

test('a trace of the caller is told, and one that is none is not', async () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  await app.get('/overview', { headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` } });
  expect(last()['traceId']).toBe(traceId);
  for (const none of [`00-${'0'.repeat(32)}-b7ad6b7169203331-01`, SECRET, `00-${traceId}`]) {
    await app.get('/overview', { headers: { traceparent: none } });
    expect(last()).not.toHaveProperty('traceId');
  }
});

test('nothing that a nasty request carries is in the log', async () => {
  const headers = { authorization: `Bearer ${SECRET}`, cookie: `session=${SECRET}`, 'x-api-key': SECRET };
  const post = (body: object) =>
    app.get(`/graphql?token=${SECRET}&${SECRET}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  await app.get(`/devices?search=${SECRET}&${SECRET}=1&${SECRET}`, { headers });
  await app.get(`/devices/latest?device_id=${SECRET}`, { headers });
  await app.get(`/${SECRET}?${SECRET}`, { headers });
  await app.get(`/queries/cast?number=${SECRET}`, { headers });
  await app.get(`/queries/${SECRET}`, { headers });
  await app.get(`/refresh`, { headers, method: 'POST' });
  const document =
    'query Q($d: String!, $n: String!) { device(deviceId: $d) { lastSeen } cast(number: $n) { rows { n } } }';
  await post({ query: document, variables: { d: SECRET, n: SECRET } });
  await post({ query: `{ device(deviceId: "${SECRET}") { lastSeen } }`, variables: { [SECRET]: SECRET } });
  await post({ query: `{ ${SECRET.replaceAll('-', '_')} }`, extensions: { [SECRET]: SECRET } });
  await post({ query: document, variables: { d: [SECRET], n: 1 } });
  const text = lines.text();
  expect(
    lines.of('The statement cast failed').length + text.split('Conversion Error').length,
  ).toBeGreaterThan(2);
  expect(text).not.toContain(SECRET);
  expect(text).not.toContain(SECRET.replaceAll('-', '_'));
});

test('of a query string just the names are logged, and not even these when they are unusual', () => {
  expect(parameterNames('?device_id=a&device_id=b&timeZone=c')).toBe('device_id=…&device_id=…&timeZone=…');
  expect(parameterNames('?secret&x9=1&AKIAIOSFODNN7=1&first=')).toBe('…&…&…&first=…');
});

test('errors are logged with their causes, without what libraries hang on to them', () => {
  const { log, of, text } = logLines();
  const cause = Object.assign(new Error("Conversion Error: Could not convert string 'hunter2' to INT32"), {
    $response: { headers: { authorization: 'hunter2' } },
  });
  log.error({ err: new StatementFailedError('The statement q failed', { cause }) }, 'Failed');
  log.info(
    { token: 'hunter2', request: { authorization: 'hunter2', variables: { a: 'hunter2' } } },
    'Careless',
  );
  expect(text()).not.toContain('hunter2');
  expect(of('Failed')[0]?.['err']).toMatchObject({
    type: 'StatementFailedError',
    code: 'STATEMENT_FAILED',
    message: 'The statement q failed',
    stack: expect.stringContaining('request-log.test.ts'),
    cause: { type: 'Error', message: 'Conversion Error: Could not convert string … to INT32' },
  });
});

test('what is logged while a request is answered carries its id', async () => {
  const response = await app.get(`/queries/cast?number=none`, {
    headers: { 'x-request-id': 'of-the-failure' },
  });
  expect(response.status).toBe(500);
  const errors = lines
    .text()
    .split('\n')
    .filter((line) => line.includes('"level":50'));
  expect(JSON.parse(errors.at(-1) ?? '{}')).toMatchObject({ requestId: 'of-the-failure' });
});
