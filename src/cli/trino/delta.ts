import { sqlName, sqlString } from '../../engine/sql-string.ts';
import type { Storage } from '../../storage/storage.ts';
import type { Cluster } from './cluster.ts';
import type { RegisterOptions } from './options.ts';
import { RegisterError } from './register-error.ts';
import { ensureSchema, findTable, sameLocation, type TableName } from './table.ts';

/**
 * Makes a Delta table known that is in the bucket. Nothing is written there, nor removed.
 * @throws RegisterError; EngineUnavailableError for a table that the service refuses; faults of the store
 */
export async function registerDelta(
  cluster: Cluster,
  name: TableName,
  storage: Storage,
  { replace, tell }: Pick<RegisterOptions, 'replace'> & { readonly tell: (line: string) => void },
): Promise<void> {
  const { location } = storage.source;
  const objects = await storage.list();
  const dotted = `${name.catalog}.${name.schema}.${name.table}`;
  await ensureSchema(cluster, name);
  let found = await findTable(cluster, name);
  if (found !== undefined && sameLocation(found.location) !== sameLocation(location)) {
    if (!replace) {
      throw new RegisterError(
        'TABLE_DIFFERS',
        `the table ${dotted} is there already. location: expected ${location}, but got ${found.location ?? 'none'}. Set another TRINO_TABLE, or give --replace to forget it and make this one known`,
      );
    }
    // Unlike DROP TABLE it leaves the files to whoever has them.
    await cluster.run('forget the table', procedure(name, 'unregister_table'));
    tell(`Forgot ${dotted} over ${found.location}, whose objects are still there`);
    found = undefined;
  }
  if (found === undefined) {
    const at = { table_location: location.replace(/\/$/, '') };
    await cluster.run('make the table known', procedure(name, 'register_table', at));
    tell(`Registered ${dotted} over the Delta table at ${location}`);
  } else {
    tell(`Already registered: ${dotted}`);
  }
  tell(`The table has ${objects.length} files`);
  const { columns } = (await findTable(cluster, name)) ?? { columns: new Map() };
  if (/with time zone/.test(columns.get('timestamp')?.type ?? '')) {
    tell(
      '  note: Trino reads instants of Delta tables to the millisecond, so the service reads files with microseconds itself. A catalog of Hive reads them whole: name one in TRINO_CATALOG and run this again',
    );
  }
}

function procedure(
  { catalog, schema, table }: TableName,
  called: string,
  more: Readonly<Record<string, string>> = {},
): string {
  const values = Object.entries({ schema_name: schema, table_name: table, ...more });
  const list = values.map(([key, value]) => `${key} => ${sqlString(value)}`).join(', ');
  return `CALL ${sqlName(catalog)}.system.${called}(${list})`;
}
