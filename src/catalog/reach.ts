import { type DuckDbFunctions, nameIn } from './duckdb-functions.ts';
import { lineOfNode, type Tree } from './parse-tree.ts';
import { QueryFileError, type QueryProblem } from './query-problem.ts';
import { isRelation } from './relations.ts';
import { readsSnapshotOnly, SNAPSHOT_FUNCTIONS } from './snapshot-functions.ts';

/** Those that make their rows of nothing but their arguments. */
const PURE = ['generate_series', 'json_each', 'json_tree', 'range', 'repeat', 'unnest'];

/** What may stand in a FROM. DESCRIBE, SHOW and SUMMARIZE may too, in brackets, and tell of the catalogue. */
const TABLE_KINDS = ['BASE_TABLE', 'EMPTY', 'EXPRESSION_LIST', 'JOIN', 'PIVOT', 'SUBQUERY', 'TABLE_FUNCTION'];

/** Functions that DuckDB takes for such without brackets. */
const BARE_CALLS = ['current_catalog', 'current_schema'];

type Names = ReadonlySet<string>;
type Problem = Omit<QueryProblem, 'file'>;

/**
 * A query reads the relations that it names by placeholders, the objects of the snapshot, its own WITH, and what
 * functions make of their arguments. What else the engine would give it is refused here: its catalogue, the tables of the
 * rollup store, settings, and files, of which the engine itself could open any that lies where the data is.
 * @throws QueryFileError with everything else that it reads
 */
export function checkReach(tree: Tree, sql: string, functions: DuckDbFunctions): void {
  const problems: Problem[] = [];
  const visit = (value: unknown, withs: Names) => {
    if (typeof value !== 'object' || value === null) return;
    const node = value as Tree;
    const message = problemOf(node, withs, functions);
    if (message !== undefined) problems.push({ line: lineOfNode(node, sql), message });
    visitBelow(node, withs, visit);
  };
  visit(tree, new Set());
  if (problems.length > 0) throw new QueryFileError(problems);
}

/** With the names that hold there: a WITH knows those before it, and itself only where it is recursive. */
function visitBelow(node: Tree, outer: Names, visit: (value: unknown, withs: Names) => void): void {
  const { cte_map: map, function: called, ...rest } = node;
  let withs = outer;
  for (const { key, value } of entriesOf(map)) {
    visit(value, withs);
    withs = new Set([...withs, lowerCase(key)]);
  }
  // The name of a function in a FROM has been looked at with its table.
  if (called !== undefined) visit({ ...(called as Tree), function_name: undefined }, withs);
  for (const [place, child] of Object.entries(rest)) {
    const isRecursion = node['type'] === 'RECURSIVE_CTE_NODE' && place === 'right';
    visit(child, isRecursion ? new Set([...withs, lowerCase(String(node['cte_name']))]) : withs);
  }
}

function entriesOf(map: unknown): readonly { readonly key: string; readonly value: unknown }[] {
  return typeof map === 'object' && map !== null && 'map' in map && Array.isArray(map.map) ? map.map : [];
}

function problemOf(node: Tree, withs: Names, functions: DuckDbFunctions): string | undefined {
  // Of all nodes that have a place in the text, those of a FROM alone have no class.
  if ('query_location' in node && node['class'] === undefined) return problemOfTable(node, withs);
  const name = nameIn(node);
  if (name === undefined || !functions.ofTheEngine.has(name)) return undefined;
  if (node['function_name'] === undefined && !BARE_CALLS.includes(name)) return undefined;
  return `expected no functions that show or change what is the engine's own, but got ${name}`;
}

function problemOfTable(node: Tree, withs: Names): string | undefined {
  const { type, function: call } = node;
  if (type === 'BASE_TABLE') return problemOfName(node, withs);
  if (type === 'TABLE_FUNCTION') return problemOfCall(call);
  if (TABLE_KINDS.includes(String(type))) return undefined;
  return 'expected rows of a SELECT, but got DESCRIBE, SHOW or SUMMARIZE';
}

function problemOfName(node: Tree, withs: Names): string | undefined {
  const [catalog, schema, table] = ['catalog_name', 'schema_name', 'table_name'].map((key) =>
    String(node[key] ?? ''),
  ) as [string, string, string];
  if (catalog === '' && schema === '' && (isRelation(table) || withs.has(lowerCase(table)))) return undefined;
  // What a recursive WITH with keys has found so far is called so, and nothing else.
  if (catalog === '' && lowerCase(schema) === 'recurring' && withs.has(lowerCase(table))) return undefined;
  const name = [catalog, schema, table].filter((part) => part !== '').join('.');
  return `expected a relation like {{TELEMETRY}}, or the name of a WITH, but got ${name}`;
}

function problemOfCall(call: unknown): string | undefined {
  const name = typeof call === 'object' && call !== null ? nameIn(call as Tree) : undefined;
  if (name !== undefined && PURE.includes(name)) return undefined;
  if (name === undefined || !SNAPSHOT_FUNCTIONS.includes(name)) {
    return `expected no functions of tables but ${PURE.join(', ')}, and those that read {{S3_PATH}}, but got ${name}()`;
  }
  return readsSnapshotOnly(call as Tree)
    ? undefined
    : `expected {{S3_PATH}}, or some of it, as what ${name}() reads`;
}

/** As DuckDB does it: what is not ASCII stays as it is. */
function lowerCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
