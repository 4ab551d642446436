import { sqlString } from '../../engine/sql-string.ts';
import type { Storage, StoredObject } from '../../storage/storage.ts';
import type { Cluster } from './cluster.ts';
import { type BucketContents, inspectAll } from './objects.ts';
import { RegisterError } from './register-error.ts';
import { quotedTable, type TableName } from './table.ts';

/** So many broken ones are left out of the count, else a statement gets too long. */
const MOST_LEFT_OUT = 1_000;
/** So many that the table does not show are looked into, for they may have no rows to show. */
const MOST_LOOKED_INTO = 1_000;
const MOST_NAMED = 5;

/** What of the bucket the table shows. */
export interface Shown {
  readonly objects: number;
  readonly rows: number;
  /** Paths that are not in the bucket's listing: other names than `*.parquet`, or objects that have come since. */
  readonly others: readonly string[];
}

/**
 * Compares what the table shows with what is in the bucket: objects, and the rows of those that were looked into.
 * @throws RegisterError that says what is missing and what to do
 */
export async function requireAllShown(
  cluster: Cluster,
  name: TableName,
  storage: Storage,
  contents: BucketContents,
): Promise<Shown> {
  const { location, objects, entries, broken } = contents;
  const rowsOf = await rowsByPath(cluster, name, contents);
  const pathOf = ({ key }: StoredObject) => location + key;
  const known = new Map(entries.map(({ object, rows }) => [object.key, rows]));
  const isBroken = new Set(broken.map(({ object }) => object.key));

  const absent = objects.filter((object) => !rowsOf.has(pathOf(object)) && !isBroken.has(object.key));
  const unknown = absent.filter(({ key }) => !known.has(key)).slice(0, MOST_LOOKED_INTO);
  const looked = await inspectAll(storage, unknown);
  for (const { object, rows } of looked.entries) known.set(object.key, rows);
  for (const { object } of looked.broken) isBroken.add(object.key);
  const missing = absent.filter(({ key }) => known.get(key) !== 0 && !isBroken.has(key));
  if (missing.length > 0) throw missingError(name, missing, objects.length);

  const wrong = entries.filter(({ object, rows }) => (rowsOf.get(pathOf(object)) ?? 0) !== rows);
  const [first] = wrong;
  if (first !== undefined) {
    throw new RegisterError(
      'ROWS_DIFFER',
      `expected ${first.rows} rows of ${first.object.key}, as its footer says, but got ${rowsOf.get(pathOf(first.object)) ?? 0} (and so of ${wrong.length - 1} other objects); if they are being replaced, run this again`,
    );
  }
  const listed = new Set(objects.map(pathOf));
  const others = [...rowsOf.keys()].filter((path) => !listed.has(path));
  return {
    objects: rowsOf.size - others.length,
    rows: [...rowsOf].reduce((sum, [path, rows]) => (listed.has(path) ? sum + rows : sum), 0),
    others,
  };
}

async function rowsByPath(
  cluster: Cluster,
  name: TableName,
  { location, broken, vectors }: BucketContents,
): Promise<Map<string, number>> {
  const keys = [...vectors, ...broken.map(({ object }) => object.key)];
  const leftOut = keys.slice(0, MOST_LEFT_OUT).map((key) => sqlString(location + key));
  const where = leftOut.length === 0 ? '' : `WHERE "$path" NOT IN (${leftOut.join(', ')})`;
  try {
    const rows = await cluster.run(
      'count the rows',
      `SELECT "$path", count(*) FROM ${quotedTable(name)} ${where} GROUP BY 1`,
    );
    return new Map(rows.map(([path, count]) => [String(path).replace(/^s3[an]:/, 's3:'), Number(count)]));
  } catch (error) {
    if (!(error instanceof RegisterError && error.code === 'OBJECT_UNREADABLE')) throw error;
    throw new RegisterError(
      error.code,
      `the table is there, but what it shows cannot be counted. ${error.message}. Every file below the prefix is part of a Hive table, unless its name begins with "." or "_": move others than Parquet objects away. Scans of the service name their objects and are not stopped by it`,
      { cause: error },
    );
  }
}

function missingError(
  { catalog }: TableName,
  missing: readonly StoredObject[],
  total: number,
): RegisterError {
  const keys = missing.map(({ key }) => key);
  const isHidden = (key: string) => key.split('/').some((part) => /^[._]/.test(part));
  const [hidden, others] = [keys.filter(isHidden), keys.filter((key) => !isHidden(key))];
  const [nested, flat] = [
    others.filter((key) => key.includes('/')),
    others.filter((key) => !key.includes('/')),
  ];
  const advice = [
    hidden.length > 0 &&
      `Hive tables hide what begins with "." or "_", such as ${some(hidden)}: give these other keys`,
    nested.length > 0 &&
      `for keys in folders, such as ${some(nested)}, set hive.recursive-directories=true in the properties of the catalog ${catalog} and restart the cluster`,
    flat.length > 0 &&
      `${some(flat)} may have come while the table was looked at, or the catalog keeps listings (hive.file-status-cache-tables): run this again`,
  ].filter((text) => text !== false);
  return new RegisterError(
    'OBJECTS_NOT_SHOWN',
    `the table is there, but expected it to show all ${total} objects, and ${missing.length} are missing: ${advice.join('; ')}`,
  );
}

function some(keys: readonly string[]): string {
  const named = keys.slice(0, MOST_NAMED).join(', ');
  return keys.length > MOST_NAMED ? `${named} and ${keys.length - MOST_NAMED} more` : named;
}
