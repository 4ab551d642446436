import { type DuckDbFunctions, MOMENT_NAMES, nameIn } from './duckdb-functions.ts';
import { findInTree, type Tree } from './parse-tree.ts';

/** What makes the answer of a statement depend on time or chance, like `now()`; undefined when nothing does. */
export function volatilePart(tree: Tree, { volatile }: DuckDbFunctions): string | undefined {
  return findInTree(tree, (node) => partOf(node, volatile));
}

function partOf(node: Tree, names: ReadonlySet<string>): string | undefined {
  const { function_name: call, children, sample } = node;
  const name = nameIn(node);
  if (name !== undefined && call !== undefined) {
    // DuckDB says "stable" of age(), which reads the clock when it is given one instant.
    const isAgeOfNow = name === 'age' && Array.isArray(children) && children.length === 1;
    if (names.has(name) || isAgeOfNow) return `${name}()`;
  } else if (name !== undefined && MOMENT_NAMES.includes(name)) return name;
  return typeof sample === 'object' && sample !== null ? 'a sample' : undefined;
}
