import { readFile } from 'node:fs/promises';
import { openBuilder } from '../builder.ts';
import type { Child } from '../child.ts';
import type { Data } from '../data.ts';
import { sideBySide } from '../load.ts';
import { figure, type Row, timeRow } from './row.ts';

const ROUNDS = 3;
/** From here on a round takes minutes. */
const LARGE_READINGS = 100_000_000;
const GIB = 1024 ** 3;

/** The first build against one statement that computes the same. */
export async function firstBuildRow({ settings, readings }: Data): Promise<Row> {
  const builder = await openBuilder(settings);
  try {
    const entries = await builder.inspect(await builder.list());
    await builder.scan(entries);
    return timeRow(
      {
        what: `first build, ${entries.length} objects, into a store on disk`,
        against: 'one DuckDB scan that computes the same partials',
        ...(await sideBySide(
          readings < LARGE_READINGS ? ROUNDS : 1,
          () => builder.build(entries),
          () => builder.scan(entries),
        )),
        ifMissed:
          'Unlike the scan it runs and verifies a statement for each object or some small ones, then appends the partials, merges days and devices, and commits to disk. Profiled over 2 million readings: 0.17, 0.06, 0.07 and 0.09 s. That grows with objects, devices and hours, not with the readings, and so weighs less with more of them.',
      },
      1.3,
      's',
    );
  } finally {
    await builder.close();
  }
}

/**
 * The most memory that the service ever held, read when its first build is done.
 * @returns no row where the operating system does not tell (it is Linux's figure)
 */
export async function memoryRow({ process, seconds }: Child, { objects }: Data): Promise<Row[]> {
  const status = await readFile(`/proc/${process.pid}/status`, 'utf8').catch(() => '');
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kibibytes === undefined) return [];
  const peak = Number(kibibytes) * 1024;
  return [
    {
      what: `peak memory of the service in its first build of ${objects.toLocaleString('en')} objects`,
      ours: `${figure(peak / GIB)} GiB`,
      against: '–',
      theirs: '–',
      target: '≤ 2 GiB',
      measured: `${figure(peak / GIB)} GiB`,
      met: peak <= 2 * GIB,
      ifMissed:
        'ENGINE_MEMORY_LIMIT (4 GiB by default) is what the engines may take together; on top come Node.js and the answers under way.',
      note: `ready after ${figure(seconds)} s, the start of the process included`,
    },
  ];
}
