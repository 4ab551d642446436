import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ClusterApps, startClusterApps } from '../support/cluster-apps.ts';
import { GRAIN_QUESTIONS } from '../support/grain-questions.ts';
import { writeRandomFleet } from '../support/random-fleet.ts';

let apps: ClusterApps;

beforeAll(async () => {
  apps = await startClusterApps(
    async (directory) => {
      await writeRandomFleet(directory, 17, {
        devices: 5,
        readings: 150,
        from: '2026-03-26T00:00:00Z',
        days: 6,
      });
      // Long after what is asked about.
      const late = path.join(directory, 'late');
      await mkdir(late);
      await writeRandomFleet(late, 18, { devices: 7, readings: 20, from: '2026-04-20T00:00:00Z', days: 1 });
    },
    { settings: { ROLLUP_GRAIN: '1d' } },
  );
});

afterAll(() => apps?.close());

test('partials of days are made on the cluster', async () => {
  const { dataset } = await apps.cluster.ask<{ dataset: object }>('{ dataset { rolledUp rollupGrain } }');
  expect(dataset).toEqual({ rolledUp: true, rollupGrain: 'DAY' });
  expect(apps.takeEvents().map(({ name, engine }) => `${name} ${engine}`)).toContain('partials trino');
});

// Others are for `grain.test.ts`, which has the embedded engine alone.
const QUESTIONS = [
  ...GRAIN_QUESTIONS.filter((question) => !/St_Johns|Reykjavik/.test(question)),
  '{ dailySummaries(timeZone: "America/New_York", from: "2026-03-30", to: "2026-03-31") { deviceId date readingCount avgSoc } }',
];

// `grain.test.ts` holds the embedded engine's answers against those from rollups of hours.
test.each(QUESTIONS)('the answer is the embedded engine’s, to the last bit: %s', async (question) => {
  expect(await apps.cluster.ask(question)).toEqual(await apps.embedded.ask(question));
});

/** What each question asks of the cluster; all else is answered here. */
test.each([
  ['{ dailySummaries { avgSoc } topDevices(by: AVG_SOC) { value } }', []],
  ['{ compare(first: { to: "2026-03-27" }, second: { from: "2026-03-28" }) { deviceCount } }', []],
  ['{ series(bucket: "1d", aggregate: MAX) { timestamps } }', []],
  ['{ dailySummaries(timeZone: "Asia/Kathmandu") { avgSoc } }', ['daily_summary']],
  [
    '{ topDevices(by: AVG_SOC, timeZone: "Europe/Berlin", from: "2026-03-27", to: "2026-03-30") { value } }',
    ['period_edge', 'period_edge'],
  ],
  [
    '{ compare(first: { to: "2026-03-27" }, second: { from: "2026-03-28" }, timeZone: "Europe/Berlin") { deviceCount } }',
    ['period_edge', 'period_edge'],
  ],
  ['{ series(bucket: "1h", aggregate: AVG) { timestamps } }', ['series']],
  ['{ series(bucket: "1d", timeZone: "Europe/Berlin", aggregate: AVG) { timestamps } }', ['series']],
  [
    '{ series(bucket: "1d", from: "2026-03-27T05:20:00Z", to: "2026-03-30T17:10:00Z") { timestamps } }',
    ['series_edges', 'series_edges'],
  ],
  [
    '{ histogram(metric: SOC, min: 0, max: 100, timeZone: "Asia/Kathmandu", to: "2026-03-27") { above } }',
    ['histogram'],
  ],
] as const)('hours are read on the cluster, days come from the store: %s', async (question, expected) => {
  apps.takeEvents();
  await apps.cluster.ask(question);
  const events = apps.takeEvents();
  expect(events.flatMap(({ name, engine }) => (engine === 'trino' ? [name] : []))).toEqual(expected);
  expect(events.filter(({ engine, params }) => engine !== 'trino' && 'objects_0' in params)).toEqual([]);
});
