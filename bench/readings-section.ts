import { cp } from 'node:fs/promises';
import { startService } from './child.ts';
import { openData } from './data.ts';
import { withFolders } from './folders.ts';
import { generated } from './generated.ts';
import { DAYS, DEVICES, KEPT_READINGS, OBJECTS } from './options.ts';
import type { Section } from './report.ts';
import { exportRow } from './rows/exports.ts';
import { firstBuildRow, memoryRow } from './rows/first-build.ts';
import { graphqlRows } from './rows/graphql.ts';
import { newObjectRow } from './rows/new-object.ts';
import { readingsRow } from './rows/readings.ts';
import { restartRow } from './rows/restart.ts';
import { rowList } from './rows/row.ts';
import { scanRows } from './rows/scans.ts';
import { seriesRows } from './rows/series.ts';
import { stallsRow } from './rows/stalls.ts';
import { uncachedRows } from './rows/uncached.ts';
import { uncachedListRows } from './rows/uncached-lists.ts';

/** All that is measured over one number of readings. */
export async function readingsSection(readings: number): Promise<Section> {
  const data = await openData({ readings, objects: OBJECTS });
  try {
    return await withFolders(async (folder) => {
      const [state, copy] = [folder('state'), folder('state-copy')];
      const rows = rowList();
      const service = await startService({ ...data.settings, STATE_DIR: state });
      try {
        const memory = await memoryRow(service, data);
        rows.add(...(await graphqlRows(service.url)));
        rows.add(...(await scanRows(service.url, data, folder('state-scans'))));
        rows.add(...memory);
      } finally {
        await service.stop();
      }
      await cp(state, copy, { recursive: true });
      rows.add(...(await uncachedRows(data.settings, state, copy)));
      rows.add(...(await uncachedListRows(data.settings, state, copy)));
      rows.add(await readingsRow(data.settings, state));
      rows.add(
        ...(await seriesRows(
          await generated({ readings, objects: OBJECTS }),
          folder('state-series'),
          readings,
        )),
      );
      // The largest answers are as large whatever they are made of, and over more than that scans of them take minutes.
      if (readings <= KEPT_READINGS) rows.add(await stallsRow(data.settings, state));
      rows.add(await exportRow(folder('exports')));
      rows.add(await restartRow(data, state));
      rows.add(await newObjectRow(data, state));
      rows.add(await firstBuildRow(data));
      return {
        key: String(readings),
        title: `${readings.toLocaleString('en')} readings`,
        facts: `${DEVICES} devices, ${DAYS} days, ${OBJECTS} objects in ${data.place}`,
        rows: rows.all,
      };
    });
  } finally {
    await data.close();
  }
}
