import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { startApp } from '../support/app.ts';
import { seriesSql, writeDataset } from '../support/datasets/dataset-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const QUESTION = '{ dataset { rolledUp } dailySummaries(timeZone: "Asia/Kolkata") { deviceId date avgSoc } }';

test('a block of the kept rollups that is damaged is noticed when it is read, and all are built anew', async () => {
  const root = await temporaryFolder();
  const [data, state] = [path.join(root, 'data'), path.join(root, 'state')];
  await mkdir(state);
  await writeDataset(data, (write) =>
    write('a.parquet', seriesSql({ devices: [1, 300], from: '2026-03-01', everyMinutes: 30, count: 400 })),
  );
  const environment = { DATA_DIR: data, STATE_DIR: state, REFRESH_SECONDS: '86400' };
  const first = await startApp(environment);
  await first.refresh();
  const whole = await first.ask(QUESTION);
  await first.close();

  // One byte in every block but the first, so that whichever the question reads is damaged.
  const file = path.join(state, 'rollups.duckdb');
  const bytes = await readFile(file);
  for (let at = 3 * 4096 + 2 * 262_144 + 5_000; at < bytes.length; at += 262_144)
    bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  await writeFile(file, bytes);

  const second = await startApp(environment);
  try {
    await second.refresh();
    expect(await second.ask(QUESTION)).toEqual(whole);
  } finally {
    await second.close();
  }
}, 60_000);
