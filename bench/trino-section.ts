import { missingTrino } from '../test/support/trino-program.ts';
import { startService } from './child.ts';
import { startBenchCluster } from './cluster.ts';
import { openData } from './data.ts';
import { withFolders } from './folders.ts';
import { DAYS, DEVICES, OBJECTS } from './options.ts';
import type { Section } from './report.ts';
import { rowList } from './rows/row.ts';
import { storeSizeRow } from './rows/store-size.ts';
import { trinoFirstBuildRow } from './rows/trino-first-build.ts';
import { trinoOverheadRows } from './rows/trino-overhead.ts';
import { trinoRefreshRow } from './rows/trino-refresh.ts';
import { trinoSummaryRows } from './rows/trino-summaries.ts';

/** The service over a Trino of one node, beside that cluster and beside the embedded engine. */
export async function trinoSection(readings: number): Promise<Section> {
  const missing = await missingTrino();
  if (missing !== undefined) throw new Error(`--trino: ${missing}`);
  const data = await openData({ readings, objects: OBJECTS });
  try {
    const cluster = await startBenchCluster(data.settings);
    try {
      return await withFolders(async (folder) => {
        const settings = { ...data.settings, ...cluster.settings };
        const states = { cluster: folder('state-cluster'), embedded: folder('state-embedded') };
        await (await startService({ ...settings, STATE_DIR: states.cluster })).stop();
        await (await startService({ ...data.settings, STATE_DIR: states.embedded })).stop();
        const rows = rowList();
        rows.add(await storeSizeRow(states.cluster));
        rows.add(...(await trinoOverheadRows(settings, cluster, states.cluster)));
        rows.add(
          ...(await trinoSummaryRows(
            { settings, state: states.cluster },
            { settings: data.settings, state: states.embedded },
          )),
        );
        rows.add(await trinoRefreshRow(data, cluster, states));
        rows.add(await trinoFirstBuildRow(data, cluster));
        return {
          key: `trino-${readings}`,
          title: `Trino, ${readings.toLocaleString('en')} readings`,
          facts: `Trino 476 of one node (2 GiB of heap) · ${DEVICES} devices, ${DAYS} days, ${OBJECTS} objects in versitygw, all on this machine`,
          rows: rows.all,
        };
      });
    } finally {
      await cluster.stop();
    }
  } finally {
    await data.close();
  }
}
