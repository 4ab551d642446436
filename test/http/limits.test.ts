import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { amountOf, LIMITS, type LimitName } from '../../schema/limit-values.ts';
import { readText, section, tableRows } from '../docs/markdown.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { appOver } from '../support/app-over.ts';

interface Limit {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly description: string;
}

let app: TestApp & { readonly directory: string };
let limits: readonly Limit[];

beforeAll(async () => {
  app = await appOver(
    'plain',
    {},
    { STATEMENT_TIMEOUT_SECONDS: '17', ENGINE_MAX_QUEUED: '5', QUERY_MAX_ROWS: '7', EXPORT_MAX_ROWS: '9' },
  );
  ({ limits } = await app.ask<{ limits: Limit[] }>('{ limits { name value unit description } }'));
});
afterAll(() => app.close());

test('every limit is told, by name', () => {
  const names = limits.map(({ name }) => name);
  expect(names).toEqual(names.toSorted());
  expect(names).toEqual(expect.arrayContaining(Object.keys(LIMITS)));
  for (const { unit, description } of limits) expect([unit, description]).not.toContain('');
});

test('limits that are settings are those of this service', () => {
  const values = Object.fromEntries(limits.map(({ name, value }) => [name, value]));
  expect(values).toMatchObject({
    statementSeconds: 17,
    queuedStatements: 5,
    concurrentStatements: 4,
    queryRows: 7,
    exportRows: 9,
    exportSeconds: 3600,
    responseStallSeconds: 60,
    responseSeconds: 300,
    concurrentExports: 4,
  });
});

test('the README tells each of them, and the values of those that are the same everywhere', () => {
  const rows = tableRows(section(readText('README.md'), 'limits'));
  for (const { name } of limits) {
    const [, told] = rows.find(([names]) => names?.includes(`\`${name}\``)) ?? [];
    const isFixed = name in LIMITS;
    expect(told, name).toContain(isFixed ? amountOf(name as LimitName) : '');
  }
});

test('the limit of a body is the one that is told', async () => {
  const { value = 0 } = limits.find(({ name }) => name === 'requestBodyBytes') ?? {};
  const statusOf = async (bytes: number) => {
    const query = '{ __typename }';
    const body = JSON.stringify({ query }).padEnd(bytes);
    const headers = { 'content-type': 'application/json', 'content-length': String(bytes) };
    return (await app.get('/graphql', { method: 'POST', body, headers })).status;
  };
  expect(await statusOf(value)).toBe(200);
  expect(await statusOf(value + 1)).toBe(413);
});

test('another setting is another answer, although the snapshot is the same', async () => {
  const url = `/graphql?query=${encodeURIComponent('{ limits { name value } }')}`;
  await app.refresh();
  const etag = (await app.get(url)).headers.get('etag') ?? '';
  expect(etag).not.toBe('');
  const other = await startApp({ DATA_DIR: app.directory, ENGINE_MAX_QUEUED: '6' });
  try {
    await other.refresh();
    expect((await other.get(url, { headers: { 'if-none-match': etag } })).status).toBe(200);
  } finally {
    await other.close();
  }
});

describe('a refusal names the limit, what was asked and what is allowed', () => {
  const ids = (count: number) => Array.from({ length: count }, (_, index) => `id-${index}`);

  test.each([
    ['series(maxPoints: 100001) { from }', 'maxPoints', 'seriesPoints', 100_001],
    ['series(maxPoints: 49) { from }', 'maxPoints', 'seriesLeastPoints', 49],
    [`series(deviceIds: ${JSON.stringify(ids(1_001))}) { from }`, 'deviceIds', 'seriesDevices', 1_001],
    ['topDevices(by: MAX_SOC, first: 2000) { rank }', 'first', 'topDevices', 2_000],
    ['histogram(metric: SOC, bins: 1001) { missing }', 'bins', 'histogramBins', 1_001],
    [
      'device(deviceId: "dev-1") { readings(first: 10001) { edges { cursor } } }',
      'first',
      'readingsPage',
      10_001,
    ],
  ] as const)('%s', async (field, argument, limit, asked) => {
    const { status, errors } = await app.post(`{ ${field} }`);
    expect(status).toBe(400);
    const allowed = LIMITS[limit].value;
    expect(errors?.[0]?.extensions).toMatchObject({ argument, limit, asked, allowed });
    expect(errors?.[0]?.message).toMatch(new RegExp(`${allowed}.*limit ${limit}.*but got: ${asked}`));
  });

  test.each([
    ['/series?max_points=49', 'max_points', 'seriesLeastPoints'],
    ['/series?bucket=1s&from=2020-01-01T00:00:00Z', 'bucket', 'seriesPointsTogether'],
    [
      `/series?${ids(1_001)
        .map((id) => `device_id=${id}`)
        .join('&')}`,
      'device_id',
      'seriesDevices',
    ],
  ] as const)('%#: %s in REST', async (url, argument, limit) => {
    const response = await app.get(url);
    expect(response.status).toBe(400);
    const allowed = LIMITS[limit].value;
    expect(await response.json()).toMatchObject({ argument, limit, asked: expect.any(Number), allowed });
  });

  test('what is no amount is none', async () => {
    const { errors } = await app.post('{ topDevices(by: MAX_SOC, first: 0) { rank } }');
    expect(errors?.[0]?.extensions).toMatchObject({ argument: 'first' });
    expect(errors?.[0]?.extensions).not.toHaveProperty('limit');
  });
});
