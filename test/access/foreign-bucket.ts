import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DeviceScope } from '../../src/access/viewer.ts';
import { writeDataset } from '../support/datasets/dataset-folder.ts';

/** What every foreign id holds, and nothing else. */
export const FOREIGN = 'FRGN';
/** The same ids with this in its place are those of no device. */
export const UNKNOWN = 'NBDY';

export const OWN = ['own-1', 'own-2', 'lone'];
export const SCOPE: DeviceScope = { ids: ['lone'], prefixes: ['own-'] };
/** Foreign ones begin almost as own ones do. */
export const FOREIGN_IDS = [
  `${FOREIGN}-1`,
  `own${FOREIGN}`,
  `own_${FOREIGN}`,
  `lone${FOREIGN}`,
  `${FOREIGN}-hive`,
];

/** Own and foreign devices mixed in objects, objects of one device each, and some that cannot be read. */
export async function writeForeignBucket(directory: string): Promise<void> {
  const readings = (
    ids: readonly string[],
  ) => `SELECT device_id, TIMESTAMP '2026-03-28 22:00:00' + INTERVAL (i * 20) MINUTE AS "timestamp",
    48.0 + i / 4.0 AS voltage, 20.0 + i / 2.0 AS temperature, 100.0 - i AS soc
    FROM range(12) AS steps(i), (SELECT unnest([${ids.map((id) => `'${id}'`).join(', ')}]) AS device_id) ORDER BY i, device_id`;
  const withoutDevice = (id: string) => `SELECT * EXCLUDE (device_id) FROM (${readings([id])})`;
  const mixed = FOREIGN_IDS.filter((id) => !id.endsWith('-hive'));
  await writeDataset(directory, async (write) => {
    await write('a.parquet', readings([...OWN, ...mixed]));
    await write('b.parquet', readings(mixed));
    await write(`device_id=${FOREIGN}-hive/x.parquet`, withoutDevice(`${FOREIGN}-hive`));
    await write('device_id=own-2/x.parquet', withoutDevice('own-2'));
    for (const id of ['own-broken', `${FOREIGN}-broken`])
      await write(`device_id=${id}/x.parquet`, 'SELECT 1 AS voltage');
  });
  await writeFile(path.join(directory, `${FOREIGN}-broken.parquet`), 'not what its name says');
}
