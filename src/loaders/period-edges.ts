import type { QueryParams } from '../catalog/query-catalog.ts';
import type { Scanner } from '../dataset/scanner.ts';
import type { DatasetView } from '../dataset/view.ts';
import type { Row, RunOptions, SqlValue } from '../engine/engine.ts';
import { EDGE_SUMS_CLUSTER_SQL, EDGE_SUMS_SQL, edgeParams } from '../rollup/periods-sql.ts';
import type { RollupStore } from '../rollup/store.ts';
import { ONLY } from '../rollup/summaries-sql.ts';
import type { Holdings } from './holdings.ts';
import { dayOf, type Interval, instantOf, type ZoneDays } from './zone-days.ts';

const DAY_MS = 86_400_000;

/** What was read at the ends of a period is bound as text, so that there is an end to it. */
const MOST_DEVICES = 100_000;

interface Edge {
  readonly low: number;
  readonly high: number;
}

/**
 * Puts periods of days of a zone together where rollups are of days of UTC: from those days that lie whole in the period, and from
 * the readings beyond them, which take less than two days to read however long the period is.
 */
export class PeriodEdges {
  private readonly scanner: Scanner;
  private readonly store: RollupStore;
  private readonly holdings: Holdings;
  private readonly zoneDays: ZoneDays;

  constructor(parts: { scanner: Scanner; store: RollupStore; holdings: Holdings; zoneDays: ZoneDays }) {
    this.scanner = parts.scanner;
    this.store = parts.store;
    this.holdings = parts.holdings;
    this.zoneDays = parts.zoneDays;
  }

  /**
   * What `edged` takes beside the parameters of the question.
   * @param prefixes of the periods of the question
   * @returns undefined for too many devices
   */
  async params(
    view: DatasetView,
    params: QueryParams,
    prefixes: readonly string[],
    options: RunOptions,
  ): Promise<QueryParams | undefined> {
    const deviceIds = (params['device_ids'] as readonly string[] | null | undefined) ?? null;
    if ((deviceIds?.length ?? (await this.deviceCount(view, options))) > MOST_DEVICES) return undefined;
    const made: Record<string, SqlValue> = {};
    for (const prefix of prefixes) {
      const days = {
        from: dayParam(params[`${prefix}from`]),
        to: dayParam(params[`${prefix}to`]),
        timeZone: String(params['time_zone']),
      };
      const { whole, edges } = wholeDays(await this.zoneDays.intervals(days, options));
      const rows: Row[] = [];
      for (const edge of edges) rows.push(...(await this.read(view, deviceIds, edge, options)));
      Object.assign(made, edgeParams(prefix, whole, rows));
    }
    return made;
  }

  private async deviceCount(view: DatasetView, options: RunOptions): Promise<number> {
    const sql = `SELECT count(*) AS devices FROM devices WHERE ${ONLY}`;
    const statement = { name: 'device_count', sql, params: { device_ids: null } };
    return Number((await this.store.run(view, statement, options))[0]?.['devices']);
  }

  private async read(
    view: DatasetView,
    deviceIds: readonly string[] | null,
    edge: Edge,
    options: RunOptions,
  ): Promise<Row[]> {
    const [low, high] = [instantOf(edge.low), instantOf(edge.high)];
    const holding = await this.holdings.onlyHolding(view, { deviceIds, from: low, to: high }, options);
    if (holding.entries.length === 0) return [];
    const scan = {
      name: 'period_edge',
      sql: EDGE_SUMS_SQL,
      clusterSql: EDGE_SUMS_CLUSTER_SQL,
      params: { device_ids: deviceIds, low, high },
      hint: { low, high },
    };
    return this.scanner.run(holding, scan, options);
  }
}

const dayParam = (value: SqlValue | undefined) => (typeof value === 'string' ? value : null);

/** The days of UTC that lie whole in the longest of these, and all that lies beyond. */
function wholeDays(intervals: readonly Interval[]): {
  readonly whole: { readonly from: string | null; readonly to: string | null };
  readonly edges: readonly Edge[];
} {
  const length = ({ low, high }: Interval) => (high ?? Infinity) - (low ?? -Infinity);
  const [longest, ...others] = intervals.toSorted((a, b) => length(b) - length(a));
  const none = { from: '0001-01-01', to: '0001-01-01' };
  if (longest === undefined) return { whole: none, edges: [] };
  // Only the longest may be without an end.
  const rest = others.map(({ low, high }) => ({ low: low ?? 0, high: high ?? 0 }));
  const { low, high } = longest;
  const first = low === null ? null : Math.ceil(low / DAY_MS) * DAY_MS;
  const after = high === null ? null : Math.floor(high / DAY_MS) * DAY_MS;
  if (first !== null && after !== null && first >= after && low !== null && high !== null) {
    return { whole: none, edges: [{ low, high }, ...rest] };
  }
  const edges = [...rest];
  if (low !== null && first !== null && low < first) edges.push({ low, high: first });
  if (high !== null && after !== null && after < high) edges.push({ low: after, high });
  return {
    whole: { from: first === null ? null : dayOf(first), to: after === null ? null : dayOf(after) },
    edges,
  };
}
