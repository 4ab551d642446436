import { z } from 'zod';
import type { Describer } from './describer.ts';
import { findInTree, type Tree } from './parse-tree.ts';

/** DuckDB's functions by what named queries have to know of them. Names are in lower case. */
export interface DuckDbFunctions {
  /** All of them, but macros that stand for tables. */
  readonly known: ReadonlySet<string>;
  /** Of those: whose answer depends on time or chance. */
  readonly volatile: ReadonlySet<string>;
  /** Of those: which show or change what is the engine's own, so that no query may call them. */
  readonly ofTheEngine: ReadonlySet<string>;
}

/** Of those that DuckDB calls unstable, time and chance are behind these only, and behind all others its own state. */
const CLOCK_AND_CHANCE = [
  'current_date',
  'gen_random_uuid',
  'get_current_time',
  'get_current_timestamp',
  'now',
  'random',
  'today',
  'transaction_timestamp',
  'uuid',
  'uuidv4',
  'uuidv7',
];

/** Written without brackets, so that they look like columns; and those that DuckDB counts among the stable ones. */
export const MOMENT_NAMES = [
  'current_date',
  'current_time',
  'current_timestamp',
  'current_localtime',
  'current_localtimestamp',
  'localtime',
  'localtimestamp',
];

/** Settings, variables, plans, physical layouts. DuckDB says of those that it has that they always answer the same. */
const OF_THE_ENGINE = ['current_setting', 'getenv', 'getvariable', 'json_serialize_plan', 'vector_type'];

/** What reads DuckDB's catalogue is called so; with two lines before the name it is meant for nobody. */
const OF_THE_ENGINE_BY_PREFIX = /^(pg_|duckdb_|pragma_|__internal_)/;

const functionRows = z.array(
  z.object({
    name: z.string(),
    stability: z.string().nullable(),
    macro: z.string().nullable(),
  }),
);

const FUNCTIONS = `SELECT DISTINCT lower(function_name) AS name, stability,
    json_serialize_sql('SELECT ' || macro_definition) AS macro
  FROM duckdb_functions() WHERE function_type IN ('scalar', 'aggregate', 'macro', 'table')`;

const known = new WeakMap<Describer, Promise<DuckDbFunctions>>();

/** As the engine itself lists them. It is asked once. */
export function duckDbFunctions(describer: Describer): Promise<DuckDbFunctions> {
  const before = known.get(describer);
  if (before !== undefined) return before;
  const functions = listed(describer);
  known.set(describer, functions);
  return functions;
}

async function listed(describer: Describer): Promise<DuckDbFunctions> {
  const rows = functionRows.parse(await describer.run('duckdb_functions', FUNCTIONS, {}));
  const unstable = rows
    .filter(({ stability }) => stability !== null && stability !== 'CONSISTENT')
    .map(({ name }) => name);
  const macros = rows.flatMap(({ name, macro }) =>
    macro === null ? [] : [{ name, tree: JSON.parse(macro) as Tree }],
  );
  const ofTheEngine = [
    ...unstable.filter((name) => !CLOCK_AND_CHANCE.includes(name) && name !== 'error'),
    ...OF_THE_ENGINE,
    ...rows.map(({ name }) => name).filter((name) => OF_THE_ENGINE_BY_PREFIX.test(name)),
    // What cannot be looked into is not called.
    ...macros.filter(({ tree }) => tree['error'] === true).map(({ name }) => name),
  ];
  return {
    known: new Set(rows.map(({ name }) => name)),
    volatile: withCallers(macros, [...CLOCK_AND_CHANCE, ...MOMENT_NAMES]),
    ofTheEngine: withCallers(macros, ofTheEngine),
  };
}

interface Macro {
  readonly name: string;
  readonly tree: Tree;
}

/** The names, and those of the macros that come to them, by way of other macros too. */
function withCallers(macros: readonly Macro[], called: readonly string[]): ReadonlySet<string> {
  const names = new Set(called);
  const comesTo = (node: Tree) => {
    const name = nameIn(node);
    return name !== undefined && (names.has(name) || OF_THE_ENGINE_BY_PREFIX.test(name)) ? name : undefined;
  };
  for (let before = -1; before !== names.size; ) {
    before = names.size;
    for (const { name, tree } of macros) if (findInTree(tree, comesTo) !== undefined) names.add(name);
  }
  return names;
}

/** What a node calls; a name that stands alone may be a function without brackets. In lower case. */
export function nameIn({
  function_name: call,
  class: kind,
  column_names: columns,
}: Tree): string | undefined {
  if (typeof call === 'string') return call.toLowerCase();
  if (kind !== 'COLUMN_REF' || !Array.isArray(columns) || columns.length !== 1) return undefined;
  return String(columns[0]).toLowerCase();
}
