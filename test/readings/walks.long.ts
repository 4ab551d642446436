import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ReadingsPageDocument, type ReadingsPageQueryVariables } from '../generated/graphql.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { writeObject } from './random-objects.ts';

const TIMES = ['00:59:59.999999', '10:15:00', '10:15:00', '10:15:00', '10:30:00.000001', '23:00:00'];
/** Tells one row from all others. */
let ids = 0;

/** Three days of rows; all objects have the same times, so that each of them is a tie. */
async function write(directory: string, key: string): Promise<number[]> {
  const rows = [1, 2, 3].flatMap((day) =>
    TIMES.map((time) => ({
      device: 'one',
      time: `2026-03-0${day}T${time}`,
      values: [String(ids++), 'NULL', '50'] as [string, string, string],
    })),
  );
  await writeObject(directory, key, rows);
  return rows.map(({ values }) => Number(values[0]));
}

let directory: string;
let app: TestApp;
let old: number[];

beforeEach(async () => {
  directory = await temporaryFolder();
  old = [];
  for (const key of ['b.parquet', 'd.parquet', 'd/e.parquet']) old.push(...(await write(directory, key)));
  app = await startApp({ DATA_DIR: directory, REFRESH_SECONDS: '86400' });
  await app.refresh();
});
afterEach(() => app.close());

async function page(variables: Omit<ReadingsPageQueryVariables, 'device'>) {
  const { device } = await app.ask(ReadingsPageDocument, { device: 'one', ...variables });
  if (!device) throw new Error('expected the device');
  const { edges, pageInfo } = device.readings;
  return { found: edges.map(({ node }) => node.voltage ?? -1), pageInfo };
}

/** All rows by pages of four, from the beginning or from the end. */
async function walk(
  direction: 'ASC' | 'DESC',
  fromTheEnd: boolean,
  between: (pages: number, cursorRow: number) => Promise<void> = async () => undefined,
): Promise<number[]> {
  const met: number[] = [];
  let cursor: string | null = null;
  for (let pages = 1; ; pages++) {
    const { found, pageInfo }: Awaited<ReturnType<typeof page>> = fromTheEnd
      ? await page({ direction, last: 4, before: cursor })
      : await page({ direction, first: 4, after: cursor });
    if (fromTheEnd) met.unshift(...found);
    else met.push(...found);
    if (!(fromTheEnd ? pageInfo.hasPreviousPage : pageInfo.hasNextPage)) return met;
    cursor = (fromTheEnd ? pageInfo.startCursor : pageInfo.endCursor) ?? null;
    await between(pages, (fromTheEnd ? met[0] : met.at(-1)) ?? -1);
  }
}

const WAYS = [
  ['ASC', false],
  ['ASC', true],
  ['DESC', false],
  ['DESC', true],
] as const;

describe.each(WAYS)('%s, from the end: %s', (direction, fromTheEnd) => {
  test('pages meet every row once, in order', async () => {
    const { found: all } = await page({ direction, first: 1000 });
    expect(all.toSorted((a, b) => a - b)).toEqual(old);
    expect(await walk(direction, fromTheEnd)).toEqual(all);
  });

  test('while objects are added between pages, no old row is lost and none is met twice', async () => {
    const { found: all } = await page({ direction, first: 1000 });
    const met = await walk(direction, fromTheEnd, async (pages) => {
      // Before all keys, between them and after them; ordinals of all that follow move on.
      if (pages > 9) return;
      await write(directory, `${['a', 'c', 'f'][pages % 3]}${pages}.parquet`);
      await app.refresh();
    });
    expect(met.filter((id) => old.includes(id))).toEqual(all);
    expect(new Set(met).size).toBe(met.length);
    expect(met.length).toBeGreaterThan(old.length);
  });

  test('when the object of the cursor goes, the walk goes on from its place', async () => {
    const gone = path.join(directory, 'd.parquet');
    const removed = old.slice(old.length / 3, (old.length / 3) * 2);
    const { found: all } = await page({ direction, first: 1000 });
    let isGone = false;
    const met = await walk(direction, fromTheEnd, async (_pages, cursorRow) => {
      if (isGone || !removed.includes(cursorRow)) return;
      isGone = true;
      await rm(gone);
      await app.refresh();
    });
    expect(met.filter((id) => !removed.includes(id))).toEqual(all.filter((id) => !removed.includes(id)));
    expect(met.filter((id) => removed.includes(id)).length).toBeLessThan(removed.length);
  });
});

test('a cursor whose row is no more still tells that something lies before it', async () => {
  const [first, rest] = [await page({ first: 5 }), await page({ last: 5 })];
  await rm(path.join(directory, 'b.parquet'));
  await app.refresh();
  const after = await page({ first: 1, after: first.pageInfo.endCursor ?? '' });
  expect(after.pageInfo.hasPreviousPage).toBe(true);
  const outside = await page({
    from: '2026-03-02T00:00:00Z',
    first: 1,
    after: first.pageInfo.endCursor ?? '',
  });
  expect(outside.pageInfo.hasPreviousPage).toBe(false);
  const before = await page({ last: 1, before: rest.pageInfo.startCursor ?? '' });
  expect(before.pageInfo.hasNextPage).toBe(true);
});
