import { z } from 'zod';
import type { Describer } from './describer.ts';
import { parseable } from './relations.ts';

/** DuckDB's parse tree as far as it is looked at: objects within objects. */
export type Tree = Readonly<Record<string, unknown>>;

const parsed = z.tuple([z.object({ tree: z.string().transform((text) => JSON.parse(text) as Tree) })]);

/** Of a statement with placeholders. One that DuckDB cannot write so (PIVOT), or not read, has no nodes. */
export async function parseTree(describer: Describer, name: string, sql: string): Promise<Tree> {
  const rows = await describer.run(name, 'SELECT json_serialize_sql(CAST($sql AS VARCHAR)) AS tree', {
    sql: parseable(sql),
  });
  return parsed.parse(rows)[0].tree;
}

/** What is found first in a node or below it. */
export function findInTree<T>(node: unknown, find: (node: Tree) => T | undefined): T | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  const found = find(node as Tree);
  if (found !== undefined) return found;
  for (const child of Object.values(node)) {
    const below = findInTree(child, find);
    if (below !== undefined) return below;
  }
  return undefined;
}
