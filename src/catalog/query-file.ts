import type { NamedQuery, QueryColumn } from '../../schema/query-types.ts';
import type { Row, SqlValue } from '../engine/engine.ts';
import { TelemetryError } from '../errors.ts';
import { checkColumns, queryColumns } from './columns.ts';
import type { Describer } from './describer.ts';
import { type DuckDbFunctions, duckDbFunctions } from './duckdb-functions.ts';
import { type FrontMatter, parseFrontMatter } from './front-matter.ts';
import { declaredParameters } from './parameters.ts';
import { findInTree, lineOfNode, parseTree, type Tree } from './parse-tree.ts';
import { QueryFileError } from './query-problem.ts';
import { typedSql } from './query-sql.ts';
import { checkReach } from './reach.ts';
import { expandRelations, namesPaths } from './relations.ts';
import { onlyStatement } from './statement.ts';
import { volatilePart } from './volatility.ts';

/** A query file that has passed all checks. */
export interface QueryFile {
  readonly query: NamedQuery;
  readonly frontMatter: FrontMatter;
  /** What its author had better know, though it works. */
  readonly notes: readonly string[];
}

const MISSING_COLUMN = /^Binder Error: (Referenced column "|.* does not have a column named )/;

/**
 * Reads a query out of the text of its file.
 * @throws QueryFileError with every mistake that can be told from the others
 */
export async function readQueryFile(describer: Describer, name: string, text: string): Promise<QueryFile> {
  const frontMatter = parseFrontMatter(text);
  const sql = onlyStatement(text);
  const parameters = declaredParameters(frontMatter, text, sql);
  const query: NamedQuery = {
    name,
    description: frontMatter.description ?? `The rows of \`queries/${name}.sql\`.`,
    tag: frontMatter.tag ?? 'Queries',
    cacheSeconds: frontMatter.cache,
    field: frontMatter.graphql ?? true,
    // What else it reads, `checkReach` has refused.
    needsEveryDevice: namesPaths(sql),
    sql,
    clusterSql: null,
    parameters,
    columns: null,
  };
  const functions = await duckDbFunctions(describer);
  const typed = typedSql(sql, parameters);
  const tree = await parseTree(describer, name, typed);
  checkReach(tree, typed, functions);
  const columns = await columnsOf(describer, query, frontMatter);
  const notes: string[] = [];
  if (columns === null) {
    checkKnown(tree, typed, functions);
    notes.push('its types are not known before the objects are, whose columns it names');
  }
  let { cacheSeconds } = query;
  const volatile = volatilePart(tree, functions);
  if (volatile !== undefined && cacheSeconds === undefined) {
    cacheSeconds = 0;
    notes.push(
      `its answer depends on ${volatile}, so it is made anew each time; "cache: 60" in the front matter would let it be given again for 60 seconds`,
    );
  }
  return { query: { ...query, cacheSeconds, columns }, frontMatter, notes };
}

/** Null when the query names a column that only the objects of a bucket may have. */
async function columnsOf(
  describer: Describer,
  query: NamedQuery,
  frontMatter: FrontMatter,
): Promise<QueryColumn[] | null> {
  let rows: Row[];
  try {
    rows = await describer.run(query.name, describeSql(query), sampleArguments(query));
  } catch (error) {
    // Here is nothing that could be at fault but the statement, whatever the engine says.
    if (!(error instanceof TelemetryError)) throw error;
    if (mayBeOfTheBucket(query.sql, error)) return null;
    throw ofTheFile(error);
  }
  const columns = queryColumns(rows, frontMatter.columns);
  checkColumns(columns, frontMatter);
  return columns;
}

/** Whose types are not known yet, of that not even the names have been looked up. */
function checkKnown(tree: Tree, sql: string, { known }: DuckDbFunctions): void {
  const unknown = findInTree(tree, (node) =>
    typeof node['function_name'] === 'string' && !known.has(node['function_name'].toLowerCase())
      ? node
      : undefined,
  );
  if (unknown === undefined) return;
  const message = `expected a function of DuckDB, but got ${unknown['function_name']}()`;
  throw new QueryFileError([{ line: lineOfNode(unknown, sql), message }]);
}

export function describeSql({ sql, parameters }: NamedQuery): string {
  return `DESCRIBE ${expandRelations(typedSql(sql, parameters), 'scanned')}`;
}

/** Values with which the statement can be bound. */
export function sampleArguments({ parameters }: NamedQuery): Record<string, SqlValue> {
  return Object.fromEntries(
    parameters.map(({ name, default: standard, example }) => {
      const value = standard ?? example ?? null;
      return [name, typeof value === 'object' && value !== null ? value.map(String) : value];
    }),
  );
}

/** Objects may have further columns, of which only `{{S3_PATH}}` tells. */
function mayBeOfTheBucket(sql: string, error: TelemetryError): boolean {
  return sql.includes('S3_PATH') && MISSING_COLUMN.test(firstLine(error));
}

/** DuckDB's words, and the line of which it speaks. */
function ofTheFile(error: TelemetryError): QueryFileError {
  const line = /^LINE (\d+):/m.exec(causeOf(error))?.[1];
  const message = `expected a SELECT that DuckDB understands, but got ${firstLine(error)}`;
  return new QueryFileError([{ line: line === undefined ? undefined : Number(line), message }], {
    cause: error,
  });
}

function firstLine(error: TelemetryError): string {
  return (
    causeOf(error)
      .replace(/^Failed to (extract statements|prepare): /, '')
      .split('\n', 1)[0] ?? ''
  );
}

function causeOf(error: TelemetryError): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}
