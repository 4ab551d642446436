import path from 'node:path';
import { expect, test } from 'vitest';
import { seriesSql, writeDataset } from '../support/datasets/dataset-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { expectRecoveryFromFullDisk } from './full-disk.ts';

test.runIf(process.platform === 'linux')(
  'a disk that fills up under a checkpoint, after which DuckDB answers nothing: the file is opened anew',
  async () => {
    const directory = await temporaryFolder();
    // Few readings in many slots: the rollups outgrow the limit soon.
    await writeDataset(path.join(directory, 'data'), async (write) => {
      for (let day = 1; day <= 28; day++) {
        const from = `2026-02-${String(day).padStart(2, '0')}`;
        await write(`${from}.parquet`, seriesSql({ devices: [1, 800], from, everyMinutes: 30, count: 48 }));
      }
    });
    // More than the log of writes grows to before it goes into the file.
    const lines = await expectRecoveryFromFullDisk(directory, 20_000);
    expect(lines.join('\n')).toContain('FATAL');
    expect(lines.join('\n')).toContain('The rollups are opened anew');
  },
);
