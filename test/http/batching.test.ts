import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { TestApp } from '../support/app.ts';
import { appOver } from '../support/app-over.ts';

let app: TestApp;

beforeAll(async () => {
  app = await appOver('plain');
  // The rollups are built now, and no statement of theirs falls between those that are counted.
  await app.refresh();
});
beforeEach(() => {
  app.takeStatements();
});
afterAll(() => app.close());

async function statementsOf(query: string): Promise<string[]> {
  await app.ask(query);
  return app.takeStatements().sort();
}

const DEVICE_WITH_LISTS = 'node { deviceId latestReading { timestamp } dailySummaries { date } }';

test.each([1, 3, 6])('%i devices with latest reading and days: three statements', async (first) => {
  const statements = await statementsOf(`{ devices(first: ${first}) { edges { ${DEVICE_WITH_LISTS} } } }`);
  expect(statements).toEqual(['daily_summary', 'device_latest', 'devices']);
});

test('aliases with different arguments: one statement for each set of arguments', async () => {
  const statements = await statementsOf(`{ devices { edges { node {
    a: dailySummaries { date }
    b: dailySummaries(timeZone: "Europe/Berlin") { date }
    c: dailySummaries(timeZone: "Europe/Berlin") { readingCount }
    d: dailySummaries(from: "2026-03-01", to: "2026-03-02") { date }
  } } } }`);
  expect(statements).toEqual(['daily_summary', 'daily_summary', 'daily_summary', 'devices']);
});

test('many single devices: one statement for their summaries, one for their latest readings', async () => {
  const aliases = Array.from(
    { length: 20 },
    (_, index) => `d${index}: device(deviceId: "dev-${index}") { avgSoc latestReading { soc } }`,
  );
  expect(await statementsOf(`{ ${aliases.join('\n')} }`)).toEqual(['device_latest', 'devices']);
});

test('the way back from summaries and readings to their devices costs one statement', async () => {
  expect(await statementsOf('{ latestReadings { device { readingCount lastSeen avgVoltage } } }')).toEqual([
    'device_latest',
    'devices',
  ]);
  expect(await statementsOf('{ dailySummaries { device { readingCount } } }')).toEqual([
    'daily_summary',
    'devices',
  ]);
  expect(await statementsOf('{ latestReadings { device { deviceId } } }')).toEqual(['device_latest']);
});

test('devices of a page are not asked for again by node()', async () => {
  expect(
    await statementsOf('{ devices { edges { node { id avgSoc minSoc maxSoc readingCount } } } }'),
  ).toEqual(['devices']);
});

test('equal questions are asked once', async () => {
  const statements = await statementsOf(`{
    overview { totalRows } again: overview { deviceCount } dataset { newestReading }
    latestReadings { soc } more: latestReadings { voltage }
    dailySummaries { date } same: dailySummaries(timeZone: "UTC") { date }
  }`);
  expect(statements).toEqual(['daily_summary', 'device_latest', 'overview']);
});

test('a repeated id is one key', async () => {
  const { latestReadings } = await app.ask<{ latestReadings: { deviceId: string }[] }>(
    '{ latestReadings(deviceIds: ["dev-2", "dev-1", "dev-2", "nobody"]) { deviceId } }',
  );
  expect(latestReadings.map(({ deviceId }) => deviceId)).toEqual(['dev-1', 'dev-2']);
});

test('introspection and __typename need no statement', async () => {
  expect(await statementsOf('{ __typename __schema { types { name } } }')).toEqual([]);
});
