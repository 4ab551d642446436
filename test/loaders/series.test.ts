import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { METRICS } from '../../schema/context.ts';
import { Column, SERIES_AGGREGATES, type Series, type SeriesArgs } from '../../schema/series-types.ts';
import { fillValues } from '../../src/series/fill.ts';
import { writeDataset } from '../support/datasets/dataset-folder.ts';
import { effort } from '../support/effort.ts';
import { expectClose } from '../support/expect-close.ts';
import { type Reading, readReadings } from '../support/reference.ts';
import { bucketsOf, ReferenceBuckets } from '../support/series-reference.ts';
import { type TwoWays, twoWays } from '../support/two-ways.ts';

/** Four days of 2026 around a change of the clocks in each of these zones; Kathmandu is at UTC+05:45 all year. */
const PLACES = {
  UTC: '2026-03-28T00:00Z',
  'Europe/Berlin': '2026-03-27T22:00Z',
  'America/New_York': '2026-10-31T02:00Z',
  'America/Havana': '2026-10-31T02:00Z',
  'Australia/Lord_Howe': '2026-04-03T12:00Z',
  'Asia/Kathmandu': '2026-03-28T00:00Z',
};
const BUCKETS = ['20m', '1h', '6h', '1d', '2d', '1w', '1mo', '1y'];
const HOUR = 3_600_000;

let directory: string;
let ways: TwoWays;
let readings: Map<string, Reading[]>;

/** Irregular readings, every value present, missing or huge now and then, some at equal times and in two objects. */
const readingsSql = (seed: number) => `SELECT device AS device_id,
    begin + to_microseconds(CASE WHEN bits % 7 = 0 THEN bits % 345600000000 // 900000000 * 900000000
      ELSE bits % 345600000000 END) AS "timestamp",
    CASE WHEN bits % 11 = 0 THEN NULL WHEN bits % 13 = 0 THEN 'nan'::DOUBLE ELSE 44 + bits % 1300 / 100 END AS voltage,
    CASE WHEN (bits >> 8) % 19 = 0 THEN 'infinity'::DOUBLE ELSE -10 + (bits >> 12) % 6000 / 100 END AS temperature,
    CASE WHEN (bits >> 9) % 23 = 0 THEN NULL ELSE (bits >> 28) % 10001 / 100 END AS soc
  FROM (VALUES ${Object.entries(PLACES)
    .map(([zone, begin]) => `('${zone}', TIMESTAMP '${begin.slice(0, 16)}')`)
    .join(', ')}) AS places(device, begin),
    (SELECT number, CAST(hash(${seed}, number) >> 1 AS BIGINT) AS bits FROM range(400) AS numbers(number))`;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'telemetry-series-'));
  await writeDataset(path.join(directory, 'data'), async (write) => {
    await write('a.parquet', readingsSql(1));
    await write('b.parquet', `${readingsSql(2)} UNION ALL (${readingsSql(1)} LIMIT 100)`);
  });
  readings = Map.groupBy(await readReadings(path.join(directory, 'data')), ({ deviceId }) => deviceId);
  ways = await twoWays(path.join(directory, 'data'), directory);
});
afterAll(async () => {
  await ways.close();
  await rm(directory, { recursive: true, force: true });
});

const question = fc
  .record({
    zone: fc.constantFrom(...Object.keys(PLACES)),
    device: fc.constantFrom(...Object.keys(PLACES)),
    bucket: fc.constantFrom(...BUCKETS),
    aggregate: fc.constantFrom(...SERIES_AGGREGATES),
    fill: fc.constantFrom('none', 'null', 'previous', 'linear'),
    metrics: fc.uniqueArray(fc.constantFrom(...METRICS), { minLength: 1 }),
    from: fc.option(fc.oneof(fc.nat({ max: 40 }), fc.double({ min: 0, max: 40, noNaN: true }))),
    hours: fc.option(
      fc.oneof(fc.integer({ min: 1, max: 60 }), fc.double({ min: 0.01, max: 60, noNaN: true })),
    ),
  })
  .map(({ zone, device, from, hours, ...more }) => {
    const begin = Date.parse(PLACES[device as keyof typeof PLACES]);
    const at = (offset: number) => new Date(Math.floor(begin + offset * HOUR)).toISOString();
    return {
      device,
      args: {
        ...more,
        maxPoints: null,
        timeZone: zone,
        from: from === null ? null : at(from),
        to: hours === null ? null : at((from ?? 0) + hours),
      } as SeriesArgs & { bucket: string; aggregate: NonNullable<SeriesArgs['aggregate']> },
    };
  });

function expectReference(series: Series, args: SeriesArgs & { bucket: string; aggregate: string }): void {
  const own = readings.get(series.deviceId) ?? [];
  const times = own.map(({ micros }) => Number(micros) / 1_000);
  const from = args.from === null ? Math.min(...times) : Date.parse(args.from);
  const to = args.to === null ? Math.max(...times) + 0.001 : Date.parse(args.to);
  const buckets = new ReferenceBuckets(args.bucket, args.timeZone);
  const metrics = args.metrics ?? METRICS;
  const found = metrics.map((metric) =>
    bucketsOf(own, {
      metric,
      aggregate: args.aggregate as SeriesArgs['aggregate'] & string,
      buckets,
      from,
      to,
    }),
  );
  const present = [...new Set(found.flatMap((one) => [...one.keys()]))].sort((a, b) => a - b);
  const starts = args.fill === 'none' ? present : [...buckets.within(from, to)];
  expect([...series.timestamps]).toEqual(starts);
  for (const [index, metric] of metrics.entries()) {
    const column = series.metrics[index];
    const at = (start: number) => found[index]?.get(start);
    const none = args.aggregate === 'count' ? 0 : null;
    const values = Float64Array.from(starts, (start) => at(start)?.value ?? none ?? Number.NaN);
    if (column === undefined) expect.fail();
    expect(column.metric).toBe(metric);
    const filled = new Column(fillValues(Float64Array.from(starts), values, args.fill));
    expectClose([...column.values], [...filled]);
    expect([...column.min]).toEqual(starts.map((start) => at(start)?.min ?? null));
    expect([...column.max]).toEqual(starts.map((start) => at(start)?.max ?? null));
    expect([...column.count]).toEqual(starts.map((start) => at(start)?.count ?? 0));
  }
}

test('every aggregate, bucket, zone and range: rollups equal a scan to the last bit, and both plain JavaScript', async () => {
  await fc.assert(
    fc.asyncProperty(question, async ({ device, args }) => {
      const [rolledUp, scanned] = await Promise.all([
        ways.rolledUp().deviceSeries(device, args),
        ways.scanned().deviceSeries(device, args),
      ]);
      if (rolledUp === null || scanned === null) expect.fail();
      const { resolution, ...columns } = rolledUp;
      expect(columns).toEqual({ ...scanned, resolution: undefined });
      expect(scanned.resolution).toMatchObject({
        method: 'BUCKETS',
        source: 'READINGS',
        bucket: args.bucket,
      });
      expectReference(rolledUp, args);
    }),
    { numRuns: effort(30, 150) },
  );
}, 120_000);

test('an answer does not depend on what else is asked', async () => {
  await fc.assert(
    fc.asyncProperty(question, fc.boolean(), async ({ args: { bucket, aggregate, ...args } }, picks) => {
      const asked: SeriesArgs = picks
        ? { ...args, bucket: null, maxPoints: 120, aggregate: null }
        : { ...args, bucket, aggregate };
      const telemetry = ways.rolledUp();
      const together = await telemetry.series(Object.keys(PLACES), asked);
      const alone = await Promise.all(
        Object.keys(PLACES).map((device) => ways.rolledUp().deviceSeries(device, asked)),
      );
      expect(together).toEqual(alone);
    }),
    { numRuns: effort(6, 25) },
  );
}, 120_000);

test('in any number of points, the lowest and the highest value survive', async () => {
  const points = fc.record({
    maxPoints: fc.integer({ min: 50, max: 1_500 }),
    aggregate: fc.constantFrom(null, 'avg' as const, 'p50' as const),
  });
  await fc.assert(
    fc.asyncProperty(question, points, async ({ device, args }, { maxPoints, aggregate }) => {
      const asked: SeriesArgs = { ...args, bucket: null, maxPoints, aggregate };
      const series = await ways.rolledUp().deviceSeries(device, asked);
      if (series === null) expect.fail();
      expect(series.timestamps.length).toBeLessThanOrEqual(maxPoints);
      expect(series.timestamps.numbers).toEqual(series.timestamps.numbers.toSorted());
      const [from, to] = [Date.parse(series.from), Date.parse(series.to) + 1];
      const inRange = (readings.get(device) ?? []).filter(({ micros }) => {
        const ms = Number(micros) / 1_000;
        return ms >= from && (args.to === null ? ms < to : ms < Date.parse(args.to));
      });
      for (const { metric, min, max, values } of series.metrics) {
        const own = inRange.flatMap((reading) => reading[metric] ?? []);
        const present = (column: Column) => [...column].filter((value) => value !== null);
        expect(Math.min(...present(min))).toBe(Math.min(...own));
        expect(Math.max(...present(max))).toBe(Math.max(...own));
        if (series.resolution.method === 'BUCKETS' || args.fill === 'previous' || args.fill === 'linear')
          continue;
        const real = new Set(own);
        expect(present(values).filter((value) => !real.has(value))).toEqual([]);
      }
    }),
    { numRuns: effort(15, 60) },
  );
}, 120_000);

test.each(['avg', 'min', 'max', 'count', 'sum'] as const)(
  '%s of days of every zone comes from rollups',
  async (aggregate) => {
    for (const timeZone of Object.keys(PLACES)) {
      const args = { ...NOTHING_ASKED, bucket: '1d', timeZone, aggregate };
      const [series] = await ways.rolledUp().series(['Europe/Berlin'], args);
      expect(series?.resolution.source).toBe('ROLLUPS');
    }
  },
);

const NOTHING_ASKED: SeriesArgs = {
  metrics: null,
  from: null,
  to: null,
  bucket: null,
  maxPoints: null,
  timeZone: 'UTC',
  aggregate: null,
  fill: 'null',
};
