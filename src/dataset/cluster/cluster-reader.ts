import type { ColumnBatch } from '../../engine/column-batch.ts';
import type { RunOptions, SqlValue } from '../../engine/engine.ts';
import type { TrinoEngine } from '../../engine/trino/trino-engine.ts';
import { DatasetChangedError, StatementFailedError, StorageUnavailableError } from '../../errors.ts';
import { currentActivity } from '../../observe/scope.ts';
import type { Storage } from '../../storage/storage.ts';
import type { ManifestEntry } from '../inspect.ts';
import { entriesInScope, type OpenedScan, type ReadableView, type Scan, ViewReader } from '../view-reader.ts';
import { CENSUS_SQL, Census, countRows, isWhole } from './census.ts';
import type { ClusterTable, ReadsAlike } from './cluster-table.ts';
import { type ClusterObjects, clusterRowsSql, clusterTelemetrySql } from './telemetry-sql.ts';

export interface ClusterReaderParts {
  readonly engine: TrinoEngine;
  readonly table: ClusterTable;
  readonly storage: Storage;
  /** Smaller scans are left to the embedded engine. */
  readonly minScanBytes: number;
}

/**
 * Reads on a cluster, which opens the objects by itself. It reads whatever now has their keys, so a statement counts only after
 * the store has been asked whether these are still the objects of the view; and what the table does not show it leaves out
 * without a word, so each object is counted before the first statement that rests on it. Its scans are in the cluster's dialect.
 */
export class ClusterReader extends ViewReader<TrinoEngine> {
  readonly census = new Census();
  private readonly table: ClusterTable;
  private readonly storage: Storage;
  private readonly minScanBytes: number;

  constructor({ engine, table, storage, minScanBytes }: ClusterReaderParts) {
    super(engine);
    this.table = table;
    this.storage = storage;
    this.minScanBytes = minScanBytes;
  }

  /** Whether these objects are so large that the cluster is worth asking. */
  isWorth(entries: readonly ManifestEntry[]): boolean {
    return entries.reduce((sum, { object }) => sum + object.size, 0) >= this.minScanBytes;
  }

  /**
   * Whether a scan over these objects is for the cluster: it is large enough, and every object is one that the cluster reads
   * as the embedded engine does.
   * @throws EngineUnavailableError
   */
  async takes({ entries }: ReadableView, options: RunOptions = {}): Promise<boolean> {
    if (entries.length === 0 || !this.isWorth(entries)) return false;
    const isReadAlike = await this.table.readsAlike(options);
    if (!entries.every(isReadAlike)) return false;
    if (this.table.sqlWith(entries.map(({ object }) => object)) === undefined) return false;
    return await this.census.showsAll(entries, (unknown, bounded) => this.count(unknown, bounded), options);
  }

  /** See `ClusterTable.readsAlike`. */
  readsAlike(options: RunOptions): Promise<ReadsAlike> {
    return this.table.readsAlike(options);
  }

  /** The same as `rows`, column by column: for many rows. */
  columns(view: ReadableView, scan: Scan, options: RunOptions): Promise<readonly ColumnBatch[]> {
    return this.read(view, scan, options, (statement, bounded) =>
      this.engine.fetchColumns(statement, bounded),
    );
  }

  /** The cluster says the same of files that its table names and that are gone as of a store that does not answer. */
  protected override mayBeGone(error: unknown): boolean {
    return error instanceof StorageUnavailableError;
  }

  protected async open(
    { entries, scope }: ReadableView,
    scan: Scan,
    options: RunOptions,
  ): Promise<OpenedScan> {
    const wanted = entriesInScope({ entries, scope });
    const objects = wanted.map(({ object }) => object);
    currentActivity()?.opened(objects);
    const paths = objects.map((object) => this.table.pathOf(object));
    const table = this.table.sqlWith(objects);
    if (table === undefined) throw new DatasetChangedError('The table has moved on since it was looked at');
    const { sql, params } = this.expand(scan, { table, paths }, scope);
    return {
      statement: {
        name: scan.name,
        sql,
        params: { ...scan.params, ...params, s3_path: paths },
        mostRows: scan.mostRows,
      },
      verify: () => this.storage.verify(objects, options),
      release: () => {},
    };
  }

  /** @returns those that the table shows whole */
  private async count(entries: readonly ManifestEntry[], options: RunOptions): Promise<ManifestEntry[]> {
    const scan = { name: 'census', sql: CENSUS_SQL };
    const counted = countRows.parse(await this.rows({ entries, scope: null }, scan, options));
    const byPath = new Map(counted.map((count) => [count.object_path, count]));
    return entries.filter((entry) => isWhole(entry, byPath.get(this.table.pathOf(entry.object))));
  }

  private expand(
    { sql: text, hint }: Scan,
    objects: ClusterObjects,
    scope: ReadableView['scope'],
  ): { sql: string; params: Readonly<Record<string, SqlValue>> } {
    let params: Readonly<Record<string, SqlValue>> = {};
    const sql = text.replaceAll(PLACEHOLDER, (placeholder, relation: string) => {
      if (relation !== 'TELEMETRY' && relation !== 'ROWS') {
        throw new StatementFailedError(`expected {{TELEMETRY}}, but got ${placeholder}`);
      }
      const made = relation === 'ROWS' ? clusterRowsSql(objects) : clusterTelemetrySql(objects, scope, hint);
      params = { ...params, ...made.params };
      // In one line, so that a comment may name the placeholder.
      return made.sql.replaceAll(/\s*\n\s*/g, ' ');
    });
    return { sql, params };
  }
}

const PLACEHOLDER = /\{\{\s*(\w+)\s*\}\}/g;
