import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkTogether } from '../../src/loaders/reading-request.ts';
import type { TestApp } from '../support/app.ts';
import { appOver } from '../support/app-over.ts';

let app: TestApp;

beforeAll(async () => {
  app = await appOver('plain');
  await app.refresh();
});
afterAll(() => app.close());

const readings = (args: string, device = 'dev-1') =>
  `{ device(deviceId: "${device}") { readings(${args}) { edges { cursor } } } }`;

async function cursorOf(args: string, device = 'dev-1'): Promise<string> {
  const answer = await app.ask<{ device: { readings: { edges: { cursor: string }[] } } }>(
    readings(args, device),
  );
  return answer.device.readings.edges[0]?.cursor ?? '';
}

const forged = (...payload: unknown[]) => Buffer.from(JSON.stringify(payload)).toString('base64url');

test.each([
  ['negative first', 'first: -1', 'BAD_USER_INPUT', /first.*-1/],
  ['negative last', 'last: -5', 'BAD_USER_INPUT', /last.*-5/],
  ['too many', 'first: 10001', 'PAGE_TOO_LARGE', /first.*10000.*10001/],
  ['too many from the end', 'last: 20000', 'PAGE_TOO_LARGE', /last.*10000.*20000/],
  [
    'a range that ends before it begins',
    'from: "2026-03-02T00:00:00.0001Z", to: "2026-03-02T00:00:00Z"',
    'BAD_USER_INPUT',
    /from.*2026-03-02T00:00:00.000Z.*2026-03-02T00:00:00.0001Z/,
  ],
  ['no instant', 'from: "yesterday"', 'BAD_USER_INPUT', /instant.*yesterday/],
  ['an invented cursor', 'after: "invented"', 'INVALID_CURSOR', /after.*invented/],
  ['a forged time', `after: "${forged('reading', 'dev-1', 'ASC', 'x', 'a', 0)}"`, 'INVALID_CURSOR', /after/],
  [
    'a forged row',
    `before: "${forged('reading', 'dev-1', 'ASC', '2026-03-01T00:00:00Z', 'a', -1)}"`,
    'INVALID_CURSOR',
    /before/,
  ],
])('%s: 400, a code, what was expected and what came', async (_, args, code, message) => {
  const { status, errors } = await app.post(readings(args));
  expect(status).toBe(400);
  expect(errors?.[0]?.extensions).toMatchObject({ code });
  expect(errors?.[0]?.message).toMatch(message);
});

test('a refused size tells what was asked and what is allowed', async () => {
  const { errors } = await app.post(readings('first: 50000'));
  expect(errors?.[0]?.extensions).toMatchObject({ argument: 'first', asked: 50_000, allowed: 10_000 });
  // Six devices may have as large a page each as one.
  await app.ask('{ devices { edges { node { readings(first: 10000) { pageInfo { hasNextPage } } } } } }');
  const request = {
    from: null,
    to: null,
    direction: 'ASC',
    first: null,
    last: 501,
    after: null,
    before: null,
  } as const;
  checkTogether(199, request);
  expect(() => checkTogether(200, request)).toThrow(
    /^last: expected at most 500 .* 200 devices at once \(limit readingsTogether\), but got: 501$/,
  );
});

test('a cursor of another device, direction or connection is refused', async () => {
  const refusals = {
    'after: "%"': [await cursorOf('first: 1', 'dev-2'), /device dev-1, but got one of dev-2/],
    'direction: DESC, before: "%"': [await cursorOf('first: 1'), /direction DESC, but got one of ASC/],
    'direction: ASC, after: "%"': [await cursorOf('direction: DESC'), /direction ASC, but got one of DESC/],
  } as const;
  for (const [args, [cursor, message]] of Object.entries(refusals)) {
    const { status, errors } = await app.post(readings(args.replace('%', cursor)));
    expect([status, errors?.[0]?.extensions.code]).toEqual([400, 'INVALID_CURSOR']);
    expect(errors?.[0]?.message).toMatch(message);
  }
  const { devices } = await app.ask<{ devices: { edges: { cursor: string }[] } }>(
    '{ devices(first: 1) { edges { cursor } } }',
  );
  const { errors } = await app.post(readings(`after: "${devices.edges[0]?.cursor}"`));
  expect(errors?.[0]?.extensions.code).toBe('INVALID_CURSOR');
});

test('without first and last a page holds 100; none may be asked for', async () => {
  const { device } = await app.ask<{
    device: Record<string, { edges: object[]; totalCount?: number; pageInfo?: object }>;
  }>(`{ device(deviceId: "dev-1") {
    usual: readings { edges { cursor } }
    none: readings(first: 0) { edges { cursor } totalCount pageInfo { hasNextPage startCursor } }
    nowhere: readings(from: "1999-01-01T00:00:00Z", to: "1999-01-01T00:00:00Z") { edges { cursor } totalCount }
  } }`);
  expect(device['usual']?.edges).toHaveLength(100);
  expect(device['none']).toEqual({
    edges: [],
    totalCount: 3 * 288,
    pageInfo: { hasNextPage: true, startCursor: null },
  });
  expect(device['nowhere']).toEqual({ edges: [], totalCount: 0 });
});
