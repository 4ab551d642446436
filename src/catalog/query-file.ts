import type { NamedQuery, QueryColumn } from '../../schema/query-types.ts';
import type { Row, SqlValue } from '../engine/engine.ts';
import { StatementFailedError } from '../errors.ts';
import { checkColumns, queryColumns } from './columns.ts';
import type { Describer } from './describer.ts';
import { type FrontMatter, parseFrontMatter } from './front-matter.ts';
import { declaredParameters } from './parameters.ts';
import { parseTree } from './parse-tree.ts';
import { QueryFileError } from './query-problem.ts';
import { typedSql } from './query-sql.ts';
import { expandRelations, usesRollups } from './relations.ts';
import { onlyStatement } from './statement.ts';
import { checkTableFunctions, readsBesideRelations } from './table-functions.ts';
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
    needsEveryDevice: true,
    sql,
    parameters,
    columns: null,
  };
  const tree = await parseTree(describer, name, sql);
  if (usesRollups(sql)) checkTableFunctions(tree, sql);
  const columns = await columnsOf(describer, query, frontMatter);
  const notes: string[] = [];
  if (columns === null) notes.push('its types are not known before the objects are, whose columns it names');
  let { cacheSeconds } = query;
  const volatile = await volatilePart(describer, tree);
  if (volatile !== undefined && cacheSeconds === undefined) {
    cacheSeconds = 0;
    notes.push(
      `its answer depends on ${volatile}, so it is made anew each time; "cache: 60" in the front matter would let it be given again for 60 seconds`,
    );
  }
  const needsEveryDevice = readsBesideRelations(tree, sql);
  return { query: { ...query, cacheSeconds, columns, needsEveryDevice }, frontMatter, notes };
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
    if (!(error instanceof StatementFailedError)) throw error;
    if (mayBeOfTheBucket(query.sql, error)) return null;
    throw ofTheFile(error);
  }
  const columns = queryColumns(rows, frontMatter.columns);
  checkColumns(columns, frontMatter);
  return columns;
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
function mayBeOfTheBucket(sql: string, error: StatementFailedError): boolean {
  return sql.includes('S3_PATH') && MISSING_COLUMN.test(firstLine(error));
}

/** DuckDB's words, and the line of which it speaks. */
function ofTheFile(error: StatementFailedError): QueryFileError {
  const line = /^LINE (\d+):/m.exec(causeOf(error))?.[1];
  const message = `expected a SELECT that DuckDB understands, but got ${firstLine(error)}`;
  return new QueryFileError([{ line: line === undefined ? undefined : Number(line), message }], {
    cause: error,
  });
}

function firstLine(error: StatementFailedError): string {
  return (
    causeOf(error)
      .replace(/^Failed to (extract statements|prepare): /, '')
      .split('\n', 1)[0] ?? ''
  );
}

function causeOf(error: StatementFailedError): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}
