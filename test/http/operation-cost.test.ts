import { getIntrospectionQuery, isListType, isObjectType, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { costOf } from '../../src/http/document-limits/cost.ts';
import { codeBlocks, readText } from '../docs/markdown.ts';
import type { TestApp } from '../support/app.ts';
import { appOver } from '../support/app-over.ts';
import { ownSchema } from '../support/own-queries.ts';
import { refusedFast } from '../support/refused-fast.ts';

const schema = await ownSchema();
const { cost: allowed } = loadConfig({}).limits.operation;
const cost = (text: string, variableValues: Record<string, unknown> = {}, operationName?: string) =>
  costOf({ schema, document: parse(text), variableValues, operationName });

describe('each field counts once, and below a list once for each item', () => {
  test.each([
    ['{ overview { totalRows deviceCount } }', 3],
    ['{ __typename }', 1],
    // devices + edges + 3 × (cursor + node + deviceId)
    ['{ devices(first: 3) { edges { cursor node { deviceId } } } }', 11],
    ['{ devices(last: 3) { edges { cursor } } }', 5],
    ['{ devices(first: 7, last: 3) { edges { cursor } } }', 5],
    ['{ devices(filter: { ids: ["a", "b"] }) { edges { cursor } } }', 4],
    ['{ devices { totalCount edges { cursor } } }', 103],
    ['{ devices(first: 0) { edges { cursor } } }', 2],
    // Days know their own number: 2 × (node + dailySummaries + 30 × date).
    ['{ devices(first: 2) { edges { node { dailySummaries { date } } } } }', 66],
    ['{ dailySummaries(deviceIds: ["a", "b"]) { date } }', 61],
    ['{ dailySummaries { date } }', 3_001],
    ['{ latestReadings(deviceIds: "a") { soc } }', 2],
    ['{ topDevices(by: AVG_SOC) { rank } }', 11],
    ['{ topDevices(by: AVG_SOC, first: 500) { rank } }', 501],
    ['{ compare(first: {}, second: {}, limit: 5) { deviceCount devices { deviceId } } }', 8],
    ['{ compare(first: {}, second: {}) { devices { deviceId } } }', 102],
    ['{ histogram(metric: SOC, bins: 50) { bins { count } } }', 52],
    ['{ histogram(metric: SOC) { bins { count } } }', 22],
    // One series: timestamps + 3 × (values), each a tenth of the points.
    [
      '{ device(deviceId: "a") { series(maxPoints: 1000) { timestamps metrics { values } } } }',
      2 + 101 + 1 + 3 * 101,
    ],
    ['{ device(deviceId: "a") { series(maxPoints: 1000) { points { timestamp } } } }', 2 + 1 + 1_000],
    ['{ series(deviceIds: ["a", "b"], maxPoints: 100) { points { timestamp } } }', 1 + 2 * 101],
    // All devices, but no more points than there may be together: 100 × 5,000.
    ['{ series(maxPoints: 100000) { points { timestamp } } }', 1 + 100 * 5_001],
    ['{ series(deviceIds: ["a"]) { metrics { metric values } } }', 1 + 1 + 3 * 82],
    ['{ device(deviceId: "a") { readings { edges { cursor } totalCount } } }', 2 + 1 + 100 + 1],
    ['{ device(deviceId: "a") { readings(first: 1000) { edges { cursor } } } }', 2 + 1 + 1_000],
    ['{ hourlyAvg { truncated rows { hour } } }', 3 + 100],
    ['{ ...A ...A } fragment A on Query { overview { totalRows } }', 4],
    ['{ node(id: "x") { id ... on Device { deviceId } } }', 3],
    ['{ overview @skip(if: true) { totalRows } limits @include(if: true) { name } }', 101],
    ['query A { overview { totalRows } } query B { __typename }', 0],
    ['mutation { overview { totalRows } }', 0],
    ['{ unknown { field } }', 1],
  ])('%s: %d', (text, expected) => {
    expect(cost(text)).toBe(expected);
  });

  test('values of variables count, and their defaults', () => {
    const text =
      'query ($n: Int = 4, $f: DeviceFilter, $s: Boolean = false) { devices(first: $n, filter: $f) { edges @skip(if: $s) { cursor } } }';
    expect(cost(text)).toBe(6);
    expect(cost(text, { n: 9 })).toBe(11);
    expect(cost(text, { n: 9, f: { ids: ['a'] } })).toBe(3);
    expect(cost(text, { s: true })).toBe(1);
    // What execution will refuse, and lists of one, written as that one.
    expect(cost(text, { n: -1, f: { ids: 'a' } })).toBe(2);
    expect(cost(text, { n: null })).toBe(102);
  });

  test('rows of JSON cost what their values do', () => {
    expect(cost('{ namedQueryTable(name: "a") { truncated } }')).toBe(2);
    expect(cost('{ namedQueryTable(name: "a") { rows } }')).toBe(1002);
    expect(cost('{ namedQueries { name parameters { name values } } }')).toBe(
      1 + 10 * (1 + 1 + 10 * (1 + 11)),
    );
  });

  test('of several operations, the one that is named', () => {
    const text = 'query A { overview { totalRows } } query B { __typename }';
    expect(cost(text, {}, 'A')).toBe(2);
    expect(cost(text, {}, 'B')).toBe(1);
  });

  test('lists within lists multiply, and fragments are no way around', () => {
    const inner = 'fragment D on Device { dailySummaries { device { ...E } } }';
    const last = 'fragment E on Device { dailySummaries { date } }';
    expect(cost(`{ devices { edges { node { ...D } } } } ${inner} ${last}`)).toBeGreaterThan(90_000);
    const chain = Array.from(
      { length: 60 },
      (_, index) =>
        `fragment F${index} on Device { dailySummaries { device { ...F${index + 1} ...F${index + 1} } } }`,
    ).join(' ');
    const started = performance.now();
    expect(
      cost(`{ devices { edges { node { ...F0 } } } } ${chain} fragment F60 on Device { deviceId }`),
    ).toBeGreaterThan(1e80);
    expect(performance.now() - started).toBeLessThan(100);
  });
});

test('every list says how long it is taken to be, or is the one that a field above it tells of', () => {
  const silent = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith('__'))
    .flatMap((type) =>
      isObjectType(type) ? Object.values(type.getFields()).map((field) => ({ type, field })) : [],
    )
    .filter(({ field }) => isListType('ofType' in field.type ? field.type.ofType : field.type))
    .filter(({ field }) => field.extensions['size'] === undefined)
    .map(({ type, field }) => `${type.name}.${field.name}`);
  expect(silent.toSorted()).toEqual([
    'ChangedDeviceConnection.edges',
    'Comparison.devices',
    'DatasetObjectConnection.edges',
    'DeviceConnection.edges',
    'Histogram.bins',
    'HourlyAvgResult.rows',
    'LatestReadingsUpdate.readings',
    'Query.limits',
    'ReadingConnection.edges',
    'Series.points',
    'SeriesUpdate.series',
  ]);
});

test('what is asked for in earnest passes', () => {
  expect(cost(getIntrospectionQuery({ inputValueDeprecation: true, oneOf: true }))).toBeLessThan(allowed);
  for (const text of codeBlocks(readText('README.md'), 'graphql')) {
    expect(cost(text), text).toBeLessThan(allowed / 10);
  }
});

describe('what costs too much', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await appOver('plain');
    await app.ask('{ overview { totalRows } }');
  });
  afterAll(() => app.close());

  test.each([
    [
      '{ devices { edges { node { dailySummaries { device { dailySummaries { device { dailySummaries { date } } } } } } } } }',
      {},
    ],
    [
      'query ($n: Int!) { devices(first: $n) { edges { node { deviceId readingCount } } } }',
      { n: 2_000_000 },
    ],
    [
      '{ __schema { types { fields { type { name } args { type { name } } } } more: types { fields { args { type { fields { name args { name } } } } } } again: types { fields { args { type { fields { name args { name } } } } } } } }',
      {},
    ],
  ])('%s', async (query, variables) => {
    app.takeStatements();
    const { status, extensions } = await refusedFast(app, query, variables);
    expect(status).toBe(400);
    expect(extensions).toEqual({
      code: 'OPERATION_TOO_COMPLEX',
      limit: 'operationCost',
      asked: Math.ceil(cost(query, variables)),
      allowed,
    });
    expect(app.takeStatements()).toEqual([]);
  });
});

test('the limit is a setting', async () => {
  const app = await appOver('plain', {}, { OPERATION_MAX_COST: '2' });
  try {
    await app.ask('{ overview { totalRows } }');
    const { errors } = await app.post('{ overview { totalRows deviceCount } }');
    expect(errors?.[0]?.extensions).toMatchObject({ asked: 3, allowed: 2 });
  } finally {
    await app.close();
  }
});
