import { z } from 'zod';
import { findInTree, type Tree } from './parse-tree.ts';
import { QueryFileError } from './query-problem.ts';
import { namesPaths, parseable } from './relations.ts';

/** Those that make their rows of nothing but their arguments. */
const PURE = ['generate_series', 'json_each', 'json_tree', 'range', 'repeat', 'unnest'];

const call = z.object({
  type: z.literal('TABLE_FUNCTION'),
  query_location: z.number(),
  function: z.object({ function_name: z.string() }),
});

/**
 * What the store of the rollups holds beside the relations is its own: no query reads it by a name that it makes up
 * (`query_table`), and none touches the store's file (`checkpoint`, `read_blob`).
 * @throws QueryFileError
 */
export function checkTableFunctions(tree: Tree, sql: string): void {
  const found = impureCall(tree);
  if (found === undefined) return;
  const before = Buffer.from(parseable(sql)).subarray(0, found.query_location).toString();
  throw new QueryFileError([
    {
      line: before.split('\n').length,
      message: `expected no functions of tables but ${PURE.join(', ')} in a query on rollups, but got ${found.function.function_name}()`,
    },
  ]);
}

/**
 * Whether a query reads by other ways than the relations, of which alone it is known whose rows they hold: by the paths of
 * the objects, or by a function of tables. One that cannot be looked into counts as such.
 */
export function readsBesideRelations(tree: Tree, sql: string): boolean {
  return tree['error'] !== false || namesPaths(sql) || impureCall(tree) !== undefined;
}

function impureCall(tree: Tree): z.infer<typeof call> | undefined {
  return findInTree(tree, (node) => {
    const { data } = call.safeParse(node);
    return data === undefined || PURE.includes(data.function.function_name) ? undefined : data;
  });
}
