import { spawnSync } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createSpillFolder } from '../../src/engine/spill-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startEngine } from './start-engine.ts';

test('each engine has a folder of its own, and takes it away', async () => {
  const parent = path.join(await temporaryFolder(), 'spill');
  const [one, two] = [await createSpillFolder(parent), await createSpillFolder(parent)];
  expect(one).not.toBe(two);
  const engine = await startEngine({ tempDirectory: parent });
  expect(await readdir(parent)).toHaveLength(3);
  await engine.close();
  expect(await readdir(parent)).toHaveLength(2);
});

test('what a killed process left is swept; what others own is left alone', async () => {
  const parent = await temporaryFolder();
  const { pid } = spawnSync(process.execPath, ['--version']);
  // A container gives its processes the same pid again and again.
  const earlierSelf = `spill-${process.pid}-earlier`;
  for (const name of [earlierSelf, `spill-${pid}-dead`, `spill-${process.ppid}-alive`, 'something-else']) {
    await mkdir(path.join(parent, name));
  }
  await createSpillFolder(parent);
  const left = await readdir(parent);
  expect(left).toEqual(expect.arrayContaining([`spill-${process.ppid}-alive`, 'something-else']));
  expect(left).not.toContain(`spill-${pid}-dead`);
  expect(left).not.toContain(earlierSelf);
});
