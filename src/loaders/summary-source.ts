import type { QueryCatalog, QueryParams } from '../catalog/query-catalog.ts';
import { requireBuilt, requireReadings, type Scanner } from '../dataset/scanner.ts';
import type { DatasetView } from '../dataset/view.ts';
import type { Scan } from '../dataset/view-reader.ts';
import type { Engine, Row, RunOptions } from '../engine/engine.ts';
import type { Slots } from '../rollup/slots.ts';
import type { RollupStore } from '../rollup/store.ts';
import {
  DAILY_SUMMARY_SQL,
  DAILY_SUMMARY_UTC_SQL,
  DEVICE_LATEST_SQL,
  DEVICES_SQL,
  OVERVIEW_SQL,
} from '../rollup/summaries-sql.ts';
import { instantsOf } from './day-range.ts';
import { daysOnCluster } from './days-on-cluster.ts';
import type { Holdings, ReadingRange } from './holdings.ts';
import { PeriodEdges } from './period-edges.ts';
import { type Days, type Interval, instantOf, isUtc, wantedDays, ZoneDays } from './zone-days.ts';

export type SummaryName = 'overview' | 'devices' | 'daily_summary' | 'device_latest';

/** A question that rollups and scans both answer, in their own SQL and to the same rows. */
export interface Question {
  readonly name: string;
  /** Its rows say in `straddles` that a day begins within a slot, so that only a scan can answer. */
  readonly rolledUp: string;
  readonly scanned: string;
  /** Of its days in a zone other than UTC, where rollups are of days: see `PeriodEdges`. */
  readonly edged?: { readonly sql: string; readonly prefixes: readonly string[] };
  /** The scan in the dialect of the cluster, over the time that its days take. */
  readonly onCluster?: (intervals: readonly Interval[]) => ClusterScan;
  readonly params: QueryParams;
  /** Where the readings lie that it is about. */
  readonly range: ReadingRange;
}

/** See `Scan.clusterSql`. */
export interface ClusterScan {
  readonly clusterSql: string;
  readonly params: QueryParams;
}

/** What a statement over one view runs on. */
export interface ViewSource {
  readonly sql: string;
  run(scan: Scan, options: RunOptions): Promise<Row[]>;
}

/**
 * Where a summary comes from: the rollups, or a scan of the objects where these do not reach (they cannot be brought up
 * to date, or a day begins within a slot: of a zone of long ago, or of any but UTC where slots are days). Both take the
 * same parameters and give the same rows.
 */
export class SummarySource {
  private readonly catalog: QueryCatalog;
  private readonly scanner: Scanner;
  private readonly store: RollupStore;
  private readonly holdings: Holdings;
  private readonly engine: Engine;
  private readonly zoneDays: ZoneDays;
  private readonly edges: PeriodEdges;

  /** @param parts `engine` is the embedded one */
  constructor(parts: {
    catalog: QueryCatalog;
    engine: Engine;
    scanner: Scanner;
    store: RollupStore;
    holdings: Holdings;
  }) {
    this.catalog = parts.catalog;
    this.scanner = parts.scanner;
    this.store = parts.store;
    this.holdings = parts.holdings;
    this.engine = parts.engine;
    this.zoneDays = new ZoneDays(parts.engine);
    this.edges = new PeriodEdges({ ...parts, zoneDays: this.zoneDays });
  }

  /** Of the rollups. */
  get grain(): Slots['grain'] {
    return this.store.slots.grain;
  }

  run(view: DatasetView, name: SummaryName, params: QueryParams, options: RunOptions): Promise<Row[]> {
    const sources = this.sourcesOf(name, params['time_zone']);
    const question = Object.assign(sources, { name, params, range: instantsOf(params) });
    if (name === 'daily_summary' && this.isFinerThanRollups(view, params)) {
      return this.daysOfZone(view, question, options);
    }
    return this.answer(view, question, options);
  }

  async answer(view: DatasetView, question: Question, options: RunOptions): Promise<Row[]> {
    const { name, params, edged } = question;
    if (edged !== undefined && this.isFinerThanRollups(view, params)) {
      requireReadings(view);
      const edges = await this.edges.params(view, params, edged.prefixes, options);
      if (edges === undefined) return this.scan(view, question, options);
      return this.store.run(view, { name, sql: edged.sql, params: { ...params, ...edges } }, options);
    }
    const source = this.eitherOf(view, question);
    const rows = await source.run({ name, sql: source.sql, params }, options);
    return rows.some((row) => row['straddles'] === true) ? this.scan(view, question, options) : rows;
  }

  /** What only readings can tell, from the objects that hold them. @returns no rows when no object does */
  async scan(
    view: DatasetView,
    { name, scanned, onCluster, params, range }: Omit<Question, 'rolledUp'>,
    options: RunOptions,
  ): Promise<Row[]> {
    requireReadings(view);
    const holding = await this.holdings.onlyHolding(view, range, options);
    if (holding.entries.length === 0) return [];
    if (onCluster !== undefined && (await this.scanner.isForCluster(holding, options))) {
      const made = onCluster(await this.zoneDays.intervals(daysOf(params), options));
      const rows = await this.scanner.clusterRows(holding, { name, ...made }, options);
      if (rows !== undefined) return rows;
    }
    return this.scanOf(holding, scanned).run({ name, sql: scanned, params }, options);
  }

  /** Where rollups are of days of UTC, days of other zones need the readings, unless the zone is UTC at that time. */
  private isFinerThanRollups(view: DatasetView, params: QueryParams): boolean {
    return this.grain === '1d' && view.rollups !== null && daysOf(params).timeZone !== 'UTC';
  }

  private async daysOfZone(view: DatasetView, question: Question, options: RunOptions): Promise<Row[]> {
    requireReadings(view);
    const { engine, scanner } = this;
    const { name, params, range } = question;
    const pieces = await this.zoneDays.live(this.store, view, daysOf(params), options);
    if (isUtc(pieces)) {
      return this.store.run(view, { name, sql: DAILY_SUMMARY_UTC_SQL, params }, options);
    }
    const days = wantedDays(pieces, daysOf(params));
    if (days.starts.length === 0) return [];
    const from = instantOrNull(days.low) ?? range.from;
    const to = instantOrNull(days.high) ?? range.to;
    const holding = await this.holdings.onlyHolding(view, { ...range, from, to }, options);
    if (holding.entries.length === 0) return [];
    const made = await daysOnCluster({ engine, scanner }, holding, { params, days }, options);
    if (made !== undefined) return made;
    const { scanned } = question;
    return this.scanOf(holding, scanned).run({ name, sql: scanned, params }, options);
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

function daysOf(params: QueryParams): Days {
  const text = (name: string) => {
    const value = params[name];
    return typeof value === 'string' ? value : null;
  };
  return { from: text('from'), to: text('to'), timeZone: text('time_zone') ?? 'UTC' };
}

const instantOrNull = (ms: number | null) => (ms === null ? null : instantOf(ms));

function rollupSql(name: SummaryName, timeZone: unknown): string {
  if (name === 'overview') return OVERVIEW_SQL;
  if (name === 'devices') return DEVICES_SQL;
  if (name === 'device_latest') return DEVICE_LATEST_SQL;
  return typeof timeZone !== 'string' || timeZone === 'UTC' ? DAILY_SUMMARY_UTC_SQL : DAILY_SUMMARY_SQL;
}
