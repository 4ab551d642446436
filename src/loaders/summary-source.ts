import { z } from 'zod';
import type { QueryCatalog, QueryParams } from '../catalog/query-catalog.ts';
import type { Scan } from '../dataset/object-reader.ts';
import { requireReadings, type Scanner } from '../dataset/scanner.ts';
import { type DatasetView, onlyObjects } from '../dataset/view.ts';
import type { Row, RunOptions } from '../engine/engine.ts';
import { WarmingUpError } from '../errors.ts';
import type { RollupStore } from '../rollup/store.ts';
import {
  DAILY_SUMMARY_SQL,
  DAILY_SUMMARY_UTC_SQL,
  DEVICE_LATEST_SQL,
  DEVICES_SQL,
  HOLDING_SQL,
  OVERVIEW_SQL,
} from '../rollup/summaries-sql.ts';

const objectRows = z.array(z.object({ key: z.string(), etag: z.string(), size: z.number() }));

export type SummaryName = 'overview' | 'devices' | 'daily_summary' | 'device_latest';

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

  constructor(parts: { catalog: QueryCatalog; scanner: Scanner; store: RollupStore }) {
    this.catalog = parts.catalog;
    this.scanner = parts.scanner;
    this.store = parts.store;
  }

  async run(view: DatasetView, name: SummaryName, params: QueryParams, options: RunOptions): Promise<Row[]> {
    const source = this.sourceOf(view, name, params);
    const rows = await source.run({ name, sql: source.sql, params }, options);
    if (!rows.some((row) => row['straddles'] === true)) return rows;
    const holding = await this.holding(view, params, options);
    if (holding.entries.length === 0) return [];
    const scan = this.scanOf(holding, name);
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

  /** The view with just the objects that hold readings of the devices and days that the parameters name. */
  private async holding(view: DatasetView, params: QueryParams, options: RunOptions): Promise<DatasetView> {
    if (view.rollups === null) return view;
    const statement = { name: 'holding', sql: HOLDING_SQL, params };
    return onlyObjects(view, objectRows.parse(await this.store.run(view.rollups, statement, options)));
  }

  private scanOf(view: DatasetView, name: SummaryName): ViewSource {
    return {
      sql: this.catalog.get(name).sql,
      run: (scan, options) => {
        requireReadings(view);
        if (view.warming) {
          throw new WarmingUpError(
            'The first rollups are being built, and summaries wait for them. dataset { progress { secondsLeft } } tells how far they are',
          );
        }
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
