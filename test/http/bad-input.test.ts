import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestApp } from '../support/app.ts';
import { appOver } from '../support/app-over.ts';

let app: TestApp;

beforeAll(async () => {
  app = await appOver('plain');
});
afterAll(() => app.close());

const cursorOf = async (orderBy: string): Promise<string> => {
  const { devices } = await app.ask<{ devices: { edges: { cursor: string }[] } }>(
    `{ devices(first: 1, orderBy: ${orderBy}) { edges { cursor } } }`,
  );
  return devices.edges[0]?.cursor ?? '';
};

describe('GraphQL: 400, a code, what was expected and what came', () => {
  test.each([
    [
      'unknown zone',
      '{ dailySummaries(timeZone: "Mars/Base") { date } }',
      'BAD_USER_INPUT',
      /IANA.*Mars\/Base/,
    ],
    [
      'an offset is no zone',
      '{ dailySummaries(timeZone: "+05:30") { date } }',
      'BAD_USER_INPUT',
      /IANA.*\+05:30/,
    ],
    [
      'no such day',
      '{ dailySummaries(from: "2026-02-30") { date } }',
      'BAD_USER_INPUT',
      /day like.*2026-02-30/,
    ],
    [
      'a number for a day',
      '{ dailySummaries(from: 20260101) { date } }',
      'BAD_USER_INPUT',
      /day like.*20260101/,
    ],
    [
      'no instant',
      '{ devices(filter: {seenSince: "yesterday"}) { totalCount } }',
      'BAD_USER_INPUT',
      /RFC|instant.*yesterday/,
    ],
    [
      'reversed range',
      '{ dailySummaries(from: "2026-03-02", to: "2026-03-01") { date } }',
      'BAD_USER_INPUT',
      /from.*2026-03-01.*2026-03-02/,
    ],
    [
      'reversed range of a device',
      '{ device(deviceId: "dev-1") { dailySummaries(from: "2026-03-02", to: "2026-03-01") { date } } }',
      'BAD_USER_INPUT',
      /from.*2026-03-01.*2026-03-02/,
    ],
    ['negative first', '{ devices(first: -1) { totalCount } }', 'BAD_USER_INPUT', /first.*-1/],
    ['negative last', '{ devices(last: -5) { totalCount } }', 'BAD_USER_INPUT', /last.*-5/],
    ['invented cursor', '{ devices(after: "invented") { totalCount } }', 'INVALID_CURSOR', /after.*invented/],
    [
      'JSON, but no cursor',
      `{ devices(before: "${Buffer.from('[1]').toString('base64url')}") { totalCount } }`,
      'INVALID_CURSOR',
      /before/,
    ],
    ['no global id', '{ node(id: "zzz") { id } }', 'BAD_USER_INPUT', /zzz/],
    ['a global id of no type', '{ node(id: "Rm9vOjE=") { id } }', 'BAD_USER_INPUT', /Foo/],
  ])('%s', async (_, query, code, message) => {
    const { status, errors } = await app.post(query);
    expect(status).toBe(400);
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.extensions).toMatchObject({ code });
    expect(errors?.[0]?.extensions).not.toHaveProperty('http');
    expect(errors?.[0]?.message).toMatch(message);
  });

  test('the same in variables', async () => {
    const { status, errors } = await app.post('query ($d: Date) { dailySummaries(from: $d) { date } }', {
      d: 'x',
    });
    expect(status).toBe(400);
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(errors?.[0]?.message).toContain('expected a day like 2026-01-31, but got: "x"');
  });

  test('a cursor of another order is refused, not misread', async () => {
    const cursor = await cursorOf('{field: AVG_SOC, direction: DESC}');
    const { status, errors } = await app.post(
      `{ devices(after: "${cursor}", orderBy: {field: AVG_SOC, direction: ASC}) { totalCount } }`,
    );
    expect(status).toBe(400);
    expect(errors?.[0]?.extensions.code).toBe('INVALID_CURSOR');
    expect(errors?.[0]?.message).toContain('avgSoc ASC');
    expect(errors?.[0]?.message).toContain('avgSoc DESC');
  });

  test('syntax and unknown fields carry a code', async () => {
    expect((await app.post('{')).errors?.[0]?.extensions.code).toBe('GRAPHQL_PARSE_FAILED');
    expect((await app.post('{ nope }')).errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  test.each([
    [405, { method: 'PUT' }, 'METHOD_NOT_ALLOWED'],
    [
      415,
      { method: 'POST', body: '{ __typename }', headers: { 'content-type': 'text/plain' } },
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      406,
      {
        method: 'POST',
        body: '{"query":"{ __typename }"}',
        headers: { 'content-type': 'application/json', accept: 'image/png' },
      },
      'NOT_ACCEPTABLE',
    ],
    [
      400,
      { method: 'POST', body: '{"query": }', headers: { 'content-type': 'application/json' } },
      'BAD_REQUEST',
    ],
    [
      400,
      {
        method: 'POST',
        body: '{"query":"mutation { nope }"}',
        headers: { 'content-type': 'application/json' },
      },
      /./,
    ],
  ])('%i: refused before it is GraphQL, with a code', async (status, init, code) => {
    const response = await app.get('/graphql', init);
    expect(response.status).toBe(status);
    const { errors } = await response.json();
    expect(errors[0].extensions.code).toMatch(code);
    expect(errors[0].extensions).not.toHaveProperty('originalError');
    expect(response.headers.get('x-request-id')).toBeTruthy();
  });

  test('what could be answered is answered, with 200 and the error beside it', async () => {
    const { status, data, errors } = await app.post('{ overview { totalRows } node(id: "zzz") { id } }');
    expect(status).toBe(200);
    expect(data).toMatchObject({ overview: { totalRows: expect.any(Number) }, node: null });
    expect(errors).toMatchObject([{ path: ['node'], extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test('what does not exist is null or absent, and no error', async () => {
    expect(
      await app.ask(`{
        device(deviceId: "nobody") { id }
        node(id: "${Buffer.from('Device:nobody').toString('base64')}") { id }
        latestReadings(deviceIds: ["nobody"]) { soc }
        dailySummaries(deviceIds: [], from: "1990-01-01", to: "1990-01-02") { date }
      }`),
    ).toEqual({ device: null, node: null, latestReadings: [], dailySummaries: [] });
  });
});

describe('REST: problem details', () => {
  test.each([
    ['/daily-summary?from=31.1.2026', 'from', /day like.*31\.1\.2026/],
    ['/daily-summary?time_zone=Mars', 'time_zone', /IANA.*Mars/],
    ['/daily-summary?from=2026-03-02&to=2026-03-01', 'from', /2026-03-01.*2026-03-02/],
    ['/daily-summary?from=2026-03-01&from=2026-03-02', 'from', /one value/],
    ['/devices?first=-1', 'first', /from 0.*-1/],
    ['/devices?first=many', 'first', /many/],
    ['/devices?order_by=colour', 'order_by', /avg_soc.*colour/],
    ['/devices?direction=up', 'direction', /asc.*up/],
    ['/devices?after=invented', 'after', /invented/],
    ['/devices?seen_since=yesterday', 'seen_since', /yesterday/],
    ['/devices/latest?deviceId=dev-1', 'deviceId', /device_id.*deviceId/],
    ['/overview?x=1', 'x', /no parameters.*x/],
  ])('%s', async (url, argument, detail) => {
    const response = await app.get(url);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    const problem = await response.json();
    expect(problem).toMatchObject({ status: 400, argument });
    expect(problem.code).toMatch(/^(BAD_USER_INPUT|INVALID_CURSOR)$/);
    expect(problem.detail).toMatch(detail);
  });

  test('an unknown path, and a method that is not for it', async () => {
    const missing = await app.get('/nothing/here');
    expect(missing.status).toBe(404);
    expect(await missing.json()).toMatchObject({ code: 'NOT_FOUND' });
    const posted = await app.get('/overview', { method: 'POST' });
    expect(posted.status).toBe(405);
    expect(posted.headers.get('allow')).toBe('GET, HEAD');
    expect(await posted.json()).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
  });
});
