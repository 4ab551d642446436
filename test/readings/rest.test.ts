import { afterAll, beforeAll, expect, test } from 'vitest';
import { ReadingsPageDocument } from '../generated/graphql.ts';
import type { TestApp } from '../support/app.ts';
import { appOver } from '../support/app-over.ts';

let app: TestApp;

beforeAll(async () => {
  app = await appOver('overlapping');
  await app.refresh();
});
afterAll(() => app.close());

test.each(['asc', 'desc'] as const)('%s: the pages of REST are those of GraphQL', async (direction) => {
  const range = { from: '2026-03-01T00:30:00Z', to: '2026-03-01T20:00:00Z' };
  const { device } = await app.ask(ReadingsPageDocument, {
    ...{ device: 'dev-1', first: 1000, direction: direction === 'asc' ? 'ASC' : 'DESC' },
    ...range,
  });
  const expected = device?.readings.edges.map(({ node: { deviceId, ...values } }) => ({
    device_id: deviceId,
    ...values,
  }));
  expect(expected?.length).toBeGreaterThan(7);

  const found: object[] = [];
  const sizes: number[] = [];
  let url: string | undefined =
    `/readings?${new URLSearchParams({ device_id: 'dev-1', direction, first: '7', ...range })}`;
  while (url !== undefined) {
    const response: Response = await app.get(url);
    expect(response.status).toBe(200);
    const page: object[] = await response.json();
    found.push(...page);
    sizes.push(page.length);
    url = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
  }
  expect(found).toEqual(expected);
  expect(sizes.slice(0, -1).every((size) => size === 7)).toBe(true);
});

test('an unknown device has no readings, and its answer no next page', async () => {
  const response = await app.get('/readings?device_id=nobody');
  expect([response.status, await response.json(), response.headers.get('link')]).toEqual([200, [], null]);
});

test.each([
  ['', 'BAD_USER_INPUT', /device_id: expected the id of one device/],
  ['?device_id=dev-1&device_id=dev-2', 'BAD_USER_INPUT', /device_id: expected one value, but got 2/],
  ['?device_id=dev-1&first=10001', 'PAGE_TOO_LARGE', /first.*10000.*10001/],
  ['?device_id=dev-1&first=-1', 'BAD_USER_INPUT', /first.*-1/],
  ['?device_id=dev-1&from=yesterday', 'BAD_USER_INPUT', /from.*yesterday/],
  [
    '?device_id=dev-1&from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z',
    'BAD_USER_INPUT',
    /from.*2026-03-01.*2026-03-02/,
  ],
  ['?device_id=dev-1&direction=up', 'BAD_USER_INPUT', /direction.*up/],
  ['?device_id=dev-1&after=invented', 'INVALID_CURSOR', /after.*invented/],
  ['?device_id=dev-1&last=5', 'BAD_USER_INPUT', /last/],
])('/readings%s: refused', async (search, code, message) => {
  const response = await app.get(`/readings${search}`);
  const problem = await response.json();
  expect([response.status, problem.code]).toEqual([400, code]);
  expect(problem.detail).toMatch(message);
});
