import type { S3Location } from '../../config/config.ts';
import type { TrinoConfig } from '../../config/trino-settings.ts';
import { Cluster } from '../trino/cluster.ts';
import { RegisterError } from '../trino/register-error.ts';
import { findTable, tableName } from '../trino/table.ts';
import { fail, type Looked, ok, warn } from './report.ts';

const MENDS: Readonly<Record<string, string>> = {
  ENGINE_UNAVAILABLE: 'mend TRINO_URL, or wait: the cluster may still be starting',
  ENGINE_ACCESS_DENIED: 'mend TRINO_USER and TRINO_PASSWORD or TRINO_TOKEN: a user who may read the table',
};
const MEND_NAMES = 'mend TRINO_CATALOG, TRINO_SCHEMA or TRINO_TABLE, as the cluster says';

/** Whether the cluster answers, and has the table over the prefix. */
export async function lookAtCluster(
  trino: TrinoConfig,
  { bucket, prefix }: S3Location,
): Promise<Looked<true>> {
  const cluster = new Cluster(trino.endpoint);
  const name = tableName(trino);
  const dotted = `${name.catalog}.${name.schema}.${name.table}`;
  try {
    const table = await findTable(cluster, name);
    if (table === undefined) {
      return {
        findings: [fail(`the cluster has no table ${dotted}`, 'make it: telemetry-api trino register')],
      };
    }
    const location = `s3://${bucket}/${prefix}`;
    const differs =
      trino.format === 'hive' &&
      table.location !== undefined &&
      table.location.replace(/\/?$/, '/') !== location;
    const found = ok(`${new URL(trino.endpoint.url).host} answers, and has the table ${dotted}`);
    if (!differs) return { findings: [found], value: true };
    const mend = 'set another TRINO_TABLE, or make it anew: telemetry-api trino register --replace';
    return {
      findings: [found, warn(`the table is over ${table.location}, not over ${location}`, mend)],
      value: true,
    };
  } catch (error) {
    if (!(error instanceof RegisterError)) throw error;
    return { findings: [fail(`${error.code}: ${error.message}`, MENDS[error.code] ?? MEND_NAMES)] };
  } finally {
    await cluster.close();
  }
}
