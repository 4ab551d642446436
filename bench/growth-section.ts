import { startService } from './child.ts';
import { type Data, openData } from './data.ts';
import { withFolders } from './folders.ts';
import { DAYS, DEVICES, type GrowthPlan, OBJECTS } from './options.ts';
import type { Section } from './report.ts';
import { growthRows, type RolledUp } from './rows/growth.ts';
import { heapRow } from './rows/heap.ts';
import { manyObjectsRows } from './rows/many-objects.ts';
import { rowList } from './rows/row.ts';
import { subscribersRow } from './rows/subscribers.ts';

/** Readings in each of many objects: what 200 devices send in a few minutes. */
const SMALL_OBJECT_READINGS = 2_000;

/** What must not grow with the readings, the requests or the objects. */
export async function growthSection(plan: GrowthPlan): Promise<Section> {
  const rows = rowList();
  const opened: Data[] = [];
  try {
    await withFolders(async (folder) => {
      const sets: RolledUp[] = [];
      for (const readings of plan.readings) {
        const data = await openData({ readings, objects: OBJECTS });
        opened.push(data);
        const state = folder(`state-${readings}`);
        await (await startService({ ...data.settings, STATE_DIR: state })).stop();
        sets.push({ data, state });
      }
      rows.add(...(await growthRows(sets)));
      const [smallest] = sets;
      if (smallest !== undefined) {
        rows.add(await heapRow(smallest, plan.requests));
        rows.add(await subscribersRow(smallest));
      }
      if (plan.objects > 0) {
        const readings = plan.objects * SMALL_OBJECT_READINGS;
        const many = await openData({ readings, objects: plan.objects });
        opened.push(many);
        rows.add(...(await manyObjectsRows(many, folder('state-many'))));
      }
    });
    return {
      key: plan.name,
      title: describe(plan),
      facts: `${DEVICES} devices, ${DAYS} days, in ${opened[0]?.place}`,
      rows: rows.all,
    };
  } finally {
    for (const data of opened) await data.close();
  }
}

function describe({ readings, requests, objects }: GrowthPlan): string {
  const most = `${Math.max(...readings) / 1e6} million readings`;
  const parts = [most, `${requests.toLocaleString('en')} requests`];
  if (objects > 0) parts.push(`${objects.toLocaleString('en')} objects`);
  return `Growth, to ${parts.join(', ')}`;
}
