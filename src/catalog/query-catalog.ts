import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Scanner } from '../dataset/scanner.ts';
import type { DatasetView } from '../dataset/view.ts';
import type { Row, RunOptions, SqlValue } from '../engine/engine.ts';
import { ArgumentError, ConfigError, StatementFailedError } from '../errors.ts';
import { sqlParameters } from './sql-parameters.ts';

export interface NamedQuery {
  readonly name: string;
  readonly sql: string;
  readonly parameters: readonly string[];
}

export type QueryParams = Readonly<Record<string, SqlValue>>;

/** A named query becomes part of URLs and of GraphQL names, hence its alphabet. */
const FILE_NAME = /^([a-z][a-z0-9_]*)\.sql$/;

const anyRow = z.record(z.string(), z.unknown());

/** The `.sql` files of a folder, run by name. */
export class QueryCatalog {
  private readonly queries: ReadonlyMap<string, NamedQuery>;
  private readonly scanner: Scanner;

  private constructor(queries: ReadonlyMap<string, NamedQuery>, scanner: Scanner) {
    this.queries = queries;
    this.scanner = scanner;
  }

  /** @throws ConfigError that lists every file whose name cannot be a query's. */
  static async load(directory: string, scanner: Scanner): Promise<QueryCatalog> {
    const files = (await readdir(directory)).filter((file) => file.endsWith('.sql')).sort();
    const misnamed = files.filter((file) => !FILE_NAME.test(file));
    if (misnamed.length > 0) {
      throw new ConfigError(
        misnamed.map(
          (file) => `queries/${file}: expected a name of a-z, 0-9 and _ that begins with a letter`,
        ),
      );
    }
    const queries = await Promise.all(
      files.map(async (file): Promise<NamedQuery> => {
        const sql = await readFile(path.join(directory, file), 'utf8');
        return { name: path.basename(file, '.sql'), sql, parameters: sqlParameters(sql) };
      }),
    );
    return new QueryCatalog(new Map(queries.map((query) => [query.name, query])), scanner);
  }

  get names(): readonly string[] {
    return [...this.queries.keys()];
  }

  /** @throws ArgumentError for a name that is no query's. */
  get(name: string): NamedQuery {
    const query = this.queries.get(name);
    if (query === undefined) {
      throw new ArgumentError('name', `expected one of ${this.names.join(', ')}, but got: ${name}`);
    }
    return query;
  }

  /**
   * Runs one query over the objects of the view and checks each row.
   * @param params by name, without `$`; a parameter that is left out is NULL
   * @throws ArgumentError for an unknown query or parameter, StatementFailedError for rows of another shape,
   * and whatever `Scanner.run` throws.
   */
  async execute<T = Row>(
    view: DatasetView,
    name: string,
    params: QueryParams = {},
    rowSchema: z.ZodType<T> = anyRow as unknown as z.ZodType<T>,
    options: RunOptions = {},
  ): Promise<T[]> {
    const query = this.get(name);
    for (const given of Object.keys(params)) {
      if (!query.parameters.includes(given)) {
        const known = query.parameters.map((parameter) => `$${parameter}`).join(', ') || 'no parameters';
        throw new ArgumentError(`params.${given}`, `the query ${name} takes ${known}`);
      }
    }
    const bound = Object.fromEntries(
      query.parameters.map((name) => [name, Object.hasOwn(params, name) ? (params[name] ?? null) : null]),
    );
    const rows = await this.scanner.run(view, { name, sql: query.sql, params: bound }, options);
    return checkRows(name, rows, rowSchema);
  }
}

/** @throws StatementFailedError when a row is not what the code that asked for it expects. */
export function checkRows<T>(name: string, rows: readonly Row[], rowSchema: z.ZodType<T>): T[] {
  return rows.map((row, index) => {
    const parsed = rowSchema.safeParse(row);
    if (parsed.success) return parsed.data;
    throw new StatementFailedError(
      `Row ${index} of ${name} is not as expected: ${z.prettifyError(parsed.error)}`,
      { cause: parsed.error },
    );
  });
}
