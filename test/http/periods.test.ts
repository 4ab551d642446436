import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { PERIOD_STATISTICS, type PeriodStatistic } from '../../schema/fleet-types.ts';
import { effort } from '../support/effort.ts';
import { type FleetApps, startFleetApps } from '../support/fleet-apps.ts';
import { type Reading, readingsOfDays, statisticsOf } from '../support/reference.ts';

type Statistics = Record<PeriodStatistic, number | null>;
interface Period {
  readonly from: string | null;
  readonly to: string | null;
}

let apps: FleetApps;

beforeAll(async () => {
  // Around the clock change of Europe/Berlin, with few readings a day: many devices lack some day.
  apps = await startFleetApps(11, { devices: 9, readings: 24, from: '2026-03-26T00:00:00Z', days: 6 });
});
beforeEach(() => {
  apps.rolledUp.takeStatements();
});
afterAll(() => apps.close());

const DAYS = [
  '2026-03-24',
  '2026-03-26',
  '2026-03-28',
  '2026-03-29',
  '2026-03-30',
  '2026-04-01',
  '2026-04-09',
];
const ids = fc.option(fc.subarray(['d0', 'd1', 'd4', 'd8', 'nobody']), { freq: 3 });
const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Chatham');
const period: fc.Arbitrary<Period> = fc
  .tuple(fc.option(fc.constantFrom(...DAYS)), fc.option(fc.constantFrom(...DAYS)))
  .map(([a, b]) => (a !== null && b !== null && a > b ? { from: b, to: a } : { from: a, to: b }));

const ENUM = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
const STATISTICS = `{ ${PERIOD_STATISTICS.join(' ')} }`;

/** Plain JavaScript over the rows, by device; null for all together. Empty groups are left out. */
function expectedOf(
  timeZone: string,
  { from, to }: Period,
  deviceIds: readonly string[] | null,
): Map<string | null, Statistics> {
  const readings = readingsOfDays(apps.readings, { from, to, timeZone }).filter(
    ({ deviceId }) => deviceIds === null || deviceIds.includes(deviceId),
  );
  const groups = new Map<string | null, Reading[]>(Map.groupBy(readings, ({ deviceId }) => deviceId));
  if (readings.length > 0) groups.set(null, readings);
  return new Map(
    [...groups].map(([id, own]) => [id, withRanges(statisticsOf(own) as unknown as Statistics)]),
  );
}

function withRanges(statistics: Statistics): Statistics {
  const range = (low: number | null, high: number | null) =>
    low === null || high === null ? null : high - low;
  return {
    ...statistics,
    rangeVoltage: range(statistics.minVoltage, statistics.maxVoltage),
    rangeTemperature: range(statistics.minTemperature, statistics.maxTemperature),
    rangeSoc: range(statistics.minSoc, statistics.maxSoc),
  };
}

/** From rollups and by a scan: the same to the last bit. */
async function askBoth<T>(query: string, variables: object): Promise<T> {
  const answer = await apps.rolledUp.ask<T>(query, variables);
  expect(await apps.scanning.ask<T>(query, variables)).toEqual(answer);
  return answer;
}

const TOP = `query ($by: Statistic!, $direction: OrderDirection, $first: Int, $deviceIds: [ID!], $from: Date, $to: Date, $timeZone: TimeZone) {
  topDevices(by: $by, direction: $direction, first: $first, deviceIds: $deviceIds, from: $from, to: $to, timeZone: $timeZone) {
    rank value deviceId statistics ${STATISTICS}
  }
}`;

test('topDevices: ranks and statistics are those of plain JavaScript, and of a scan to the last bit', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        by: fc.constantFrom(...PERIOD_STATISTICS),
        direction: fc.constantFrom('ASC', 'DESC'),
        first: fc.integer({ min: 1, max: 12 }),
        deviceIds: ids,
        timeZone: zone,
        days: period,
      }),
      async ({ by, days, ...rest }) => {
        const { topDevices } = await askBoth<{
          topDevices: { rank: number; value: number; deviceId: string; statistics: Statistics }[];
        }>(TOP, { by: ENUM(by), ...days, ...rest });
        const expected = expectedOf(rest.timeZone, days, rest.deviceIds);
        const values = [...expected].flatMap(([deviceId, statistics]) => {
          const value = statistics[by];
          return deviceId === null || value === null ? [] : [{ deviceId, value, statistics }];
        });
        const sign = rest.direction === 'ASC' ? 1 : -1;
        const ranked = values
          .map((device) => ({
            rank: 1 + values.filter(({ value }) => (value - device.value) * sign < 0).length,
            ...device,
          }))
          .sort((a, b) => a.rank - b.rank || (a.deviceId < b.deviceId ? -1 : 1));
        expect(topDevices).toEqual(ranked.slice(0, rest.first));
      },
    ),
    { numRuns: effort(15, 60) },
  );
});

const CHANGES = `{ ${PERIOD_STATISTICS.map((name) => `${name} { absolute relative }`).join(' ')} }`;
const COMPARE = `query ($first: DayPeriod!, $second: DayPeriod!, $timeZone: TimeZone, $deviceIds: [ID!], $orderBy: Statistic, $limit: Int) {
  compare(first: $first, second: $second, timeZone: $timeZone, deviceIds: $deviceIds, orderBy: $orderBy, limit: $limit) {
    deviceCount
    total { first ${STATISTICS} second ${STATISTICS} change ${CHANGES} }
    devices { deviceId first ${STATISTICS} second ${STATISTICS} change ${CHANGES} }
  }
}`;

interface Sides {
  readonly first: Statistics | null;
  readonly second: Statistics | null;
  readonly change: Record<PeriodStatistic, { absolute: number; relative: number | null } | null>;
}
interface Compared {
  readonly compare: {
    readonly deviceCount: number;
    readonly total: Sides;
    readonly devices: (Sides & { readonly deviceId: string })[];
  };
}

function expectedChange(name: PeriodStatistic, { first, second }: Omit<Sides, 'change'>) {
  const none = name === 'readingCount' ? 0 : null;
  const [before, after] = [first ? first[name] : none, second ? second[name] : none];
  if (before === null || after === null) return null;
  const isCelsius = name.endsWith('Temperature') && !name.startsWith('range');
  return {
    absolute: after - before,
    relative: isCelsius || before === 0 ? null : (after - before) / Math.abs(before),
  };
}

test('compare: both sides, their changes and their order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        first: period,
        second: period,
        timeZone: zone,
        deviceIds: ids,
        orderBy: fc.option(fc.constantFrom(...PERIOD_STATISTICS)),
        limit: fc.integer({ min: 1, max: 12 }),
      }),
      async ({ orderBy, ...rest }) => {
        const variables = { ...rest, orderBy: orderBy && ENUM(orderBy) };
        const { compare } = await askBoth<Compared>(COMPARE, variables);
        const first = expectedOf(rest.timeZone, rest.first, rest.deviceIds);
        const second = expectedOf(rest.timeZone, rest.second, rest.deviceIds);
        const found = [...new Set([...first.keys(), ...second.keys()])].filter((id) => id !== null);

        expect(compare.deviceCount).toBe(found.length);
        expect(compare.devices).toHaveLength(Math.min(rest.limit, found.length));
        expect([compare.total.first, compare.total.second]).toEqual([
          first.get(null) ?? null,
          second.get(null) ?? null,
        ]);
        for (const { deviceId, ...sides } of compare.devices) {
          expect([sides.first, sides.second]).toEqual([
            first.get(deviceId) ?? null,
            second.get(deviceId) ?? null,
          ]);
        }
        for (const sides of [compare.total, ...compare.devices]) {
          const changes = PERIOD_STATISTICS.map((name) => [name, expectedChange(name, sides)]);
          expect(sides.change).toEqual(Object.fromEntries(changes));
        }

        const all = await apps.rolledUp.ask<Compared>(COMPARE, { ...variables, orderBy: null, limit: 1000 });
        const size = ({ change }: Sides) =>
          Math.abs(orderBy === null ? 0 : (change[orderBy]?.absolute ?? -0.5));
        const hasChange = ({ change }: Sides) => orderBy === null || change[orderBy] !== null;
        const ordered = all.compare.devices.toSorted((a, b) => {
          if (hasChange(a) !== hasChange(b)) return hasChange(a) ? -1 : 1;
          if (hasChange(a) && size(a) !== size(b)) return size(b) - size(a);
          return a.deviceId < b.deviceId ? -1 : 1;
        });
        expect(compare.devices).toEqual(ordered.slice(0, rest.limit));
      },
    ),
    { numRuns: effort(15, 60) },
  );
});

test('compare with a period without readings: its side is null, and only the count has changed', async () => {
  const { compare } = await askBoth<Compared>(COMPARE, {
    first: { from: '2026-03-28', to: '2026-03-28' },
    second: { from: '2031-01-01' },
  });
  expect(compare.total.first?.readingCount).toBeGreaterThan(0);
  expect(compare.total.second).toBeNull();
  for (const { first, second, change } of [compare.total, ...compare.devices]) {
    const { readingCount, ...others } = change;
    expect(second).toBeNull();
    expect(readingCount).toEqual({ absolute: -(first?.readingCount ?? 0), relative: -1 });
    expect(new Set(Object.values(others))).toEqual(new Set([null]));
  }
  const nothing = await askBoth<Compared>(COMPARE, {
    first: { to: '1999-01-01' },
    second: { from: '2031-01-01' },
  });
  expect(nothing.compare).toMatchObject({
    deviceCount: 0,
    total: { first: null, second: null },
    devices: [],
  });
});

test('one statement each, equal questions once', async () => {
  await apps.rolledUp.ask(`{
    a: topDevices(by: MAX_SOC) { rank } b: topDevices(by: MAX_SOC, first: 10) { value }
    c: compare(first: {to: "2026-03-28"}, second: {from: "2026-03-29"}, timeZone: "Europe/Berlin") { deviceCount }
  }`);
  expect(apps.rolledUp.takeStatements().sort()).toEqual(['compare', 'top_devices']);
});

test.each([
  ['topDevices(by: MAX_SOC, first: 0) { rank }', 'first', /1 to 1000 \(limit topDevices\), but got: 0/],
  ['topDevices(by: MAX_SOC, first: 1001) { rank }', 'first', /1001/],
  ['topDevices(by: MAX_SOC, from: "2026-03-02", to: "2026-03-01") { rank }', 'from', /2026-03-01/],
  ['compare(first: {from: "2026-03-02", to: "2026-03-01"}, second: {}) { deviceCount }', 'first.from', /to/],
  ['compare(first: {}, second: {from: "2026-03-02", to: "2026-03-01"}) { deviceCount }', 'second.from', /to/],
  ['compare(first: {}, second: {}, limit: -1) { deviceCount }', 'limit', /limit comparedDevices/],
])('%s is refused, with the path of the argument', async (field, argument, message) => {
  const { status, errors } = await apps.rolledUp.post(`{ ${field} }`);
  expect(status).toBe(400);
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument } }]);
  expect(errors?.[0]?.message).toMatch(message);
  expect(apps.rolledUp.takeStatements()).toEqual([]);
});
