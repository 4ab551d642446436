import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type DatasetFacts, seriesSql, writeDataset } from './dataset-folder.ts';

const MAGIC_BYTES = 4;
/** The footer's length and the closing magic. */
const TAIL_BYTES = 8;

/** Two good objects among ones that are broken in as many ways. */
export async function broken(directory: string): Promise<void> {
  const series = seriesSql({ devices: [1, 2], from: '2026-03-01', everyMinutes: 60, count: 48 });
  await writeDataset(directory, async (write) => {
    await write('good-1.parquet', series);
    await write(
      'nested/good-2.parquet',
      seriesSql({ devices: [2, 3], from: '2026-03-03', everyMinutes: 60, count: 24 }),
    );
    await write('damaged-page.parquet', series);
    await write('truncated.parquet', series);
    await write('voltage-text.parquet', `SELECT * REPLACE (voltage || ' V' AS voltage) FROM (${series})`);
    await write(
      'timestamp-text.parquet',
      `SELECT * REPLACE ("timestamp"::VARCHAR AS "timestamp") FROM (${series})`,
    );
    await write('no-timestamp.parquet', `SELECT * EXCLUDE ("timestamp") FROM (${series})`);
    await write('nested/no-device.parquet', `SELECT * EXCLUDE (device_id) FROM (${series})`);
    await write('nested-voltage.parquet', `SELECT * REPLACE ({volts: voltage} AS voltage) FROM (${series})`);
    await write('voltage-list.parquet', `SELECT * REPLACE ([voltage] AS voltage) FROM (${series})`);
  });
  const file = (key: string) => path.join(directory, ...key.split('/'));
  await writeFile(file('zero-bytes.parquet'), '');
  await writeFile(file('only-magic.parquet'), 'PAR1PAR1');
  await writeFile(file('text.parquet'), 'device_id,timestamp,voltage,temperature,soc\n'.repeat(20));

  const whole = await readFile(file('truncated.parquet'));
  await writeFile(file('truncated.parquet'), whole.subarray(0, Math.floor(whole.length / 2)));

  const damaged = await readFile(file('damaged-page.parquet'));
  const footerBytes = damaged.readUInt32LE(damaged.length - TAIL_BYTES);
  damaged.fill(0xff, MAGIC_BYTES, damaged.length - TAIL_BYTES - footerBytes);
  await writeFile(file('damaged-page.parquet'), damaged);
}

/** The footer is in order: only reading the data tells. */
const DAMAGED = ['damaged-page.parquet'];

const UNFIT = [
  'nested-voltage.parquet',
  'nested/no-device.parquet',
  'no-timestamp.parquet',
  'only-magic.parquet',
  'text.parquet',
  'timestamp-text.parquet',
  'truncated.parquet',
  'voltage-list.parquet',
  'voltage-text.parquet',
  'zero-bytes.parquet',
];

export const brokenFacts = {
  objects: 13,
  rows: 2 * 48 + 2 * 24,
  readings: 2 * 48 + 2 * 24,
  devices: 3,
  quarantined: [...DAMAGED, ...UNFIT],
  quarantinedByFooter: UNFIT,
  quarantinedByData: DAMAGED,
} satisfies DatasetFacts & Record<string, unknown>;
