import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { METRICS, type Metric } from '../../schema/context.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { writeDataset } from '../support/datasets/dataset-folder.ts';
import { effort } from '../support/effort.ts';
import { type FleetApps, startFleetApps } from '../support/fleet-apps.ts';
import { readingsOfDays } from '../support/reference.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

interface Histogram {
  readonly readingCount: number;
  readonly bins: readonly { readonly lower: number; readonly upper: number; readonly count: number }[];
  readonly below: number;
  readonly above: number;
  readonly missing: number;
}

let apps: FleetApps;

beforeAll(async () => {
  apps = await startFleetApps(23, { devices: 5, readings: 80, from: '2026-03-27T00:00:00Z', days: 4 });
});
beforeEach(() => {
  apps.rolledUp.takeStatements();
});
afterAll(() => apps.close());

const FIELDS = '{ readingCount bins { lower upper count } below above missing }';
const QUERY = `query ($metric: Metric!, $bins: Int, $binWidth: Float, $min: Float, $max: Float, $deviceIds: [ID!], $from: Date, $to: Date, $timeZone: TimeZone) {
  histogram(metric: $metric, bins: $bins, binWidth: $binWidth, min: $min, max: $max, deviceIds: $deviceIds, from: $from, to: $to, timeZone: $timeZone) ${FIELDS}
}`;

async function ask(app: TestApp, metric: Metric, variables: object): Promise<Histogram> {
  const all = { metric: metric.toUpperCase(), ...variables };
  return (await app.ask<{ histogram: Histogram }>(QUERY, all)).histogram;
}

const day = fc.option(fc.constantFrom('2026-03-28', '2026-03-29'));
const shape = fc.oneof(
  fc.record({ bins: fc.integer({ min: 1, max: 60 }) }),
  // Quarters, as the values are: many lie on an edge.
  fc.record({ binWidth: fc.integer({ min: 1, max: 80 }).map((quarters) => quarters / 4) }),
  fc.constant({}),
);
const ends = fc
  .tuple(fc.option(fc.integer({ min: -30, max: 110 })), fc.option(fc.integer({ min: -30, max: 110 })))
  .filter(([min, max]) => min === null || max === null || min < max)
  .map(([min, max]) => ({ min, max }));

test('every reading is counted once, in the bin whose label it fits, from rollups and without', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...METRICS),
      shape,
      ends,
      fc.record({
        from: day,
        to: fc.constant(null),
        deviceIds: fc.option(fc.subarray(['d0', 'd2', 'nobody'])),
        timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu'),
      }),
      async (metric, bins, { min, max }, { deviceIds, ...days }) => {
        const variables = { ...bins, min, max, deviceIds, ...days };
        const found = await ask(apps.rolledUp, metric, variables);
        expect(await ask(apps.scanning, metric, variables)).toEqual(found);

        const readings = readingsOfDays(apps.readings, days).filter(
          ({ deviceId }) => deviceIds === null || deviceIds.includes(deviceId),
        );
        const values = readings.map((reading) => reading[metric]).filter((value) => value !== null);
        expect(found.readingCount).toBe(readings.length);
        expect(found.missing).toBe(readings.length - values.length);
        const [first, last] = [found.bins[0], found.bins.at(-1)];
        if (first === undefined || last === undefined) {
          expect([found.below, found.above]).toEqual([0, 0]);
          expect(values).toEqual([]);
          expect(min === null || max === null).toBe(true);
          return;
        }
        expect(found.below).toBe(values.filter((value) => value < first.lower).length);
        expect(found.above).toBe(values.filter((value) => value > last.upper).length);
        for (const [index, { lower, upper, count }] of found.bins.entries()) {
          const fits = (value: number) =>
            value >= lower && (value < upper || (index === found.bins.length - 1 && value === upper));
          expect([lower, upper, count]).toEqual([lower, upper, values.filter(fits).length]);
          expect(found.bins[index + 1]?.lower ?? upper).toBe(upper);
        }
        // The ends are those that were asked for, else those of the values.
        if (min !== null) expect(first.lower).toBe(min);
        else expect(found.below).toBe(max === null ? 0 : found.below);
        if (min === null && !('binWidth' in bins) && values.length > 0) {
          expect(first.lower).toBe(Math.min(...values, ...(max === null ? [] : [max])));
        }
        if (max !== null) expect(last.upper).toBeGreaterThanOrEqual(max);
        else expect(found.above).toBe(0);
      },
    ),
    { numRuns: effort(30, 120) },
  );
});

test('a value on an edge falls where the label says, also where no double is that decimal number', async () => {
  const directory = await temporaryFolder();
  const values = Array.from({ length: 31 }, (_, tenth) => `${tenth / 10}`);
  await writeDataset(directory, (write) =>
    write(
      'tenths.parquet',
      `SELECT 'd' AS device_id, TIMESTAMP '2026-03-01' AS "timestamp", v AS voltage, 0::DOUBLE AS temperature, -0.0::DOUBLE AS soc
       FROM (SELECT unnest([${values.map((value) => `${value}::DOUBLE`).join(', ')}]) AS v)`,
    ),
  );
  const app = await startApp({ DATA_DIR: directory });
  try {
    const byWidth = await ask(app, 'voltage', { binWidth: 0.1 });
    expect(byWidth.bins.map(({ lower }) => lower)).toEqual(values.slice(0, -1).map(Number));
    expect(byWidth.bins.map(({ count }) => count)).toEqual([...Array.from({ length: 29 }, () => 1), 2]);
    expect(await ask(app, 'voltage', { bins: 30 })).toEqual(byWidth);
    expect((await ask(app, 'voltage', { bins: 1000 })).bins).toHaveLength(1000);

    const same = { readingCount: 31, below: 0, above: 0, missing: 0 };
    for (const metric of ['temperature', 'soc'] as const) {
      expect(await ask(app, metric, {})).toEqual({ ...same, bins: [{ lower: 0, upper: 0, count: 31 }] });
      expect(await ask(app, metric, { binWidth: 5 })).toEqual({
        ...same,
        bins: [{ lower: 0, upper: 5, count: 31 }],
      });
    }
    expect(await ask(app, 'soc', { min: 1, max: 2, bins: 2 })).toEqual({
      ...same,
      below: 31,
      bins: [
        { lower: 1, upper: 1.5, count: 0 },
        { lower: 1.5, upper: 2, count: 0 },
      ],
    });
  } finally {
    await app.close();
  }
});

test('without any value: no bins, unless both ends are given, and every reading is missing', async () => {
  const none = { readingCount: 80, bins: [], below: 0, above: 0, missing: 80 };
  expect(await ask(apps.rolledUp, 'temperature', { deviceIds: ['d0'] })).toEqual(none);
  expect(await ask(apps.rolledUp, 'temperature', { deviceIds: ['d0'], min: 0 })).toEqual(none);
  expect(apps.rolledUp.takeStatements()).toEqual(['period_total', 'period_total']);
  expect(await ask(apps.rolledUp, 'temperature', { deviceIds: ['d0'], min: 0, max: 10, bins: 1 })).toEqual({
    ...none,
    bins: [{ lower: 0, upper: 10, count: 0 }],
  });
  const nothing = { ...none, readingCount: 0, missing: 0 };
  expect(await ask(apps.rolledUp, 'soc', { deviceIds: ['nobody'] })).toEqual(nothing);
  expect(await ask(apps.rolledUp, 'soc', { from: '2031-01-01', min: 0, max: 1, bins: 1 })).toEqual({
    ...nothing,
    bins: [{ lower: 0, upper: 1, count: 0 }],
  });
});

test('histograms of the same readings are one scan, and one look at where they begin and end', async () => {
  await apps.rolledUp.ask(`{
    voltage: histogram(metric: VOLTAGE) ${FIELDS}
    temperature: histogram(metric: TEMPERATURE, binWidth: 5) ${FIELDS}
    soc: histogram(metric: SOC, bins: 10, timeZone: "UTC") ${FIELDS}
    again: histogram(metric: SOC, bins: 10) ${FIELDS}
  }`);
  expect(apps.rolledUp.takeStatements()).toEqual(['period_total', 'holding', 'histogram']);
  await apps.rolledUp.ask(`{
    a: histogram(metric: SOC, min: 0, max: 100) ${FIELDS}
    b: histogram(metric: SOC, min: 0, max: 100, to: "2026-03-28") ${FIELDS}
  }`);
  expect(apps.rolledUp.takeStatements().sort()).toEqual(['histogram', 'histogram', 'holding', 'holding']);
});

test.each([
  ['bins: 0', 'bins', /1 to 1000 \(limit histogramBins\), but got: 0/],
  ['bins: 1001', 'bins', /1001/],
  ['bins: 5, binWidth: 1', 'binWidth', /either/],
  ['binWidth: 0', 'binWidth', /above 0, but got: 0/],
  ['binWidth: -2.5', 'binWidth', /-2.5/],
  ['binWidth: 0.001, min: 0, max: 100', 'binWidth', /at most 1000 bins/],
  ['min: 5, max: 5', 'max', /more than `min` \(5\), but got: 5/],
  ['from: "2026-03-02", to: "2026-03-01"', 'from', /2026-03-01/],
])('%s is refused, with the path of the argument', async (args, argument, message) => {
  const { status, errors } = await apps.rolledUp.post(`{ histogram(metric: SOC, ${args}) { missing } }`);
  expect(status).toBe(400);
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument } }]);
  expect(errors?.[0]?.message).toMatch(message);
  expect(apps.rolledUp.takeStatements()).toEqual([]);
});
