import type { QueryCatalog, QueryParams } from '../catalog/query-catalog.ts';
import { requireBuilt, requireReadings, type Scanner } from '../dataset/scanner.ts';
import type { DatasetView } from '../dataset/view.ts';
import type { Scan } from '../dataset/view-reader.ts';
import type { Row, RunOptions } from '../engine/engine.ts';
import type { RollupStore } from '../rollup/store.ts';
import {
  DAILY_SUMMARY_SQL,
  DAILY_SUMMARY_UTC_SQL,
  DEVICE_LATEST_SQL,
  DEVICES_SQL,
  OVERVIEW_SQL,
} from '../rollup/summaries-sql.ts';
import { instantsOf } from './day-range.ts';
import type { Holdings, ReadingRange } from './holdings.ts';

export type SummaryName = 'overview' | 'devices' | 'daily_summary' | 'device_latest';

/** A question that rollups and scans both answer, in their own SQL and to the same rows. */
export interface Question {
  readonly name: string;
  /** Its rows say in `straddles` that a day begins within a slot, so that only a scan can answer. */
  readonly rolledUp: string;
  readonly scanned: string;
  /** The scan in the dialect of the cluster: see `Scan`. */
  readonly clusterSql?: string;
  readonly params: QueryParams;
  /** Where the readings lie that it is about. */
  readonly range: ReadingRange;
}

/** What a statement over one view runs on. */
export interface ViewSource {
  readonly sql: string;
  run(scan: Scan, options: RunOptions): Promise<Row[]>;
}

/**
 * Where a summary comes from: the rollups, or a scan of the objects where these do not reach (they cannot be brought up
 * to date, or a day of a zone of long ago begins within a slot). Both take the same parameters and give the same rows.
 */
export class SummarySource {
  private readonly catalog: QueryCatalog;
  private readonly scanner: Scanner;
  private readonly store: RollupStore;
  private readonly holdings: Holdings;

  constructor(parts: { catalog: QueryCatalog; scanner: Scanner; store: RollupStore; holdings: Holdings }) {
    this.catalog = parts.catalog;
    this.scanner = parts.scanner;
    this.store = parts.store;
    this.holdings = parts.holdings;
  }

  run(view: DatasetView, name: SummaryName, params: QueryParams, options: RunOptions): Promise<Row[]> {
    const sources = this.sourcesOf(name, params['time_zone']);
    return this.answer(view, Object.assign(sources, { name, params, range: instantsOf(params) }), options);
  }

  async answer(view: DatasetView, question: Question, options: RunOptions): Promise<Row[]> {
    const { name, params } = question;
    const source = this.eitherOf(view, question);
    const rows = await source.run({ name, sql: source.sql, params }, options);
    return rows.some((row) => row['straddles'] === true) ? this.scan(view, question, options) : rows;
  }

  /** What only readings can tell, from the objects that hold them. @returns no rows when no object does */
  async scan(
    view: DatasetView,
    { name, scanned, clusterSql, params, range }: Omit<Question, 'rolledUp'>,
    options: RunOptions,
  ): Promise<Row[]> {
    requireReadings(view);
    const holding = await this.holdings.onlyHolding(view, range, options);
    if (holding.entries.length === 0) return [];
    const scan = { name, sql: scanned, params, ...(clusterSql !== undefined && { clusterSql }) };
    return this.scanOf(holding, scanned).run(scan, options);
  }

  sourceOf(view: DatasetView, name: SummaryName): ViewSource {
    return this.eitherOf(view, this.sourcesOf(name, 'UTC'));
  }

  /** The file of the query is looked for only when a scan needs it. */
  private sourcesOf(name: SummaryName, timeZone: unknown): Pick<Question, 'rolledUp' | 'scanned'> {
    const { catalog } = this;
    return {
      rolledUp: rollupSql(name, timeZone),
      get scanned() {
        return catalog.get(name).sql;
      },
    };
  }

  private eitherOf(view: DatasetView, sources: Pick<Question, 'rolledUp' | 'scanned'>): ViewSource {
    if (view.rollups === null) return this.scanOf(view, sources.scanned);
    return {
      sql: sources.rolledUp,
      run: (scan, options) => {
        requireReadings(view);
        return this.store.run(view, scan, options);
      },
    };
  }

  private scanOf(view: DatasetView, sql: string): ViewSource {
    return {
      sql,
      run: (scan, options) => {
        requireReadings(view);
        requireBuilt(view);
        return this.scanner.run(view, scan, options);
      },
    };
  }
}

function rollupSql(name: SummaryName, timeZone: unknown): string {
  if (name === 'overview') return OVERVIEW_SQL;
  if (name === 'devices') return DEVICES_SQL;
  if (name === 'device_latest') return DEVICE_LATEST_SQL;
  return typeof timeZone !== 'string' || timeZone === 'UTC' ? DAILY_SUMMARY_UTC_SQL : DAILY_SUMMARY_SQL;
}
