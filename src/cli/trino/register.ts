import type { S3Location } from '../../config/config.ts';
import type { TrinoConfig } from '../../config/trino-settings.ts';
import type { Storage } from '../../storage/storage.ts';
import { Cluster, requireCatalog, timestampDigits } from './cluster.ts';
import { readingColumns, typeNotes } from './column-types.ts';
import { registerDelta } from './delta.ts';
import { folderColumns } from './folder-columns.ts';
import { bucketStorage, lookInto } from './objects.ts';
import type { RegisterOptions } from './options.ts';
import { RegisterError } from './register-error.ts';
import { requireAllShown } from './shown-objects.ts';
import {
  createTable,
  differences,
  dropTable,
  ensureSchema,
  findTable,
  syncPartitions,
  type TableName,
  type TablePlan,
  tableName,
} from './table.ts';

export interface Registration extends RegisterOptions {
  readonly s3: S3Location;
  readonly s3TimeoutMs: number;
  readonly trino: TrinoConfig;
  /** Told what has been done, a line at a time. */
  readonly tell: (line: string) => void;
}

/**
 * Sees to it that the cluster has a table that shows the objects of the bucket.
 * @throws RegisterError; faults of the store
 */
export async function register(registration: Registration): Promise<void> {
  const cluster = new Cluster(registration.trino.endpoint);
  const storage = bucketStorage(registration.s3, {
    format: registration.trino.format,
    timeoutMs: registration.s3TimeoutMs,
  });
  try {
    await registerOn(cluster, storage, registration);
  } finally {
    await cluster.close();
    await storage.close();
  }
}

async function registerOn(
  cluster: Cluster,
  storage: Storage,
  { trino, footers, replace, tell }: Registration,
): Promise<void> {
  const name = tableName(trino);
  const connector = await requireCatalog(cluster, name.catalog, trino.format);
  if (connector === 'delta_lake') return await registerDelta(cluster, name, storage, { replace, tell });
  const digits = await timestampDigits(cluster, name.catalog);
  const contents = await lookInto(storage, footers);
  const { location, objects, entries, broken } = contents;
  tell(`Looked into ${entries.length + broken.length} of ${objects.length} objects in ${location}`);
  for (const { object, reason } of broken) tell(`  left out: ${object.key}: ${reason}`);
  for (const note of typeNotes(entries)) tell(`  note: ${note}`);

  const columns = readingColumns(entries, digits);
  const inFiles = columns.map((column) => column.name);
  const plan = { location, columns, folders: folderColumns(objects, entries, inFiles) };
  const isPartitioned = await bringTo(cluster, name, plan, { replace, tell });
  if (isPartitioned) await syncPartitions(cluster, name);

  const shown = await requireAllShown(cluster, name, storage, contents);
  tell(`It shows ${shown.objects} objects with ${shown.rows} rows, as the bucket does`);
  if (shown.others.length > 0) {
    tell(
      `  note: it shows ${shown.others.length} files besides, which the service leaves alone, such as ${shown.others[0]}`,
    );
  }
}

/** @returns whether the table that is there now is partitioned */
async function bringTo(
  cluster: Cluster,
  name: TableName,
  plan: TablePlan,
  { replace, tell }: Pick<Registration, 'replace' | 'tell'>,
): Promise<boolean> {
  await ensureSchema(cluster, name);
  const dotted = `${name.catalog}.${name.schema}.${name.table}`;
  const found = await findTable(cluster, name);
  if (found !== undefined && !replace) {
    const problems = differences(found, plan);
    if (problems.length > 0) {
      throw new RegisterError(
        'TABLE_DIFFERS',
        `the table ${dotted} is there already. ${problems.join('; ')}. Set another TRINO_TABLE, or give --replace to drop it and make it anew`,
      );
    }
    tell(`Already registered: ${dotted}`);
    return [...found.columns.values()].some(({ isPartition }) => isPartition);
  }
  if (found !== undefined) {
    // Dropping it would delete its data.
    if (found.location === undefined) {
      throw new RegisterError(
        'TABLE_NOT_EXTERNAL',
        `--replace: expected a table over a location of its own, whose objects stay when it is dropped, but the data of ${dotted} belongs to the cluster and would be lost; set another TRINO_TABLE`,
      );
    }
    await dropTable(cluster, name);
    tell(`Dropped ${dotted} over ${found.location}, whose objects are still there`);
  }
  await createTable(cluster, name, plan);
  const types = plan.columns.map((column) => `${column.name} ${column.types[0]}`).join(', ');
  const by = plan.folders.length === 0 ? '' : `, partitioned by ${plan.folders.join(', ')}`;
  tell(`Registered ${dotted} (${types})${by}`);
  return plan.folders.length > 0;
}
