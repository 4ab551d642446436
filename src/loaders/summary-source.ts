import type { QueryCatalog, QueryParams } from '../catalog/query-catalog.ts';
import type { Scan } from '../dataset/object-reader.ts';
import { requireReadings, type Scanner } from '../dataset/scanner.ts';
import type { DatasetView } from '../dataset/view.ts';
import type { Row, RunOptions } from '../engine/engine.ts';
import type { RollupStore } from '../rollup/store.ts';
import {
  DAILY_SUMMARY_SQL,
  DAILY_SUMMARY_UTC_SQL,
  DEVICE_LATEST_SQL,
  DEVICES_SQL,
  OVERVIEW_SQL,
} from '../rollup/summaries-sql.ts';

export type SummaryName = 'overview' | 'devices' | 'daily_summary' | 'device_latest';

/** What a statement over one view runs on. */
export interface ViewSource {
  readonly sql: string;
  run(scan: Scan, options: RunOptions): Promise<Row[]>;
}

/**
 * Where a summary comes from: the rollups, or a scan of the objects where these do not reach (not built yet, or days of
 * a zone that begin within an hour of UTC). Both take the same parameters and give the same rows.
 */
export class SummarySource {
  private readonly catalog: QueryCatalog;
  private readonly scanner: Scanner;
  private readonly store: RollupStore;

  constructor(parts: { catalog: QueryCatalog; scanner: Scanner; store: RollupStore }) {
    this.catalog = parts.catalog;
    this.scanner = parts.scanner;
    this.store = parts.store;
  }

  async run(view: DatasetView, name: SummaryName, params: QueryParams, options: RunOptions): Promise<Row[]> {
    const source = this.sourceOf(view, name, params);
    const rows = await source.run({ name, sql: source.sql, params }, options);
    if (!rows.some((row) => row['straddles'] === true)) return rows;
    const scan = this.scanOf(view, name);
    return scan.run({ name, sql: scan.sql, params }, options);
  }

  sourceOf(view: DatasetView, name: SummaryName, params: QueryParams = {}): ViewSource {
    const { rollups } = view;
    if (rollups === null) return this.scanOf(view, name);
    return {
      sql: rollupSql(name, params['time_zone']),
      run: (scan, options) => {
        requireReadings(view);
        return this.store.run(rollups, scan, options);
      },
    };
  }

  private scanOf(view: DatasetView, name: SummaryName): ViewSource {
    return {
      sql: this.catalog.get(name).sql,
      run: (scan, options) => this.scanner.run(view, scan, options),
    };
  }
}

function rollupSql(name: SummaryName, timeZone: unknown): string {
  if (name === 'overview') return OVERVIEW_SQL;
  if (name === 'devices') return DEVICES_SQL;
  if (name === 'device_latest') return DEVICE_LATEST_SQL;
  return typeof timeZone !== 'string' || timeZone === 'UTC' ? DAILY_SUMMARY_UTC_SQL : DAILY_SUMMARY_SQL;
}
