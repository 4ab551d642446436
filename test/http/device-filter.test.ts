import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { METRIC_STATISTICS, METRICS } from '../../schema/context.ts';
import type { TestApp } from '../support/app.ts';
import { effort } from '../support/effort.ts';
import { type FleetApps, startFleetApps } from '../support/fleet-apps.ts';
import { devicesOf, latestReadingsOf } from '../support/reference.ts';

type Values = Record<string, string | number | null>;
type Bounds = Partial<Record<'lt' | 'lte' | 'gt' | 'gte', string | number>>;

let apps: FleetApps;
let rolledUp: TestApp;
let scanning: TestApp;
let devices: (Values & { deviceId: string; lastSeen: string })[];
let latest: Values[];

beforeAll(async () => {
  apps = await startFleetApps(7, { devices: 12, readings: 30, from: '2026-03-27T00:00:00Z', days: 4 });
  ({ rolledUp, scanning } = apps);
  devices = devicesOf(apps.readings) as unknown as typeof devices;
  latest = latestReadingsOf(apps.readings) as unknown as Values[];
});
beforeEach(() => {
  rolledUp.takeStatements();
});
afterAll(() => apps.close());

const QUERY = `query ($filter: DeviceFilter, $orderBy: DeviceOrder, $first: Int) {
  devices(filter: $filter, orderBy: $orderBy, first: $first) { totalCount edges { node { deviceId } } }
}`;

async function idsOf(app: TestApp, variables: object): Promise<string[]> {
  const { devices } = await app.ask<{
    devices: { totalCount: number; edges: { node: { deviceId: string } }[] };
  }>(QUERY, variables);
  return devices.edges.map(({ node }) => node.deviceId);
}

const keeps = (value: string | number | null | undefined, bounds: Bounds): boolean =>
  Object.entries(bounds).every(
    ([bound, limit]) =>
      value != null &&
      { lt: value < limit, lte: value <= limit, gt: value > limit, gte: value >= limit }[bound] === true,
  );

/** A condition, and which devices meet it. Limits are often values of devices themselves, so that equals are met. */
interface Condition {
  readonly filter: object;
  readonly meets: (index: number) => boolean;
}
const boundsOver = (values: (string | number | null | undefined)[]): fc.Arbitrary<Bounds> => {
  const limit = fc.constantFrom(...values.filter((value) => value != null));
  return fc
    .record({ lower: fc.constantFrom('gt', 'gte'), upper: fc.constantFrom('lt', 'lte'), a: limit, b: limit })
    .map(({ lower, upper, a, b }): Bounds => {
      if (a === b) return { [a === values[0] ? lower : upper]: a };
      const [low, high] = a < b ? [a, b] : [b, a];
      return { [lower]: low, [upper]: high };
    });
};
const conditions = (): fc.Arbitrary<Condition>[] => [
  ...METRIC_STATISTICS.map((statistic) =>
    boundsOver(devices.map((device) => device[statistic])).map((bounds) => ({
      filter: { [statistic]: bounds },
      meets: (index: number) => keeps(devices[index]?.[statistic], bounds),
    })),
  ),
  ...METRICS.map((metric) =>
    boundsOver(latest.map((reading) => reading[metric])).map((bounds) => ({
      filter: { latest: { [metric]: bounds } },
      meets: (index: number) => keeps(latest[index]?.[metric], bounds),
    })),
  ),
  boundsOver(devices.map(({ firstSeen }) => firstSeen)).map((bounds) => ({
    filter: { firstSeen: bounds },
    meets: (index) => keeps(devices[index]?.['firstSeen'], bounds),
  })),
  fc.record({ hours: fc.integer({ min: 0, max: 30 }), asOf: fc.boolean() }).map(({ hours, asOf }) => {
    const newest =
      devices
        .map(({ lastSeen }) => lastSeen)
        .sort()
        .at(-1) ?? '';
    const instant = asOf ? '2026-03-30T20:00:00.000Z' : newest;
    const last = new Date(Date.parse(instant) - hours * 3_600_000).toISOString();
    return {
      filter: { silentFor: `PT${hours}H`, asOf: asOf ? instant : null },
      meets: (index: number) => (devices[index]?.lastSeen ?? '') <= last,
    };
  }),
];

test('every condition, alone and with others: the devices that plain JavaScript finds, from rollups and scans', async () => {
  // Means are compared by their own digits, which the service tells.
  const told = await rolledUp.ask<{ devices: { edges: { node: Values }[] } }>(
    `{ devices { edges { node { ${METRIC_STATISTICS.join(' ')} } } } }`,
  );
  for (const [index, { node }] of told.devices.edges.entries()) Object.assign(devices[index] ?? {}, node);

  const all = conditions();
  await fc.assert(
    fc.asyncProperty(fc.oneof(...all), fc.option(fc.oneof(...all)), async (one, other) => {
      const both = other === null ? [one] : [one, other];
      // The same condition twice is one condition: the later one.
      const filter = Object.assign({}, ...both.map((condition) => condition.filter));
      const met = both.filter(
        ({ filter: own }) => JSON.stringify(Object.entries(own)) === JSON.stringify(pick(filter, own)),
      );
      const expected = devices
        .filter((_, index) => met.every(({ meets }) => meets(index)))
        .map(({ deviceId }) => deviceId);
      expect(await idsOf(rolledUp, { filter })).toEqual(expected);
      expect(await idsOf(scanning, { filter })).toEqual(expected);
    }),
    { numRuns: effort(40, 150) },
  );
});

const pick = (from: Record<string, unknown>, like: object) =>
  Object.keys(like).map((key) => [key, from[key]]);

test('top-N by the latest value: devices without one come last', async () => {
  const byValue = (metric: string) =>
    devices
      .map(({ deviceId }, index) => ({ deviceId, value: latest[index]?.[metric] ?? null }))
      .sort((a, b) => {
        if (a.value === b.value) return a.deviceId < b.deviceId ? -1 : 1;
        if (a.value === null || b.value === null) return a.value === null ? 1 : -1;
        return a.value < b.value ? 1 : -1;
      })
      .map(({ deviceId }) => deviceId);
  for (const metric of METRICS) {
    const variables = {
      first: 5,
      orderBy: { field: `LATEST_${metric.toUpperCase()}`, direction: 'DESC' },
    };
    expect(await idsOf(rolledUp, variables)).toEqual(byValue(metric).slice(0, 5));
    expect(await idsOf(scanning, variables)).toEqual(byValue(metric).slice(0, 5));
  }
});

test('one statement for a page; `silentFor` without `asOf` looks for the newest reading too', async () => {
  await idsOf(rolledUp, { filter: { latest: { soc: { lt: 20 } }, avgTemperature: { gte: 10 } } });
  expect(rolledUp.takeStatements()).toEqual(['devices']);
  await idsOf(rolledUp, { filter: { silentFor: 'PT2H' } });
  expect(rolledUp.takeStatements()).toEqual(['overview', 'devices']);
});

test('bounds that are unset, null or empty let every device pass', async () => {
  const all = devices.map(({ deviceId }) => deviceId);
  for (const filter of [
    {},
    { latest: null, avgSoc: null, silentFor: null, asOf: null, firstSeen: null },
    { latest: { soc: null }, avgSoc: { lt: null } },
    { latest: { soc: {} }, minTemperature: {}, firstSeen: {} },
  ]) {
    expect(await idsOf(rolledUp, { filter })).toEqual(all);
  }
});

test.each([
  [{ latest: { soc: { gte: 40, lt: 20 } } }, 'filter.latest.soc.lt', /more than `gte` \(40\), but got: 20/],
  [{ avgTemperature: { gt: 5, lte: 5 } }, 'filter.avgTemperature.lte', /more than `gt` \(5\)/],
  [{ readingCount: { gt: 5, lt: 5 } }, 'filter.readingCount.lt', /more than `gt` \(5\)/],
  [
    { firstSeen: { gte: '2026-03-01T00:00:00.000001Z', lt: '2026-03-01T00:00:00Z' } },
    'filter.firstSeen.lt',
    /more than `gte`/,
  ],
  [{ asOf: '2026-03-01T00:00:00Z' }, 'filter.asOf', /`silentFor` beside it/],
])('%j is refused, with the path of the argument', async (filter, argument, message) => {
  const { status, errors } = await rolledUp.post(QUERY, { filter });
  expect(status).toBe(400);
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument } }]);
  expect(errors?.[0]?.message).toMatch(message);
  expect(rolledUp.takeStatements()).toEqual([]);
});

test('equal inclusive bounds are no mistake', async () => {
  expect(await idsOf(rolledUp, { filter: { readingCount: { gte: 30, lte: 30 } } })).toHaveLength(12);
});
