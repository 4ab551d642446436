import { openBuilder } from '../builder.ts';
import { startService } from '../child.ts';
import type { Data } from '../data.ts';
import { median, seconds } from '../load.ts';
import { memoryRow } from './first-build.ts';
import { newObjectRow } from './new-object.ts';
import { restartRow } from './restart.ts';
import { figure, type Row } from './row.ts';

const ROUNDS = 3;

/** What many small objects cost. @param state an empty folder's path, for the store */
export async function manyObjectsRows(data: Data, state: string): Promise<Row[]> {
  const service = await startService({ ...data.settings, STATE_DIR: state });
  const memory = await memoryRow(service, data);
  await service.stop();
  const restart = await restartRow(data, state, await floors(data));
  return [...memory, restart, await newObjectRow(data, state)];
}

/** What a start cannot do without as long as it lists, and as long as it reads all footers. */
async function floors({ settings, objects }: Data): Promise<string> {
  const builder = await openBuilder(settings);
  try {
    const listings: number[] = [];
    for (let round = 0; round < ROUNDS; round++) listings.push(await seconds(() => builder.list()));
    const listed = await builder.list();
    const footers = await seconds(() => builder.inspect(listed));
    return `listing ${objects.toLocaleString('en')} objects alone takes ${figure(median(listings))} s, reading all their footers ${figure(footers)} s`;
  } finally {
    await builder.close();
  }
}
