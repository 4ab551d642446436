import type { QueryCatalog, QueryParams } from '../catalog/query-catalog.ts';
import type { Scan } from '../dataset/object-reader.ts';
import { requireReadings, type Scanner } from '../dataset/scanner.ts';
import type { DatasetView } from '../dataset/view.ts';
import type { Row, RunOptions } from '../engine/engine.ts';
import { WarmingUpError } from '../errors.ts';
import type { RollupStore } from '../rollup/store.ts';
import {
  DAILY_SUMMARY_SQL,
  DAILY_SUMMARY_UTC_SQL,
  DEVICE_LATEST_SQL,
  DEVICES_SQL,
  OVERVIEW_SQL,
} from '../rollup/summaries-sql.ts';
import type { Holdings, ReadingRange } from './holdings.ts';

const DAY_MS = 86_400_000;

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
  private readonly holdings: Holdings;

  constructor(parts: { catalog: QueryCatalog; scanner: Scanner; store: RollupStore; holdings: Holdings }) {
    this.catalog = parts.catalog;
    this.scanner = parts.scanner;
    this.store = parts.store;
    this.holdings = parts.holdings;
  }

  async run(view: DatasetView, name: SummaryName, params: QueryParams, options: RunOptions): Promise<Row[]> {
    const source = this.sourceOf(view, name, params);
    const rows = await source.run({ name, sql: source.sql, params }, options);
    if (!rows.some((row) => row['straddles'] === true)) return rows;
    const holding = await this.holdings.onlyHolding(view, instantsOf(params), options);
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

/** Days of any zone begin and end within a day of those of UTC. */
function instantsOf({ device_ids, from, to }: QueryParams): ReadingRange {
  const day = (date: unknown, offset: number) => {
    if (typeof date !== 'string') return null;
    const instant = new Date(Date.parse(date) + offset * DAY_MS).toISOString();
    // At the ends of what RFC 3339 can tell there is no day beyond.
    return /^(?!0000)\d/.test(instant) ? instant : null;
  };
  return {
    deviceIds: Array.isArray(device_ids) ? device_ids : null,
    from: day(from, -1),
    to: day(to, 2),
  };
}
