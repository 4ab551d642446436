import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { startApp } from '../support/app.ts';
import { seriesSql, writeDataset } from '../support/datasets/dataset-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const QUESTION = '{ dataset { rolledUp } dailySummaries(timeZone: "Asia/Kolkata") { deviceId date avgSoc } }';
const HEADERS_BYTES = 3 * 4096;
const BLOCK_BYTES = 262_144;

/** Numbers of the blocks in which the partials lie. */
async function blocksOfPartials(file: string): Promise<number[]> {
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  try {
    const result = await connection.run(
      "SELECT DISTINCT block_id FROM pragma_storage_info('partials') WHERE persistent AND block_id >= 0",
    );
    return (await result.getRows()).map(([block]) => Number(block));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

test('a block of the kept rollups that is damaged is noticed when it is read, and all are built anew', async () => {
  const root = await temporaryFolder();
  const [data, state] = [path.join(root, 'data'), path.join(root, 'state')];
  await mkdir(state);
  await writeDataset(data, (write) =>
    write('a.parquet', seriesSql({ devices: [1, 400], from: '2026-03-01', everyMinutes: 30, count: 480 })),
  );
  const environment = { DATA_DIR: data, STATE_DIR: state, REFRESH_SECONDS: '86400' };
  const first = await startApp(environment);
  await first.refresh();
  const whole = await first.ask(QUESTION);
  await first.close();

  const file = path.join(state, 'rollups.duckdb');
  const blocks = await blocksOfPartials(file);
  expect(blocks.length).toBeGreaterThan(3);
  const bytes = await readFile(file);
  for (const block of blocks) {
    const at = HEADERS_BYTES + block * BLOCK_BYTES + 100_000;
    bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  }
  await writeFile(file, bytes);

  const second = await startApp(environment);
  try {
    await second.refresh();
    // Nothing has changed in the bucket, so nothing has been read again until the question finds the damage.
    expect(second.takeStatements()).not.toContain('partials');
    expect(await second.ask(QUESTION)).toEqual(whole);
    expect(second.takeStatements()).toContain('partials');
  } finally {
    await second.close();
  }
}, 60_000);
