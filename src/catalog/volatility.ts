import { z } from 'zod';
import type { Describer } from './describer.ts';
import { findInTree, type Tree } from './parse-tree.ts';

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

const functions = z.array(z.object({ name: z.string() }));

const VOLATILE_FUNCTIONS = `SELECT DISTINCT function_name AS name FROM duckdb_functions()
  WHERE stability IS NOT NULL AND stability <> 'CONSISTENT'`;

/** What makes the answer of a statement depend on time or chance, like `now()`; undefined when nothing does. */
export async function volatilePart(describer: Describer, tree: Tree): Promise<string | undefined> {
  const known = await describer.run('volatile_functions', VOLATILE_FUNCTIONS, {});
  const names = new Set([...functions.parse(known).map((row) => row.name), ...MOMENT_NAMES]);
  return findInTree(tree, (node) => partOf(node, names));
}

function partOf(node: Tree, names: ReadonlySet<string>): string | undefined {
  const { function_name: call, children, class: kind, column_names: columns, sample } = node;
  if (typeof call === 'string') {
    // DuckDB says "stable" of age(), which reads the clock when it is given one instant.
    const isAgeOfNow = call === 'age' && Array.isArray(children) && children.length === 1;
    if (names.has(call.toLowerCase()) || isAgeOfNow) return `${call.toLowerCase()}()`;
  }
  if (kind === 'COLUMN_REF' && Array.isArray(columns) && columns.length === 1) {
    const name = String(columns[0]).toLowerCase();
    if (MOMENT_NAMES.includes(name)) return name;
  }
  return typeof sample === 'object' && sample !== null ? 'a sample' : undefined;
}
