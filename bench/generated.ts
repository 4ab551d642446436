import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { generate } from '../src/cli/generate/generate.ts';
import { CACHE, DAYS, DEVICES, KEPT_READINGS, NEW_OBJECTS, OBJECTS } from './options.ts';

export interface DataShape {
  readonly readings: number;
  readonly objects: number;
}

/** The same readings every time, made once. @returns their folder */
export async function generated(shape: DataShape): Promise<string> {
  const folder = folderOf(shape);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  const [readings, objects] = [shape.readings, shape.objects].map((number) => number.toLocaleString('en'));
  console.error(`Generating ${readings} readings in ${objects} objects …`);
  await generate(
    {
      ...shape,
      devices: DEVICES,
      days: DAYS,
      end: new Date('2026-01-31T00:00:00Z'),
      layout: 'day',
      precision: 'sensor',
      seed: 1,
      destination: { kind: 'folder', directory: unfinished },
    },
    () => {},
  );
  await rename(unfinished, folder);
  return folder;
}

/** What is too large to be left behind unasked. */
export async function removeLarge(readings: readonly number[]): Promise<void> {
  for (const large of readings.filter((number) => number > KEPT_READINGS)) {
    for (const objects of [OBJECTS, NEW_OBJECTS]) {
      await rm(folderOf({ readings: large, objects }), { recursive: true, force: true });
    }
  }
}

function folderOf({ readings, objects }: DataShape): string {
  return path.join(CACHE, objects === OBJECTS ? `data-${readings}` : `data-${readings}-in-${objects}`);
}
