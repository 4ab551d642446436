import { cp, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { startService } from './child.ts';
import { openData } from './data.ts';
import { CACHE, parseReadings, USAGE } from './options.ts';
import { writeReport } from './report.ts';
import { buildRows, restartRow } from './rows/builds.ts';
import { graphqlRows } from './rows/graphql.ts';
import type { Row } from './rows/row.ts';
import { scanRows } from './rows/scans.ts';
import { uncachedRows } from './rows/uncached.ts';
import { uncachedListRows } from './rows/uncached-lists.ts';

async function bench(readings: number): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const [state, copy] = [path.join(CACHE, 'state'), path.join(CACHE, 'state-copy')];
  const clean = async () => {
    for (const name of ['state', 'state-copy', 'state-scans', 'state-builds']) {
      await rm(path.join(CACHE, name), { recursive: true, force: true });
    }
  };
  await clean();
  const data = await openData(readings);
  try {
    const rows: Row[] = [];
    const add = (...more: Row[]) => {
      for (const { what, target, measured, met } of more) {
        console.error(`${met ? 'met   ' : 'missed'}  ${measured} (${target})  ${what}`);
      }
      rows.push(...more);
    };
    const service = await startService({ ...data.settings, STATE_DIR: state });
    try {
      add(...(await graphqlRows(service.url)));
      add(...(await scanRows(service.url, data, readings)));
    } finally {
      await service.stop();
    }
    await cp(state, copy, { recursive: true });
    add(...(await uncachedRows(data.settings, state, copy)));
    add(...(await uncachedListRows(data.settings, state, copy)));
    add(await restartRow(data.settings, state));
    add(...(await buildRows(data)));
    console.log(`\n${await writeReport({ readings, place: data.place, rows })}`);
  } finally {
    await data.close();
    await clean();
  }
}

// Leaving by `process.exit` ends the child processes as well.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const readings = parseReadings(process.argv.slice(2));
if (readings === 'help') console.log(USAGE);
else await bench(readings);
