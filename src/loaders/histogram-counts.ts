import DataLoader from 'dataloader';
import { z } from 'zod';
import type { DayRange, Metric } from '../../schema/context.ts';
import { checkRows, type QueryParams } from '../catalog/query-catalog.ts';
import { instant } from '../dataset/cluster/telemetry-sql.ts';
import type { Row, SqlValue } from '../engine/engine.ts';
import type { Turns } from '../pace.ts';
import { isOfPeriod } from '../rollup/periods-sql.ts';
import { instantsOf } from './day-range.ts';
import type { ClusterScan, Question } from './summary-source.ts';
import { type Interval, instantOf } from './zone-days.ts';

/** Which readings to count, and between which edges. */
export interface CountKey {
  readonly metric: Metric;
  /** Rising, at least two. */
  readonly edges: readonly number[];
  readonly deviceIds: readonly string[] | null;
  readonly days: DayRange;
}

const countsRow = z.object({
  readings: z.int(),
  present: z.int(),
  below: z.int(),
  above: z.int(),
  /** NULL when none lies between the edges. */
  counts: z.array(z.int()).nullable(),
  at_last: z.int(),
});
export interface Counts {
  readonly readings: number;
  readonly present: number;
  readonly below: number;
  readonly above: number;
  /** Of each bin. */
  readonly bins: readonly number[];
}

/** Runs a scan over the objects that hold the readings in question. */
type ScanQuestion = (question: Omit<Question, 'rolledUp'>) => Promise<Row[]>;

/** Histograms of the same readings are counted in one scan. */
export function histogramCounts(turns: Turns, scan: ScanQuestion): DataLoader<CountKey, Counts> {
  return new DataLoader(
    async (keys) => {
      const counted = new Map<CountKey, Counts>();
      const groups = Map.groupBy(keys, ({ deviceIds, days }) => JSON.stringify([deviceIds, days]));
      await Promise.all(
        [...groups.values()].map(async (members) => {
          for (const [index, counts] of (await count(scan, members)).entries()) {
            counted.set(members[index] as CountKey, counts);
          }
        }),
      );
      return keys.map((key) => counted.get(key) as Counts);
    },
    { cache: false, batchScheduleFn: turns.schedule },
  );
}

async function count(scan: ScanQuestion, keys: readonly CountKey[]): Promise<Counts[]> {
  const { deviceIds, days } = keys[0] as CountKey;
  const { from, to, timeZone } = days;
  const params: Record<string, SqlValue> = { device_ids: deviceIds, from, to, time_zone: timeZone };
  const columns = keys.map(({ metric, edges }, index) => {
    // As text, since lists are bound so; every double comes back as itself.
    params[`edges_${index}`] = edges.map((edge) => String(0 - edge)).reverse();
    params[`first_${index}`] = String(edges[0]);
    params[`last_${index}`] = String(edges.at(-1));
    return countsSql(metric, index);
  });
  const [row] = await scan({
    name: 'histogram',
    scanned: `SELECT ${columns.join(',\n')} FROM {{TELEMETRY}} WHERE ${isOfPeriod({ prefix: '', utc: timeZone === 'UTC' })}`,
    onCluster: (intervals) => clusterScan(keys, params, intervals),
    params,
    range: instantsOf(params),
  });
  return Promise.all(keys.map(({ edges }, index) => countsOf(row?.[`h_${index}`], edges.length - 1)));
}

/**
 * `histogram` looks each value up among the edges, and compares it with the very numbers that the bins are labelled with.
 * It takes a value to the first edge that is not below it; so values and edges are negated, and each comes to the last edge
 * that is not above it.
 */
function countsSql(metric: Metric, index: number): string {
  const first = `CAST($first_${index} AS DOUBLE)`;
  const last = `CAST($last_${index} AS DOUBLE)`;
  return `struct_pack(
    readings := count(*),
    present := count(${metric}),
    below := count(*) FILTER (${metric} < ${first}),
    above := count(*) FILTER (${metric} > ${last}),
    counts := map_values(
      histogram(-${metric}, CAST($edges_${index} AS DOUBLE[])) FILTER (${metric} >= ${first} AND ${metric} < ${last})
    ),
    at_last := count(*) FILTER (${metric} = ${last})
  ) AS h_${index}`;
}

/**
 * In the dialect of the cluster, with the same columns.
 * @param intervals the time of the days, since where these begin the cluster is not asked
 */
function clusterScan(
  keys: readonly CountKey[],
  params: QueryParams,
  intervals: readonly Interval[],
): ClusterScan {
  const ends: Record<string, string> = {};
  const end = (name: string, sign: string, ms: number | null): string[] => {
    if (ms === null) return [];
    ends[name] = instantOf(ms);
    return [`"timestamp" ${sign} ${instant(name)}`];
  };
  const times = intervals.map(({ low, high }, place) =>
    ['true', ...end(`low_${place}`, '>=', low), ...end(`high_${place}`, '<', high)].join(' AND '),
  );
  const conditions = [
    '($device_ids IS NULL OR contains($device_ids, device_id))',
    `(${times.join(' OR ') || 'false'})`,
  ];
  const counted = keys.map(({ metric }, index) => {
    const first = `CAST($first_${index} AS double)`;
    const last = `CAST($last_${index} AS double)`;
    // Bound falling and negated: see `countsSql`.
    const rising = `transform(reverse(CAST($edges_${index} AS array(double))), edge -> -edge)`;
    return `count(*) AS readings_${index}, count(${metric}) AS present_${index},
      count_if(${metric} < ${first}) AS below_${index}, count_if(${metric} > ${last}) AS above_${index},
      histogram(width_bucket(${metric}, ${rising})) FILTER (WHERE ${metric} >= ${first} AND ${metric} < ${last}) AS bins_${index},
      count_if(${metric} = ${last}) AS at_last_${index}`;
  });
  const shown = keys.map(({ edges }, index) => {
    const counts = `transform(sequence(${edges.length - 1}, 1), bin -> coalesce(element_at(bins_${index}, bin), 0))`;
    return `CAST(ROW(readings_${index}, present_${index}, below_${index}, above_${index}, BIGINT '0' || ${counts}, at_last_${index})
    AS ROW(readings bigint, present bigint, below bigint, above bigint, counts array(bigint), at_last bigint)) AS h_${index}`;
  });
  const clusterSql = `SELECT ${shown.join(', ')} FROM (
    SELECT ${counted.join(', ')} FROM {{TELEMETRY}} WHERE ${conditions.join(' AND ')}
  ) AS counted`;
  return { clusterSql, params: { ...params, ...ends } };
}

async function countsOf(value: unknown, binCount: number): Promise<Counts> {
  const none = { readings: 0, present: 0, below: 0, above: 0, counts: null, at_last: 0 };
  const [row] = await checkRows('histogram', [(value ?? none) as Row], countsRow);
  const { counts, at_last, ...rest } = row as z.infer<typeof countsRow>;
  // By falling edges: first the last edge, which the filter leaves empty.
  const bins = counts?.slice(1).reverse() ?? Array.from({ length: binCount }, () => 0);
  return { ...rest, bins: bins.map((number, bin) => (bin === binCount - 1 ? number + at_last : number)) };
}
