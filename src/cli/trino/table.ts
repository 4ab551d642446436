import type { TrinoConfig } from '../../config/trino-settings.ts';
import { sqlName, sqlString } from '../../engine/sql-string.ts';
import type { Cluster } from './cluster.ts';
import type { NeededColumn } from './column-types.ts';

/** In lower case, as Trino keeps them. */
export interface TableName {
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
}

/** What a table is to be like. */
export interface TablePlan {
  readonly location: string;
  /** Those that files have. */
  readonly columns: readonly NeededColumn[];
  readonly folders: readonly string[];
}

export interface FoundTable {
  /** Unset: its data is the cluster's own. */
  readonly location: string | undefined;
  readonly format: string | undefined;
  readonly columns: ReadonlyMap<string, { readonly type: string; readonly isPartition: boolean }>;
}

export function tableName({ endpoint: { catalog, schema }, table }: TrinoConfig): TableName {
  return {
    catalog: catalog.toLowerCase(),
    schema: schema.toLowerCase(),
    table: table.toLowerCase(),
  };
}

export function quotedTable({ catalog, schema, table }: TableName): string {
  return [catalog, schema, table].map(sqlName).join('.');
}

/** Only where it is missing: a user may be allowed to make tables and not schemas. */
export async function ensureSchema(cluster: Cluster, { catalog, schema }: TableName): Promise<void> {
  const found = await cluster.run(
    'look for the schema',
    `SELECT 1 FROM ${sqlName(catalog)}.information_schema.schemata WHERE schema_name = ${sqlString(schema)}`,
  );
  if (found.length > 0) return;
  await cluster.run('make the schema', `CREATE SCHEMA IF NOT EXISTS ${sqlName(catalog)}.${sqlName(schema)}`);
}

/** @returns undefined where there is none */
export async function findTable(cluster: Cluster, name: TableName): Promise<FoundTable | undefined> {
  const columns = await cluster.run(
    'look for the table',
    `SELECT column_name, data_type, extra_info FROM ${sqlName(name.catalog)}.information_schema.columns
    WHERE table_schema = ${sqlString(name.schema)} AND table_name = ${sqlString(name.table)}`,
  );
  if (columns.length === 0) return undefined;
  const [row] = await cluster.run('look at the table', `SHOW CREATE TABLE ${quotedTable(name)}`);
  const properties = String(row?.[0]);
  return {
    // Of Hive, or of Delta Lake.
    location: property(properties, 'external_location') ?? property(properties, 'location'),
    format: property(properties, 'format'),
    columns: new Map(
      columns.map(([column, type, extra]) => [
        String(column),
        { type: String(type), isPartition: extra === 'partition key' },
      ]),
    ),
  };
}

/** The last of that name, since comments of columns stand before. */
function property(statement: string, name: string): string | undefined {
  const pattern = new RegExp(`^ +${name} = '((?:[^']|'')*)',?$`, 'gm');
  return [...statement.matchAll(pattern)].at(-1)?.[1]?.replaceAll("''", "'");
}

/** @returns what is not as it must be, with what was expected and what came */
export function differences(found: FoundTable, { location, columns, folders }: TablePlan): string[] {
  const problems: string[] = [];
  const differ = (what: string, expected: string, came: string) =>
    problems.push(`${what}: expected ${expected}, but got ${came}`);
  if (sameLocation(found.location) !== sameLocation(location)) {
    differ('location', location, found.location ?? 'a table without one, whose data belongs to the cluster');
  }
  if (found.format !== 'PARQUET') differ('format', 'PARQUET', found.format ?? 'none');
  for (const { name, types } of columns) {
    const came = found.columns.get(name);
    if (came === undefined || came.isPartition || !types.includes(came.type)) {
      differ(`column ${name}`, types.join(' or '), describe(came));
    }
  }
  if (folders.includes('device_id') && found.columns.get('device_id')?.isPartition !== true) {
    differ('column device_id', 'a partition column', describe(found.columns.get('device_id')));
  }
  return problems;
}

function describe(column: { readonly type: string; readonly isPartition: boolean } | undefined): string {
  if (column === undefined) return 'none';
  return column.isPartition ? `a partition column of ${column.type}` : column.type;
}

/** Hadoop's schemes name the same store. */
export function sameLocation(location = ''): string {
  return location.replace(/^s3[an]:/, 's3:').replace(/\/*$/, '/');
}

export async function createTable(cluster: Cluster, name: TableName, plan: TablePlan): Promise<void> {
  const columns = [
    ...plan.columns.map((column) => `${sqlName(column.name)} ${column.types[0]}`),
    ...plan.folders.map((folder) => `${sqlName(folder)} varchar`),
  ];
  const partitioned =
    plan.folders.length === 0 ? '' : `, partitioned_by = ARRAY[${plan.folders.map(sqlString).join(', ')}]`;
  await cluster.run(
    'make the table',
    `CREATE TABLE ${quotedTable(name)} (${columns.join(', ')})
    WITH (external_location = ${sqlString(plan.location)}, format = 'PARQUET'${partitioned})`,
  );
}

export async function dropTable(cluster: Cluster, name: TableName): Promise<void> {
  await cluster.run('drop the table', `DROP TABLE ${quotedTable(name)}`);
}

/** Makes known the folders that are new, and forgets those that are gone. */
export async function syncPartitions(cluster: Cluster, { catalog, schema, table }: TableName): Promise<void> {
  await cluster.run(
    'make the folders known',
    `CALL ${sqlName(catalog)}.system.sync_partition_metadata(schema_name => ${sqlString(schema)},
      table_name => ${sqlString(table)}, mode => 'FULL', case_sensitive => false)`,
  );
}
