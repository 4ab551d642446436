import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '../support/app.ts';
import { appOver } from '../support/app-over.ts';

let app: TestApp;

beforeAll(async () => {
  app = await appOver('plain', {}, { DOCUMENT_MAX_TOKENS: '100000' });
});
afterAll(() => app.close());

test.each([
  ['{ devices(first: "x") { totalCount } }', 'first'],
  ['{ devices(first: 3, filter: {ids: ["a", "b"], seenSince: "x"}) { totalCount } }', 'filter.seenSince'],
  [
    '{ a: overview { totalRows } devices(orderBy: {field: AVG_SOC}, filter: {avgSoc: {gt: 1}, latest: {voltage: {lt: 1}, soc: {gt: 2, lt: "x"}}}) { totalCount } }',
    'filter.latest.soc.lt',
  ],
  ['{ devices(filter: {silentFor: "2h"}) { totalCount } }', 'filter.silentFor'],
  ['{ devices(filter: {colour: "red"}) { totalCount } }', 'filter.colour'],
  ['{ devices(orderBy: {field: COLOUR}) { totalCount } }', 'orderBy.field'],
  ['{ devices(frist: 1) { totalCount } }', 'frist'],
  ['{ latestReadings(deviceIds: ["a", {b: 1}]) { soc } }', 'deviceIds'],
  ['{ device(deviceId: "a") { dailySummaries(from: "x") { date } } }', 'from'],
  ['{ topDevices(by: MEDIAN) { rank } }', 'by'],
  ['{ compare(first: {from: "x"}, second: {}) { deviceCount } }', 'first.from'],
])('in the document: %s', async (query, argument) => {
  const { errors } = await app.post(query);
  expect(errors).toMatchObject([
    { extensions: { code: expect.stringMatching(/BAD_USER|VALIDATION/), argument } },
  ]);
});

test.each([
  ['query ($n: Int) { devices(first: $n) { totalCount } }', { n: 'x' }, 'first'],
  [
    'query ($f: DeviceFilter, $n: Int = 3) { a: overview { totalRows } devices(first: $n, filter: $f) { totalCount } }',
    { f: { latest: { soc: { lt: 'x' } } } },
    'filter.latest.soc.lt',
  ],
  [
    'query ($t: DateTime) { devices(filter: {ids: ["a"], seenSince: $t}) { totalCount } }',
    { t: 'x' },
    'filter.seenSince',
  ],
  ['query ($ids: [ID!]) { latestReadings(deviceIds: $ids) { soc } }', { ids: ['a', {}] }, 'deviceIds'],
  ['query ($id: ID!) { latestReadings(deviceIds: [$id]) { soc } }', {}, 'deviceIds'],
])('in a variable: %s', async (query, variables, argument) => {
  const { status, errors } = await app.post(query, variables);
  expect(status).toBe(400);
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument } }]);
});

test.each(['{ nope }', '{ device { id } }', '{', 'query ($d: Date) { overview { totalRows } }'])(
  'about no argument: %s',
  async (query) => {
    for (const { extensions } of (await app.post(query, { d: 'x' })).errors ?? []) {
      expect(extensions).not.toHaveProperty('argument');
    }
  },
);

test('a long document with many mistakes is refused at once', async () => {
  const ids = Array.from({ length: 30_000 }, (_, index) => `"d${index}"`).join(' ');
  const query = `{ ${Array.from({ length: 3 }, (_, n) => `a${n}: latestReadings(deviceIds: [${ids} ${'{} '.repeat(60)}]) { soc }`).join('\n')} }`;
  const started = performance.now();
  const { errors } = await app.post(query);
  expect(errors?.length).toBeGreaterThan(50);
  expect(performance.now() - started).toBeLessThan(5_000);
});
