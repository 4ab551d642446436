import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { writeDataset } from '../support/datasets/dataset-folder.ts';

const KEYS = ['a.parquet', 'b.parquet', 'nested/a.parquet', 'nested/b.parquet'];
const DEVICES = ['one', 'two', 'three'];
/** Two days around the clock change of Europe/Berlin, in quarters of an hour. */
const FIRST_MS = Date.UTC(2026, 2, 28, 21);
const QUARTERS = 48 * 4;
const TIME_ZONES = ['UTC', 'Europe/Berlin', 'America/Los_Angeles', 'Asia/Kathmandu', 'Asia/Kolkata'];

const value = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.integer({ min: -5000, max: 6000 }).map((hundredths) => String(hundredths / 100)),
  },
  { weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map(String) },
  { weight: 1, arbitrary: fc.constantFrom('NULL', "'nan'", "'infinity'", '-0.0', '1e30', '134217728') },
);
const reading = fc.record({
  device: fc.constantFrom(...DEVICES),
  quarter: fc.nat({ max: QUARTERS }),
  values: fc.tuple(value, value, value),
});
const change = fc.record({
  key: fc.constantFrom(...KEYS),
  content: fc.oneof(
    { weight: 6, arbitrary: fc.array(reading, { minLength: 1, maxLength: 25 }) },
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.constant('broken' as const) },
    { weight: 2, arbitrary: fc.constant('removed' as const) },
  ),
});
type Reading = typeof reading extends fc.Arbitrary<infer T> ? T : never;
interface Change {
  readonly key: string;
  readonly content: readonly Reading[] | 'broken' | 'removed';
}

async function apply(directory: string, { key, content }: Change): Promise<void> {
  const file = path.join(directory, key);
  await mkdir(path.dirname(file), { recursive: true });
  if (content === 'removed') return rm(file, { force: true });
  if (content === 'broken') return writeFile(file, 'This is not Parquet.');
  await rm(file, { force: true });
  const rows = content.map(({ device, quarter, values }) => {
    const time = new Date(FIRST_MS + quarter * 900_000).toISOString().slice(0, 19);
    return `('${device}', TIMESTAMP '${time}', ${values.map((number) => `${number}::DOUBLE`).join(', ')})`;
  });
  const columns = 'readings(device_id, "timestamp", voltage, temperature, soc)';
  const none = "('', TIMESTAMP '2026-01-01', 0::DOUBLE, 0::DOUBLE, 0::DOUBLE)";
  await writeDataset(directory, (write) =>
    write(
      key,
      `SELECT * FROM (VALUES ${rows.join(', ') || none}) ${columns} ${rows.length === 0 ? 'WHERE false' : ''}`,
    ),
  );
}

const camel = (name: string) => name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
const finite = (item: unknown) => (typeof item === 'number' && !Number.isFinite(item) ? null : item);

/** The same question as a named query, which is always a scan of the objects. */
async function scanned(app: TestApp, name: string, params = {}): Promise<object[]> {
  const rows = await app.executeQuery(name, params);
  const named = rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([key, item]) => [camel(key), finite(item)])),
  );
  // JSON has no negative zero.
  return JSON.parse(JSON.stringify(named));
}

const STATISTICS = `readingCount ${['Voltage', 'Temperature', 'Soc'].map((metric) => `avg${metric} min${metric} max${metric}`).join(' ')}`;

async function expectRollupsEqualScan(app: TestApp): Promise<void> {
  const { status, data, errors } = await app.post<{
    dataset: { rolledUp: boolean };
    overview: object;
    devices: { edges: { node: object }[] };
    latestReadings: object[];
  }>(`{
    dataset { rolledUp }
    overview { totalRows deviceCount firstTimestamp lastTimestamp }
    devices { edges { node { deviceId firstSeen lastSeen ${STATISTICS} } } }
    latestReadings { deviceId timestamp voltage temperature soc }
  }`);
  if (errors?.every(({ extensions }) => extensions.code === 'DATASET_EMPTY')) return;
  expect([status, errors]).toEqual([200, undefined]);
  expect(data.dataset.rolledUp).toBe(true);
  expect([data.overview]).toEqual(await scanned(app, 'overview'));
  expect(data.devices.edges.map(({ node }) => node)).toEqual(await scanned(app, 'devices'));
  expect(data.latestReadings).toEqual(await scanned(app, 'device_latest'));
  for (const timeZone of TIME_ZONES) {
    const { dailySummaries } = await app.ask<{ dailySummaries: object[] }>(
      `{ dailySummaries(timeZone: "${timeZone}") { deviceId date ${STATISTICS} } }`,
    );
    expect(dailySummaries).toEqual(await scanned(app, 'daily_summary', { time_zone: timeZone }));
  }
}

/** Random histories of objects, so many for each grain. @param timeoutMs for all of a grain */
export function testHistories({ numRuns, timeoutMs }: { numRuns: number; timeoutMs: number }): void {
  test.each(['1h', '1d'])(
    '%s: after any history of objects, every summary from the rollups is that of a scan, to the last bit',
    async (grain) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 }),
          async (history) => {
            const directory = await mkdtemp(path.join(tmpdir(), 'telemetry-history-'));
            const app = await startApp({
              DATA_DIR: directory,
              ROLLUP_GRAIN: grain,
              REFRESH_SECONDS: '86400',
              ENGINE_THREADS: '2',
            });
            try {
              for (const changes of history) {
                for (const each of changes) await apply(directory, each);
                await app.refresh();
                await expectRollupsEqualScan(app);
              }
            } finally {
              await app.close();
              await rm(directory, { recursive: true, force: true });
            }
          },
        ),
        // A counterexample shrinks for longer than the test may take; the path that is printed tells which it was.
        { numRuns, endOnFailure: true },
      );
    },
    timeoutMs,
  );
}
