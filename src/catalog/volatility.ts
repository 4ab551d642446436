import { z } from 'zod';
import type { Describer } from './describer.ts';

/** Written without brackets, so that they look like columns; and those that DuckDB counts among the stable ones. */
const MOMENT_NAMES = [
  'current_date',
  'current_time',
  'current_timestamp',
  'current_localtime',
  'current_localtimestamp',
  'localtime',
  'localtimestamp',
];

/** DuckDB's parse tree as far as it is looked at: objects within objects. */
type Tree = Readonly<Record<string, unknown>>;

const parsed = z.tuple([z.object({ tree: z.string().transform((text) => JSON.parse(text) as Tree) })]);
const functions = z.array(z.object({ name: z.string() }));

const VOLATILE_FUNCTIONS = `SELECT DISTINCT function_name AS name FROM duckdb_functions()
  WHERE stability IS NOT NULL AND stability <> 'CONSISTENT'`;

/** What makes the answer of a statement depend on time or chance, like `now()`; undefined when nothing does. */
export async function volatilePart(
  describer: Describer,
  name: string,
  sql: string,
): Promise<string | undefined> {
  const [rows, known] = await Promise.all([
    describer.run(name, 'SELECT json_serialize_sql(CAST($sql AS VARCHAR)) AS tree', { sql: parseable(sql) }),
    describer.run('volatile_functions', VOLATILE_FUNCTIONS, {}),
  ]);
  const names = new Set([...functions.parse(known).map((row) => row.name), ...MOMENT_NAMES]);
  // DuckDB says "stable" of age(), which reads the clock when it is given one instant.
  const [{ tree }] = parsed.parse(rows);
  return volatileNode(tree, names);
}

/** Placeholders as what they stand for, a relation and a list, as far as a parser can tell. */
function parseable(sql: string): string {
  return sql.replaceAll(/\{\{\s*TELEMETRY\s*\}\}/g, 'telemetry').replaceAll(/\{\{\s*S3_PATH\s*\}\}/g, '[]');
}

function volatileNode(node: unknown, names: ReadonlySet<string>): string | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  return partOf(node as Tree, names) ?? firstOf(Object.values(node), (child) => volatileNode(child, names));
}

function partOf(node: Tree, names: ReadonlySet<string>): string | undefined {
  const { function_name: call, children, class: kind, column_names: columns, sample } = node;
  if (typeof call === 'string') {
    const isAgeOfNow = call === 'age' && Array.isArray(children) && children.length === 1;
    if (names.has(call.toLowerCase()) || isAgeOfNow) return `${call.toLowerCase()}()`;
  }
  if (kind === 'COLUMN_REF' && Array.isArray(columns) && columns.length === 1) {
    const name = String(columns[0]).toLowerCase();
    if (MOMENT_NAMES.includes(name)) return name;
  }
  return typeof sample === 'object' && sample !== null ? 'a sample' : undefined;
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
