import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ManifestEntry } from '../../src/dataset/inspect.ts';
import { readTogether } from '../../src/rollup/together.ts';
import { startApp } from '../support/app.ts';
import { writeDataset } from '../support/datasets/dataset-folder.ts';
import { objectsOpened } from '../support/objects-opened.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MEBIBYTE = 1024 ** 2;
const entryOf = (size: number, index: number) => ({ object: { key: `${index}`, size } }) as ManifestEntry;
const sizesOf = (sizes: readonly number[]) =>
  readTogether(sizes.map(entryOf)).map((group) => group.map(({ object }) => object.size));

test('small objects are read together, as many as are small together, and large ones alone', () => {
  expect(sizesOf([])).toEqual([]);
  expect(sizesOf([9 * MEBIBYTE])).toEqual([[9 * MEBIBYTE]]);
  expect(sizesOf([1, 2, 5 * MEBIBYTE, 3, 4])).toEqual([[1, 2], [5 * MEBIBYTE], [3, 4]]);
  expect(sizesOf([MEBIBYTE / 2, MEBIBYTE / 2, 1])).toEqual([[MEBIBYTE / 2, MEBIBYTE / 2], [1]]);
  const many = readTogether(Array.from({ length: 100 }, (_, index) => entryOf(1, index)));
  expect(many.map(({ length }) => length)).toEqual([32, 32, 32, 4]);
  expect(many.flat().map(({ object }) => object.key)).toEqual(
    Array.from({ length: 100 }, (_, index) => `${index}`),
  );
});

const OBJECTS = 70;
const READINGS = 5;

/** Many small objects of three layouts, in one of which the footer is sound and the data is not. */
async function manyObjects(): Promise<{ directory: string; broken: string }> {
  const directory = await temporaryFolder();
  const key = (index: number) => `${String(index).padStart(3, '0')}.parquet`;
  await mkdir(directory, { recursive: true });
  await writeDataset(directory, async (write) => {
    for (let index = 0; index < OBJECTS; index++) {
      const type = ['DOUBLE', 'FLOAT', 'INTEGER'][index % 3];
      await write(
        key(index),
        `SELECT 'dev-' || (i % 2) AS device_id, TIMESTAMP '2026-01-01' + INTERVAL 1 MINUTE * (${index} * 7 + i) AS "timestamp",
          CAST(${index} + i AS ${type}) AS voltage, 20.5 AS temperature, 50.0 AS soc FROM range(${READINGS}) AS numbers(i)`,
      );
    }
  });
  return { directory, broken: key(33) };
}

const QUESTION = `{
  dataset { rolledUp quarantined { key } }
  overview { totalRows }
  devices { edges { node { deviceId readingCount avgVoltage minVoltage maxVoltage firstSeen lastSeen } } }
  latestReadings { deviceId timestamp voltage }
}`;

async function build(directory: string) {
  const opened: number[] = [];
  const app = await startApp(
    { DATA_DIR: directory, REFRESH_SECONDS: '86400' },
    { onStatement: (event) => void (event.name === 'partials' && opened.push(objectsOpened(event))) },
  );
  onTestFinished(() => app.close());
  await app.refresh();
  return { app, opened };
}

test('many small objects take few statements, and every summary is that of a scan', async () => {
  const { directory } = await manyObjects();
  const { app, opened } = await build(directory);
  expect(opened.toSorted((a, b) => a - b)).toEqual([6, 32, 32]);
  const answer = await app.ask<{ overview: object; devices: { edges: { node: object }[] } }>(QUESTION);
  expect(answer).toMatchObject({
    dataset: { rolledUp: true, quarantined: [] },
    overview: { totalRows: OBJECTS * READINGS },
  });
  const scanned = await app.executeQuery<Record<string, unknown>>('devices');
  expect(answer.devices.edges.map(({ node }) => node)).toEqual(
    scanned.map((row) =>
      expect.objectContaining({ readingCount: row['reading_count'], avgVoltage: row['avg_voltage'] }),
    ),
  );
});

test('one that is broken is quarantined by itself, and all others are in the rollups', async () => {
  const { directory, broken } = await manyObjects();
  // The footer is sound, the page of values is not.
  const file = path.join(directory, broken);
  const bytes = await readFile(file);
  bytes.fill(0xff, 4, 200);
  await writeFile(file, bytes);
  const { app, opened } = await build(directory);
  expect(await app.ask(QUESTION)).toMatchObject({
    dataset: { rolledUp: true, quarantined: [{ key: broken }] },
    overview: { totalRows: (OBJECTS - 1) * READINGS },
  });
  // Of its group each is read by itself, and no other group is read again.
  expect(opened.filter((count) => count === 1).length).toBeGreaterThanOrEqual(33);
  expect(opened.filter((count) => count > 1).toSorted((a, b) => a - b)).toEqual([6, 32, 32]);
});
