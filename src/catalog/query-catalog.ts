import { z } from 'zod';
import type { NamedQuery, QueryArguments, QueryColumn, QueryTable } from '../../schema/query-types.ts';
import { scopeKey } from '../access/device-scope.ts';
import { mayBeBrokenObject } from '../dataset/object-fault.ts';
import { requireBuilt, requireReadings, type Scanner } from '../dataset/scanner.ts';
import { type DatasetView, onlyObjects } from '../dataset/view.ts';
import type { Scan } from '../dataset/view-reader.ts';
import type { ColumnBatch } from '../engine/column-batch.ts';
import type { Row, RunOptions, SqlValue } from '../engine/engine.ts';
import {
  ConfigError,
  DatasetEmptyError,
  ForbiddenError,
  QueryNotOnClusterError,
  StatementFailedError,
  TelemetryError,
} from '../errors.ts';
import type { Logger } from '../log.ts';
import { mapInSlices } from '../pace.ts';
import type { RollupStore } from '../rollup/store.ts';
import { boundArguments } from './arguments.ts';
import { typedClusterSql } from './cluster-sql.ts';
import { checkColumns, queryColumns } from './columns.ts';
import { Describer } from './describer.ts';
import { checkedBatches, type ExportColumn, exportColumns, exportSql } from './export-sql.ts';
import { clashOf, loadQueries, readQueryTexts } from './load-queries.ts';
import { describeSql, sampleArguments } from './query-file.ts';
import { describeProblem, QueryFileError } from './query-problem.ts';
import { QuerySet } from './query-set.ts';
import { answerSql } from './query-sql.ts';
import { expandRelations, usesHours, usesRollups } from './relations.ts';
import { rowSchema } from './row-schema.ts';

export type QueryParams = Readonly<Record<string, SqlValue>>;

/** Runs a statement over the objects of a view and gives its rows as they are asked for. */
export type ScanStream = (scan: Scan, options: RunOptions) => AsyncIterable<ColumnBatch>;

export interface CatalogParts {
  readonly directory: string;
  /** Where the engine that finds out types may write. */
  readonly tempDirectory: string;
  readonly scanner: Scanner;
  /** For queries that read nothing but rollups. */
  readonly store: Pick<RollupStore, 'run' | 'stream' | 'slots'>;
  /** A cluster reads the objects, so a query on them needs its statement in the dialect of the cluster. */
  readonly onCluster: boolean;
  /** The most rows that a client is given. */
  readonly rowLimit: number;
  readonly log: Logger;
}

/** The `.sql` files of a folder, run by name over the objects of a view or over its rollups. */
export class QueryCatalog {
  private readonly parts: CatalogParts;
  private set: QuerySet;
  private readonly tried = new Set<string>();
  private sound: string | undefined;

  private constructor(parts: CatalogParts, set: QuerySet) {
    this.parts = parts;
    this.set = set;
  }

  /** @throws ConfigError that lists every mistake of every file. */
  static async load(parts: CatalogParts): Promise<QueryCatalog> {
    const describer = await Describer.create(parts.tempDirectory);
    try {
      const { files, problems } = await loadQueries(describer, await readQueryTexts(parts.directory));
      if (problems.length > 0) throw new ConfigError(problems.map(describeProblem));
      for (const { query, notes } of files) {
        for (const note of notes) parts.log.warn(`queries/${query.name}.sql: ${note}`);
      }
      return new QueryCatalog(parts, new QuerySet(files, parts.rowLimit));
    } finally {
      await describer.close();
    }
  }

  /** What is served now. */
  get current(): QuerySet {
    return this.set;
  }

  /** @throws ArgumentError for a name that is no query's. */
  get(name: string): NamedQuery {
    return this.set.get(name);
  }

  /** Puts another set in the place of the one that is served; operations under way keep theirs. */
  replace(set: QuerySet): void {
    this.set = set;
    this.tried.clear();
  }

  /** What is served, once the types that only the objects of this view tell have been looked for. */
  upToDate(view: DatasetView | undefined): QuerySet | Promise<QuerySet> {
    const { pending } = this.set;
    if (pending.length === 0 || view === undefined || this.tried.has(view.version)) return this.set;
    return this.describePending(view);
  }

  /**
   * All rows of one query over the objects of the view, checked one by one.
   * @param rowSchema unset: what the types of the columns say
   * @throws ArgumentError for an unknown query, and for parameters that are not as declared; StatementFailedError for
   * rows of another shape; ForbiddenError for a query that reads whole objects where the view has a scope; WarmingUpError while the rollups that it reads are built; and whatever `Scanner.run` throws.
   */
  async execute<T = Row>(
    view: DatasetView,
    name: string,
    params: QueryArguments = {},
    schema?: z.ZodType<T>,
    options: RunOptions = {},
  ): Promise<T[]> {
    const query = this.get(name);
    requireAllowed(view, query);
    const values = boundArguments(query, params, 'params.');
    const columns = await this.columnsOf(view, query);
    const rows = await this.run(view, this.scanOf(query, columns, values), options);
    const checked = await checkRows(name, rows, rowSchema(columns));
    return schema === undefined ? (checked as T[]) : checkRows(name, checked, schema);
  }

  /** The same for clients: up to the row limit. @param options.path what stands before a parameter's name in an error */
  async table(
    view: DatasetView,
    query: NamedQuery,
    args: QueryArguments,
    { path = '', ...options }: RunOptions & { readonly path?: string } = {},
  ): Promise<QueryTable> {
    const { rowLimit } = this.set;
    requireAllowed(view, query);
    const params = boundArguments(query, args, path);
    const columns = await this.columnsOf(view, query);
    const rows = await this.run(view, this.scanOf(query, columns, params, rowLimit + 1), options);
    return {
      columns,
      rows: await checkRows(query.name, rows.slice(0, rowLimit), rowSchema(columns)),
      truncated: rows.length > rowLimit,
      rowLimit,
    };
  }

  /** All rows for clients, as they are asked for: see `ObjectReader.stream`. */
  async export(
    view: DatasetView,
    query: NamedQuery,
    args: QueryArguments,
  ): Promise<{ readonly columns: readonly ExportColumn[]; readonly scan: Scan; stream: ScanStream }> {
    requireAllowed(view, query);
    const params = boundArguments(query, args);
    const described = await this.columnsOf(view, query);
    const columns = exportColumns(described);
    return {
      columns,
      scan: this.withCluster(query, { name: query.name, sql: exportSql(query, described), params }),
      stream: (scan, options) => checkedBatches(this.stream(view, scan, options), columns),
    };
  }

  private scanOf(
    query: NamedQuery,
    columns: readonly QueryColumn[],
    params: QueryParams,
    limit?: number,
  ): Scan {
    const scan = this.withCluster(query, { name: query.name, sql: answerSql(query, columns, limit), params });
    return limit === undefined ? scan : { ...scan, mostRows: limit };
  }

  /** @throws QueryNotOnClusterError where the cluster would have to answer, and has no statement for it */
  private withCluster(query: NamedQuery, scan: Scan): Scan {
    const { name, sql, clusterSql, parameters } = query;
    if (!this.parts.onCluster || this.isOfRollups(sql)) return scan;
    if (clusterSql !== null) return { ...scan, clusterSql: typedClusterSql(clusterSql, parameters) };
    if (usesRollups(sql)) return scan;
    throw new QueryNotOnClusterError(
      `expected queries/${name}.trino.sql, since a Trino cluster reads the objects, but there is none`,
    );
  }

  private isOfRollups(sql: string): boolean {
    return usesRollups(sql) && !(this.parts.store.slots.grain === '1d' && usesHours(sql));
  }

  /**
   * Rollups answer what asks for nothing else; where there are none, or none of hours, a scan gives the same.
   */
  private sourceOf(view: DatasetView, scan: Scan): { readonly rolledUp: boolean; readonly statement: Scan } {
    if (!usesRollups(scan.sql)) return { rolledUp: false, statement: scan };
    requireReadings(view);
    requireBuilt(view);
    const rolledUp = view.rollups !== null && this.isOfRollups(scan.sql);
    const sql = expandRelations(scan.sql, rolledUp ? 'stored' : 'scanned');
    return { rolledUp, statement: { ...scan, sql } };
  }

  private async run(view: DatasetView, scan: Scan, options: RunOptions): Promise<Row[]> {
    const { rolledUp, statement } = this.sourceOf(view, scan);
    return rolledUp ? this.parts.store.run(view, statement, options) : this.scan(view, statement, options);
  }

  /**
   * A statement that fails over the data has every object looked at, since one may be broken. Where all have been found
   * to be sound, the statement is at fault: clients must not set off that reading again and again by their arguments.
   */
  private async scan(view: DatasetView, scan: Scan, options: RunOptions): Promise<Row[]> {
    const objects = objectsOf(view);
    try {
      return await this.parts.scanner.run(view, scan, { ...options, probing: this.sound !== objects });
    } catch (error) {
      if (mayBeBrokenObject(error)) this.sound = objects;
      throw error;
    }
  }

  private async *stream(
    view: DatasetView,
    scan: Scan,
    options: RunOptions,
  ): AsyncGenerator<ColumnBatch, void> {
    const { scanner, store } = this.parts;
    const { rolledUp, statement } = this.sourceOf(view, scan);
    if (rolledUp) return yield* store.stream(view, statement, options);
    const objects = objectsOf(view);
    try {
      yield* scanner.stream(view, statement, { ...options, probing: this.sound !== objects });
    } catch (error) {
      if (mayBeBrokenObject(error)) this.sound = objects;
      throw error;
    }
  }

  private async describePending(view: DatasetView): Promise<QuerySet> {
    let settled = true;
    for (const { query } of this.set.pending) {
      try {
        await this.columnsOf(view, query);
      } catch (error) {
        if (!(error instanceof TelemetryError)) throw error;
        // A store that does not answer, or an object that changes, says nothing about the columns.
        settled &&= error instanceof StatementFailedError;
        this.parts.log.warn(
          { err: error },
          `queries/${query.name}.sql has no GraphQL field: ${error.message}`,
        );
      }
    }
    if (settled) this.tried.add(view.version);
    return this.set;
  }

  /** @throws StatementFailedError when the objects do not have the columns either */
  private async columnsOf(view: DatasetView, query: NamedQuery): Promise<readonly QueryColumn[]> {
    if (query.columns !== null) return query.columns;
    const file = this.set.files.find((known) => known.query === query);
    // DuckDB gives all objects the columns of the first.
    const [first] = view.entries;
    if (first === undefined)
      throw new DatasetEmptyError('There are no objects yet whose columns could be read');
    const scan = { name: `describe_${query.name}`, sql: describeSql(query), params: sampleArguments(query) };
    const rows = await this.parts.scanner.run(onlyObjects(view, [first.object]), scan, {
      probing: false,
    });
    const columns = queryColumns(rows, file?.frontMatter.columns);
    if (file === undefined) return columns;
    const described = { ...query, columns };
    try {
      checkColumns(columns, file.frontMatter);
      const clash = clashOf(described, this.set.queries);
      if (clash !== undefined) throw new QueryFileError([{ message: clash }]);
    } catch (error) {
      if (!(error instanceof QueryFileError)) throw error;
      throw new StatementFailedError(`The query ${query.name}: ${error.message}`, { cause: error });
    }
    if (this.set.find(query.name) === query) this.set = this.set.with(described);
    return columns;
  }
}

/** @throws ForbiddenError for a query that would read other devices, too, than the view is limited to */
function requireAllowed({ scope }: DatasetView, { name, needsEveryDevice }: NamedQuery): void {
  if (scope === null || !needsEveryDevice) return;
  throw new ForbiddenError(
    `expected a viewer who may see every device, since the query ${name} reads whole objects, but got one who may see some only`,
  );
}

/** While the first rollups are built, a view may have a part of the objects; of another scope, others are opened. */
function objectsOf(view: DatasetView): string {
  return `${view.version} ${view.entries.length} ${scopeKey(view.scope)}`;
}

/** @throws StatementFailedError when a row is not what the code that asked for it expects. */
export async function checkRows<T>(
  name: string,
  rows: readonly Row[],
  rowSchema: z.ZodType<T>,
): Promise<T[]> {
  return mapInSlices(rows, (row, index) => checkRow(name, row, index, rowSchema));
}

function checkRow<T>(name: string, row: Row, index: number, rowSchema: z.ZodType<T>): T {
  const parsed = rowSchema.safeParse(row);
  if (parsed.success) return parsed.data;
  throw new StatementFailedError(
    `Row ${index} of ${name} is not as expected: ${z.prettifyError(parsed.error)}`,
    { cause: parsed.error },
  );
}
