import path from 'node:path';
import { test } from 'vitest';
import { generateSample } from '../../src/sample/generate-sample.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { expectRecoveryFromFullDisk } from './full-disk.ts';

test.runIf(process.platform === 'linux')(
  'a disk that is full: answers by scans, and rollups again as soon as there is room',
  async () => {
    const directory = await temporaryFolder();
    await generateSample({
      directory: path.join(directory, 'data'),
      seed: 1,
      devices: 24,
      days: 10,
      end: new Date('2026-03-31T00:00:00Z'),
    });
    await expectRecoveryFromFullDisk(directory, 400);
  },
);
