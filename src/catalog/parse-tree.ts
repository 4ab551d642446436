import { z } from 'zod';
import type { Describer } from './describer.ts';
import { QueryFileError } from './query-problem.ts';
import { parseable } from './relations.ts';
import { lineAt } from './sql-text.ts';

/** DuckDB's parse tree as far as it is looked at: objects within objects. */
export type Tree = Readonly<Record<string, unknown>>;

const serialized = z.tuple([z.object({ tree: z.string() })]);

const outcome = z.union([
  z.object({ error: z.literal(false), statements: z.tuple([z.record(z.string(), z.unknown())]) }),
  z.object({
    error: z.literal(true),
    error_type: z.string(),
    error_message: z.string(),
    position: z.coerce.number().optional(),
  }),
]);

/**
 * Of a statement with placeholders.
 * @throws QueryFileError for one that DuckDB does not understand, and for one that it cannot write as a tree: what cannot
 * be looked into is not run
 */
export async function parseTree(describer: Describer, name: string, sql: string): Promise<Tree> {
  const text = parseable(sql);
  const rows = await describer.run(name, 'SELECT json_serialize_sql(CAST($sql AS VARCHAR)) AS tree', {
    sql: text,
  });
  const { data } = outcome.safeParse(fromJson(serialized.parse(rows)[0].tree));
  if (data?.error === false) return data.statements[0];
  if (data?.error_type !== 'parser') {
    throw new QueryFileError([
      {
        line: firstLine(text),
        message: 'expected nothing but SELECT, also inside, and a PIVOT only with its values: ON … IN (…)',
      },
    ]);
  }
  // DuckDB counts characters here, and bytes in the tree.
  const before = data.position && [...text].slice(0, data.position).join('');
  const message = `expected a SELECT that DuckDB understands, but got Parser Error: ${data.error_message}`;
  throw new QueryFileError([{ line: before ? lineAt(before, before.length) : firstLine(text), message }]);
}

/** The line of the file on which a node of its tree begins, or else what is in it, or else the statement. */
export function lineOfNode(node: Tree, sql: string): number {
  const text = parseable(sql);
  const bytes = Buffer.from(text);
  const line = findInTree(node, ({ query_location: place }) => {
    // What DuckDB adds itself stands behind all texts.
    if (typeof place !== 'number' || place > bytes.length) return undefined;
    const before = bytes.subarray(0, place).toString();
    return lineAt(before, before.length);
  });
  return line ?? firstLine(text);
}

function firstLine(text: string): number {
  return lineAt(text, text.search(/\S/));
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

/** What DuckDB cannot read at all it leaves without a word. */
function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
