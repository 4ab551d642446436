import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ReadingsArgs } from '../../schema/context.ts';
import { ReadingsPageDocument, type ReadingsPageQueryVariables } from '../generated/graphql.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { effort } from '../support/effort.ts';
import { readReadings } from '../support/reference.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type TwoWays, twoWays } from '../support/two-ways.ts';
import { DEVICES, type RandomRow, randomInstant, randomObjects, writeObject } from './random-objects.ts';
import { ordered, specification } from './reference.ts';

const limit = fc.option(fc.nat({ max: 30 }));
const place = fc.option(fc.nat({ max: 40 }));
const question = fc.record({
  device: fc.constantFrom(...DEVICES),
  direction: fc.constantFrom('ASC' as const, 'DESC' as const),
  range: fc
    .tuple(randomInstant, randomInstant)
    .map(([a, b]) => (a !== null && b !== null && a > b ? [b, a] : [a, b])),
  first: limit,
  last: limit,
  after: place,
  before: place,
});
type Question = typeof question extends fc.Arbitrary<infer T> ? T : never;

async function page(app: TestApp, variables: ReadingsPageQueryVariables) {
  const { device, dataset } = await app.ask(ReadingsPageDocument, variables);
  expect(dataset.rolledUp).toBe(true);
  return device?.readings;
}

async function expectPagesOfReference(
  objects: ReadonlyMap<string, readonly RandomRow[]>,
  questions: readonly Question[],
): Promise<void> {
  const directory = await temporaryFolder();
  for (const [key, rows] of objects) await writeObject(directory, key, rows);
  const app = await startApp({ DATA_DIR: directory });
  let ways: TwoWays | undefined;
  try {
    await app.refresh();
    ways = await twoWays(directory, await temporaryFolder());
    const readings = await readReadings(directory);
    for (const { device, direction, range, first, last, after, before } of questions) {
      const own = readings.filter(({ deviceId }) => deviceId === device);
      const all = ordered(own, direction);
      if (all.length === 0) continue;
      const [from = null, to = null] = range;
      const within = (index: number | null) => (index === null || index >= all.length ? null : index);
      const places = { after: within(after), before: within(before) };
      const expected = specification(all, { from, to, first, last, ...places });
      const cursors = (await page(app, { device, direction, first: 1000 }))?.edges.map(
        ({ cursor }) => cursor,
      );
      const cursorAt = (index: number | null) => (index === null ? null : (cursors?.[index] ?? null));
      const args = {
        ...{ from, to, direction, first, last },
        ...{ after: cursorAt(places.after), before: cursorAt(places.before) },
      };

      const found = await page(app, { device, ...args });
      expect(found?.edges.map(({ node }) => node)).toEqual(expected.rows);
      expect(found?.totalCount).toBe(expected.totalCount);
      expect(found?.pageInfo).toEqual({
        hasNextPage: expected.hasNextPage,
        hasPreviousPage: expected.hasPreviousPage,
        startCursor: found?.edges[0]?.cursor ?? null,
        endCursor: found?.edges.at(-1)?.cursor ?? null,
      });
      expect(await scannedPage(ways, device, args)).toEqual(found);
    }
  } finally {
    await app.close();
    await ways?.close();
  }
}

async function scannedPage(ways: TwoWays, deviceId: string, args: ReadingsArgs) {
  const telemetry = ways.scanned();
  const { edges, pageInfo } = await telemetry.readings(deviceId, args);
  return {
    totalCount: await telemetry.readingCount(deviceId, args),
    pageInfo,
    edges: edges.map(({ node, cursor }) => ({ cursor, node })),
  };
}

test('every page is the one of the Relay specification, from the rollups and without them', async () => {
  await fc.assert(
    fc.asyncProperty(
      randomObjects,
      fc.array(question, { minLength: 25, maxLength: 25 }),
      expectPagesOfReference,
    ),
    { numRuns: effort(2, 6) },
  );
}, 120_000);
