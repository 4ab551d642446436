import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StatementEvent } from '../../src/engine/engine.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { seriesSql, writeDataset } from '../support/datasets/dataset-folder.ts';
import { GRAIN_QUESTIONS } from '../support/grain-questions.ts';
import { objectsOpened } from '../support/objects-opened.ts';
import { queriesWith } from '../support/queries-app.ts';
import { writeRandomFleet } from '../support/random-fleet.ts';
import { scratchFolder, temporaryFolder } from '../support/temporary-folder.ts';

const COMMON = { REFRESH_SECONDS: '86400', RESPONSE_CACHE_MAX_BYTES: '0' };

describe('over random readings', () => {
  let directory: string;
  let hours: TestApp;
  let days: TestApp;

  beforeAll(async () => {
    directory = await scratchFolder();
    // Around the clock change of Europe, before which London is as UTC.
    await writeRandomFleet(directory, 17, {
      devices: 5,
      readings: 150,
      from: '2026-03-26T00:00:00Z',
      days: 6,
    });
    hours = await startApp({ ...COMMON, DATA_DIR: directory });
    days = await startApp({ ...COMMON, DATA_DIR: directory, ROLLUP_GRAIN: '1d' });
    await Promise.all([hours.refresh(), days.refresh()]);
  });
  afterAll(async () => {
    await hours?.close();
    await days?.close();
    await rm(directory, { recursive: true, force: true });
  });

  test.each(GRAIN_QUESTIONS)('the answer is that of rollups of hours: %s', async (question) => {
    const answer = await days.ask(question);
    expect(answer).toEqual(await hours.ask(question));
  });

  test('what the rollups are of is told', async () => {
    const document = '{ dataset { rolledUp rollupGrain } }';
    expect(await hours.ask(document)).toEqual({ dataset: { rolledUp: true, rollupGrain: 'HOUR' } });
    expect(await days.ask(document)).toEqual({ dataset: { rolledUp: true, rollupGrain: 'DAY' } });
  });
});

describe('what is read', () => {
  let app: TestApp;
  let folder: string;
  let events: StatementEvent[] = [];

  /** Names of the statements of a question that opened objects, and how many. */
  async function opened(question: string): Promise<string[]> {
    events = [];
    await app.ask(question);
    return events.flatMap((event) =>
      objectsOpened(event) === 0 ? [] : [`${event.name} ${objectsOpened(event)}`],
    );
  }

  beforeAll(async () => {
    folder = await scratchFolder();
    const [data, state] = [path.join(folder, 'data'), path.join(folder, 'state')];
    await mkdir(data);
    await mkdir(state);
    // An object for each of 20 days.
    await writeDataset(data, async (write) => {
      for (let day = 1; day <= 20; day++) {
        const from = `2026-03-${String(day).padStart(2, '0')}`;
        await write(`${from}.parquet`, seriesSql({ devices: [1, 3], from, everyMinutes: 10, count: 144 }));
      }
    });
    app = await startApp(
      { ...COMMON, DATA_DIR: data, STATE_DIR: state, ROLLUP_GRAIN: '1d' },
      { onStatement: (event) => events.push(event) },
    );
    await app.refresh();
  });
  afterAll(async () => {
    await app?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test.each([
    '{ overview { totalRows } latestReadings { soc } devices { edges { node { avgSoc } } } }',
    '{ dailySummaries(from: "2026-03-02") { avgSoc } topDevices(by: AVG_SOC) { value } }',
    '{ compare(first: { to: "2026-03-05" }, second: { from: "2026-03-06" }) { deviceCount } }',
    '{ dailySummaries(timeZone: "Europe/London") { avgSoc } topDevices(by: AVG_SOC, timeZone: "Atlantic/Reykjavik", from: "2026-03-02") { value } }',
    '{ series(bucket: "1d") { timestamps } weeks: series(bucket: "1w", timeZone: "Atlantic/Reykjavik") { timestamps } }',
    '{ series(bucket: "1d", from: "2026-03-04T00:00:00Z", to: "2026-03-09T00:00:00Z") { timestamps } }',
    '{ devices(first: 1) { edges { node { readings(first: 0, from: "2026-03-04T00:00:00Z", to: "2026-03-09T00:00:00Z") { totalCount } } } } }',
  ])('whole days of UTC open no object: %s', async (question) => {
    expect((await opened(question)).filter((name) => !name.startsWith('readings'))).toEqual([]);
  });

  test.each([
    // Days of Berlin begin at 23:00 UTC: one hour of the 4th, and all but an hour of the 15th.
    [
      '{ topDevices(by: AVG_SOC, timeZone: "Europe/Berlin", from: "2026-03-05", to: "2026-03-15") { value } }',
      ['period_edge 1', 'period_edge 1'],
    ],
    [
      '{ topDevices(by: AVG_SOC, timeZone: "Europe/Berlin", from: "2026-03-05", to: "2026-03-05") { value } }',
      ['period_edge 2'],
    ],
    [
      '{ dailySummaries(timeZone: "Europe/Berlin", from: "2026-03-05", to: "2026-03-06") { avgSoc } }',
      ['daily_summary 3'],
    ],
    [
      '{ series(bucket: "1d", from: "2026-03-04T10:00:00Z", to: "2026-03-09T10:00:00Z") { timestamps } }',
      ['series_edges 1', 'series_edges 1'],
    ],
    [
      '{ series(bucket: "1h", from: "2026-03-04T10:00:00Z", to: "2026-03-05T10:00:00Z") { timestamps } }',
      ['series 2'],
    ],
  ] as const)('hours open the objects of their days alone: %s', async (question, expected) => {
    expect(await opened(question)).toEqual(expected);
  });

  test('there is one partial of each object, device and day', async () => {
    await app.close();
    const instance = await DuckDBInstance.create(path.join(folder, 'state', 'rollups.duckdb'));
    const connection = await instance.connect();
    const [row] = await (
      await connection.runAndReadAll(
        "SELECT count(*)::INTEGER AS n, bool_and(slot = date_trunc('day', slot)) AS whole FROM partials",
      )
    ).getRowObjectsJS();
    connection.closeSync();
    instance.closeSync();
    expect(row).toEqual({ n: 60, whole: true });
  });
});

test('a named query of hours reads the objects, the others do not', async () => {
  const folder = await temporaryFolder();
  const data = path.join(folder, 'data');
  const queries = await queriesWith({
    'all_device_hours.sql': 'SELECT * FROM {{DEVICE_HOURS}} ORDER BY ALL',
    'all_device_days.sql': 'SELECT * FROM {{DEVICE_DAYS}} ORDER BY ALL',
  });
  await writeRandomFleet(data, 3, { devices: 3, readings: 100, from: '2026-03-26T00:00:00Z', days: 4 });
  const rows = async (grain: string) => {
    let events: StatementEvent[] = [];
    const app = await startApp(
      { ...COMMON, DATA_DIR: data, ROLLUP_GRAIN: grain },
      { queriesDirectory: queries, onStatement: (event) => events.push(event) },
    );
    try {
      await app.refresh();
      events = [];
      const answers = [await app.executeQuery('all_device_hours'), await app.executeQuery('all_device_days')];
      return { answers, opened: events.map((event) => [event.name, objectsOpened(event)]) };
    } finally {
      await app.close();
    }
  };
  const hours = await rows('1h');
  const days = await rows('1d');
  expect(days.answers).toEqual(hours.answers);
  expect(hours.answers[0]?.length).toBeGreaterThan(50);
  expect(hours.opened).toEqual([
    ['all_device_hours', 0],
    ['all_device_days', 0],
  ]);
  expect(days.opened).toEqual([
    ['all_device_hours', 3],
    ['all_device_days', 0],
  ]);
});
