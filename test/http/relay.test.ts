import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEVICE_ORDER_FIELDS } from '../../schema/context.ts';
import { RelayPageDocument, type RelayPageQueryVariables } from '../generated/graphql.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { datasets } from '../support/datasets.ts';
import { effort } from '../support/effort.ts';
import { devicesOf, latestReadingsOf, readReadings } from '../support/reference.ts';

let directory: string;
let app: TestApp;
let devices: Device[];

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'telemetry-relay-'));
  // Devices without any value of a metric are among these: they have no place by value.
  await datasets.missingValues(directory);
  const readings = await readReadings(directory);
  const latest = latestReadingsOf(readings);
  devices = devicesOf(readings).map((summary, index) => ({
    ...summary,
    latestVoltage: latest[index]?.voltage,
    latestTemperature: latest[index]?.temperature,
    latestSoc: latest[index]?.soc,
  })) as unknown as Device[];
  app = await startApp({ DATA_DIR: directory });
});

afterAll(async () => {
  await app.close();
  await rm(directory, { recursive: true, force: true });
});

type Device = Record<Field, string | number | null> & { deviceId: string; lastSeen: string };
type Field = (typeof DEVICE_ORDER_FIELDS)[number];
type Direction = 'ASC' | 'DESC';

function ordered(field: Field, direction: Direction): Device[] {
  const sign = direction === 'ASC' ? 1 : -1;
  return devices.toSorted((a, b) => {
    const [x, y] = [a[field], b[field]];
    if (x === null || y === null || x === y) {
      if ((x === null) !== (y === null)) return x === null ? 1 : -1;
      return a.deviceId < b.deviceId ? -1 : 1;
    }
    return (x < y ? -1 : 1) * sign;
  });
}

/** The specification's own pseudocode (§ 4.4 EdgesToReturn and § 5.1.2), over a list. */
function specification(
  all: readonly Device[],
  args: { first: number | null; last: number | null; after: number | null; before: number | null },
) {
  let edges = [...all];
  if (args.after !== null) edges = edges.slice(args.after + 1);
  const cut = args.before === null ? undefined : all[args.before];
  if (cut !== undefined && edges.includes(cut)) edges = edges.slice(0, edges.indexOf(cut));
  else if (cut !== undefined) edges = [];
  const ranged = edges.length;
  if (args.first !== null) edges = edges.slice(0, args.first);
  if (args.last !== null) edges = edges.slice(Math.max(0, edges.length - args.last));
  return {
    ids: edges.map(({ deviceId }) => deviceId),
    hasPreviousPage: args.last === null ? args.after !== null : ranged > args.last,
    hasNextPage: args.first === null ? args.before !== null : ranged > args.first,
  };
}

const enumName = (field: string) => field.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

async function page(variables: RelayPageQueryVariables) {
  return (await app.ask(RelayPageDocument, variables)).devices;
}

test('every page is the one of the Relay specification, for any order, limits and cursors', async () => {
  const limit = fc.option(fc.nat({ max: devices.length + 1 }));
  const place = fc.option(fc.nat({ max: devices.length - 1 }));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...DEVICE_ORDER_FIELDS),
      fc.constantFrom<Direction>('ASC', 'DESC'),
      fc.record({ first: limit, last: limit, after: place, before: place }),
      async (field, direction, args) => {
        const orderBy = { field: enumName(field), direction } as NonNullable<
          RelayPageQueryVariables['orderBy']
        >;
        const all = ordered(field, direction);
        const cursors = (await page({ orderBy })).edges.map(({ cursor }) => cursor);
        const cursorAt = (index: number | null) => (index === null ? null : (cursors[index] ?? null));
        const expected = specification(all, args);

        const { edges, pageInfo, totalCount } = await page({
          orderBy,
          first: args.first,
          last: args.last,
          after: cursorAt(args.after),
          before: cursorAt(args.before),
        });
        expect(edges.map(({ node }) => node.deviceId)).toEqual(expected.ids);
        expect(totalCount).toBe(devices.length);
        expect(pageInfo).toEqual({
          hasNextPage: expected.hasNextPage,
          hasPreviousPage: expected.hasPreviousPage,
          startCursor: edges[0]?.cursor ?? null,
          endCursor: edges.at(-1)?.cursor ?? null,
        });
      },
    ),
    { numRuns: effort(40, 120) },
  );
});

test('walking forward and backward by pages meets every device once', async () => {
  const forward: string[] = [];
  for (let after: string | null = null; ; ) {
    const { edges, pageInfo }: Awaited<ReturnType<typeof page>> = await page({ first: 2, after });
    forward.push(...edges.map(({ node }) => node.deviceId));
    if (!pageInfo.hasNextPage) break;
    after = pageInfo.endCursor;
  }
  const backward: string[] = [];
  for (let before: string | null = null; ; ) {
    const { edges, pageInfo }: Awaited<ReturnType<typeof page>> = await page({ last: 2, before });
    backward.unshift(...edges.map(({ node }) => node.deviceId));
    if (!pageInfo.hasPreviousPage) break;
    before = pageInfo.startCursor;
  }
  const ids = devices.map(({ deviceId }) => deviceId);
  expect(forward).toEqual(ids);
  expect(backward).toEqual(ids);
});

test('filters: each alone and all together, the count is of what passes', async () => {
  const ids = async (filter: RelayPageQueryVariables['filter']) => {
    const { edges, totalCount } = await page({ filter });
    expect(totalCount).toBe(edges.length);
    return edges.map(({ node }) => node.deviceId);
  };
  const middle = devices.map(({ lastSeen }) => lastSeen).sort()[Math.floor(devices.length / 2)] ?? '';
  const since = devices.filter(({ lastSeen }) => lastSeen >= middle).map(({ deviceId }) => deviceId);
  const before = devices.filter(({ lastSeen }) => lastSeen < middle).map(({ deviceId }) => deviceId);

  expect(await ids({ ids: ['good', 'partly', 'no such device'] })).toEqual(['good', 'partly']);
  expect(await ids({ ids: [] })).toEqual([]);
  expect(await ids({ search: 'ONLY' })).toEqual(
    devices.map(({ deviceId }) => deviceId).filter((id) => id.includes('only')),
  );
  expect(await ids({ search: '%' })).toEqual([]);
  expect(await ids({ seenSince: middle })).toEqual(since);
  expect(await ids({ seenBefore: middle })).toEqual(before);
  expect(await ids({ seenSince: middle, search: 'only', ids: since })).toEqual(
    since.filter((id) => id.includes('only')),
  );
});

test('the same instant with an offset is the same condition', async () => {
  const utc = await page({ filter: { seenSince: '2026-03-01T09:00:00Z' } });
  const offset = await page({ filter: { seenSince: '2026-03-01T14:30:00.000+05:30' } });
  expect(offset).toEqual(utc);
  expect(utc.totalCount).toBeGreaterThan(0);
  expect(utc.totalCount).toBeLessThan(devices.length);
});
