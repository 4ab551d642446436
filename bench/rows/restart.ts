import { startService } from '../child.ts';
import type { Data } from '../data.ts';
import { median } from '../load.ts';
import { figure, type Row } from './row.ts';

const ROUNDS = 3;

/** @param state of a service that has rolled up and is stopped */
export async function restartRow({ settings, objects }: Data, state: string, note?: string): Promise<Row> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const service = await startService({ ...settings, STATE_DIR: state });
    times.push(service.seconds);
    await service.stop();
  }
  const time = median(times);
  return {
    what: `restart with a kept store of ${objects.toLocaleString('en')} objects, from the start of the process to \`rolledUp\``,
    ours: `${figure(time)} s`,
    against: '–',
    theirs: '–',
    target: '≤ 2 s',
    measured: `${figure(time)} s`,
    met: time <= 2,
    ifMissed:
      'The start of Node.js and its modules, the listing, and reading what the store knows of all objects.',
    ...(note !== undefined && { note }),
  };
}
