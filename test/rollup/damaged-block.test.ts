import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { startApp } from '../support/app.ts';
import { type Series, seriesSql, writeDataset } from '../support/datasets/dataset-folder.ts';
import { queriesFolder } from '../support/queries-app.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const QUESTION = '{ dataset { rolledUp } dailySummaries(timeZone: "Asia/Kolkata") { deviceId date avgSoc } }';
const HEADERS_BYTES = 3 * 4096;
const BLOCK_BYTES = 262_144;

/** Numbers of the blocks in which columns of a table lie, in the order of its rows. */
async function blocksOf(file: string, table: string, columns = '%'): Promise<number[]> {
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  try {
    const result = await connection.run(
      `SELECT block_id FROM pragma_storage_info('${table}') WHERE persistent AND block_id >= 0 AND column_name LIKE '${columns}'
      GROUP BY block_id ORDER BY max(row_group_id), max("start")`,
    );
    return (await result.getRows()).map(([block]) => Number(block));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Turns a byte in each of the blocks. */
async function damage(file: string, blocks: readonly number[]): Promise<void> {
  const bytes = await readFile(file);
  for (const block of blocks) {
    const at = HEADERS_BYTES + block * BLOCK_BYTES + 100_000;
    bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  }
  await writeFile(file, bytes);
}

/** What the app needs that keeps its rollups over one object, and their file. */
async function kept(series: Series) {
  const root = await temporaryFolder();
  const [data, state] = [path.join(root, 'data'), path.join(root, 'state')];
  await mkdir(state);
  await writeDataset(data, (write) => write('a.parquet', seriesSql(series)));
  return {
    environment: { DATA_DIR: data, STATE_DIR: state, REFRESH_SECONDS: '86400' },
    file: path.join(state, 'rollups.duckdb'),
  };
}

test('a block of the kept rollups that is damaged is noticed when it is read, and all are built anew', async () => {
  const { environment, file } = await kept({
    devices: [1, 400],
    from: '2026-03-01',
    everyMinutes: 30,
    count: 480,
  });
  const first = await startApp(environment);
  await first.refresh();
  const whole = await first.ask(QUESTION);
  await first.close();

  const blocks = await blocksOf(file, 'partials');
  expect(blocks.length).toBeGreaterThan(3);
  await damage(file, blocks);

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

test('a damaged block that an export comes upon on its way cuts it off, and the next one finds all built anew', async () => {
  const { environment, file } = await kept({
    devices: [1, 1100],
    from: '2026-01-01',
    everyMinutes: 1440,
    count: 120,
  });
  const queriesDirectory = await queriesFolder({ 'days.sql': 'SELECT * FROM {{DEVICE_DAYS}}' });
  for (const name of ['devices', 'daily_summary', 'device_latest', 'overview']) {
    await copyFile(`queries/${name}.sql`, path.join(queriesDirectory, `${name}.sql`));
  }
  /** Rows come in any order. */
  const sorted = (text: string) => text.split('\r\n').sort().join('\n');
  const first = await startApp(environment, { queriesDirectory });
  await first.refresh();
  const whole = sorted(await (await first.get('/queries/days.csv')).text());
  expect(whole.split('\n')).toHaveLength(132_000 + 2);
  await first.close();
  await damage(file, (await blocksOf(file, 'device_days', 'soc_max')).slice(-1));

  const second = await startApp(environment, { queriesDirectory });
  try {
    await second.refresh();
    const broken = await second.get('/queries/days.csv');
    expect(broken.status).toBe(200);
    await expect(broken.text().then(({ length }) => length)).rejects.toMatchObject({
      code: 'DATASET_CHANGED',
    });
    expect(second.takeStatements()).not.toContain('partials');
    const again = await second.get('/queries/days.csv');
    expect(sorted(await again.text()) === whole).toBe(true);
    expect(second.takeStatements()).toContain('partials');
  } finally {
    await second.close();
  }
}, 60_000);
