import type { Metric } from '../../schema/context.ts';
import type { SeriesAggregate, SeriesResolution } from '../../schema/series-types.ts';
import type { Scanner } from '../dataset/scanner.ts';
import type { DatasetView } from '../dataset/view.ts';
import type { Scan } from '../dataset/view-reader.ts';
import type { Engine, Row, RunOptions, SqlValue } from '../engine/engine.ts';
import { numberColumns } from '../engine/number-columns.ts';
import { edgeColumns, isInWholeSlot, ROLLED_UP_AGGREGATES, seriesSql } from '../rollup/series-sql.ts';
import type { RollupStore } from '../rollup/store.ts';
import { textOf } from '../rollup/sums-sql.ts';
import type { Bucket } from '../series/bucket.ts';
import { periodsSql } from '../series/bucket-sql.ts';
import { mayBeRolledUp } from '../series/plan.ts';
import type { Holdings } from './holdings.ts';
import { millisOf } from './instants.ts';
import { edgesClusterSql } from './series-cluster-sql.ts';
import { SeriesOnCluster } from './series-on-cluster.ts';
import type { BucketQuestion, DeviceColumns, DeviceRange } from './series-question.ts';
import { bucketsSql, edgesSql, readingsSql } from './series-scan-sql.ts';
import { type AskedRange, beyondReadings, type WholeRange } from './whole-slots.ts';
import { isUtc, ZoneDays } from './zone-days.ts';

/** Buckets of one device, and where they come from. */
export interface DeviceBuckets {
  readonly columns: DeviceColumns;
  readonly source: SeriesResolution['source'];
}

/** Runs the statements that series are made of: one for many devices, on the rollups or over the objects. */
export class SeriesSource {
  private readonly engine: Engine;
  private readonly scanner: Scanner;
  private readonly store: RollupStore;
  private readonly holdings: Holdings;
  private readonly cluster: SeriesOnCluster;
  private readonly zoneDays: ZoneDays;

  constructor(parts: { engine: Engine; scanner: Scanner; store: RollupStore; holdings: Holdings }) {
    this.engine = parts.engine;
    this.scanner = parts.scanner;
    this.store = parts.store;
    this.holdings = parts.holdings;
    this.cluster = new SeriesOnCluster(parts);
    this.zoneDays = new ZoneDays(parts.engine);
  }

  /** Whether rollups hold days of UTC, and nothing below. */
  get isOfDays(): boolean {
    return this.store.slots.grain === '1d';
  }

  /** The starts of the zone's days, weeks, months or years, in milliseconds; null for UTC, which needs no engine. */
  async periods(
    ranges: readonly DeviceRange[],
    bucket: Bucket,
    timeZone: string,
    options: RunOptions,
  ): Promise<number[] | null> {
    return timeZone === 'UTC' ? null : this.periodsOf(ranges, bucket, timeZone, options);
  }

  private async periodsOf(
    ranges: readonly AskedRange[],
    bucket: Bucket,
    timeZone: string,
    options: RunOptions,
  ): Promise<number[]> {
    const { from, to } = paramsOf(ranges);
    const rows = await this.engine.run(
      { name: 'series_periods', sql: periodsSql(bucket), params: { from, to, time_zone: timeZone } },
      options,
    );
    return rows.map((row) => Number(row['start_ms']));
  }

  /** The readings of each range that have a value, in order; null when there are more than `most` together. */
  async readings(
    view: DatasetView,
    ranges: readonly DeviceRange[],
    metrics: readonly Metric[],
    { most, ...options }: RunOptions & { readonly most: number },
  ): Promise<DeviceColumns[] | null> {
    const params = paramsOf(ranges);
    const holding = await this.holding(view, ranges, options);
    const scan = { name: 'series_readings', sql: readingsSql(metrics, most), params };
    const columns =
      (await this.cluster.readings(holding, params, metrics, { most, ...options })) ??
      (await this.scan(holding, ranges, scan, 1 + metrics.length, options));
    const count = columns.reduce((sum, [times]) => sum + (times?.length ?? 0), 0);
    return count > most ? null : columns;
  }

  /** Buckets that hold a value, of each range, from a scan. */
  async scannedBuckets(
    view: DatasetView,
    ranges: readonly DeviceRange[],
    question: BucketQuestion,
    options: RunOptions,
  ): Promise<DeviceBuckets[]> {
    const params = paramsOf(ranges);
    const { metrics, bucket, timeZone } = question;
    const holding = await this.holding(view, ranges, options);
    const periods = () => this.periodsOf(ranges, bucket, timeZone, options);
    const scan = {
      name: 'series',
      sql: bucketsSql(metrics, question),
      params: { ...params, time_zone: timeZone },
    };
    const columns =
      (await this.cluster.buckets(holding, params, question, periods, options)) ??
      (await this.scan(holding, ranges, scan, 1 + 4 * metrics.length, options));
    return columns.map((own) => ({ columns: own, source: 'READINGS' }));
  }

  /** The same from the rollups; null where these cannot answer. */
  async rolledUpBuckets(
    view: DatasetView,
    ranges: readonly DeviceRange[],
    question: BucketQuestion,
    options: RunOptions,
  ): Promise<(DeviceBuckets | null)[]> {
    const { metrics, bucket, aggregate } = question;
    const { slots } = this.store;
    if (view.rollups === null || !isRolledUp(aggregate) || !mayBeRolledUp(bucket))
      return ranges.map(() => null);
    const timeZone = await this.zoneOfSlots(view, ranges, question, options);
    if (timeZone === null) return ranges.map(() => null);
    const whole = ranges.map((range) => beyondReadings(range, slots));
    const params = paramsOf(whole);
    const statement = {
      name: 'series',
      sql: seriesSql(metrics, { bucket, timeZone, aggregate }, slots),
      params: {
        ...params,
        ...(await this.edges(view, whole, { ...question, timeZone }, options)),
        time_zone: timeZone,
      },
    };
    const width = 1 + 4 * metrics.length + 1;
    const chunks = await this.store.chunks(view, statement, options);
    return split(await numberColumns(chunks, 1 + width), ranges.length).map((columns, place) => {
      if (columns.at(-1)?.includes(1)) return null;
      const edges = whole[place]?.edges ?? [];
      return {
        columns: columns.slice(0, -1),
        source: edges.length === 0 ? 'ROLLUPS' : 'ROLLUPS_AND_READINGS',
      };
    });
  }

  /**
   * The zone in which slots are asked for buckets. Those of days know days of UTC alone, and another zone only at a time in which it
   * has the same; null where it has not, or where buckets are shorter than days.
   */
  private async zoneOfSlots(
    view: DatasetView,
    ranges: readonly DeviceRange[],
    { bucket, timeZone }: BucketQuestion,
    options: RunOptions,
  ): Promise<string | null> {
    if (!this.isOfDays) return timeZone;
    if (bucket.unit === 'second') return null;
    if (timeZone === 'UTC') return timeZone;
    const { from, to } = paramsOf(ranges);
    const days = { from: from.slice(0, 10), to: to.slice(0, 10), timeZone };
    if (!isUtc(await this.zoneDays.live(this.store, view, days, options))) return null;
    if (bucket.unit === 'day' && bucket.size === 1) return 'UTC';
    // Weeks and more may begin at another time.
    const starts = await this.periodsOf(ranges, bucket, timeZone, options);
    return starts.every((start) => start % DAY_MS === 0) ? 'UTC' : null;
  }

  /** Readings in the slots that a range begins or ends in, summed up by bucket: values of the lists `$edge_…`. */
  private async edges(
    view: DatasetView,
    ranges: readonly WholeRange[],
    { metrics, bucket, timeZone }: BucketQuestion,
    options: RunOptions,
  ): Promise<Record<string, SqlValue>> {
    const names = edgeColumns(metrics);
    const pieces = ranges.flatMap(({ edges }, key) => edges.map((edge) => ({ ...edge, key: String(key) })));
    const rows: Row[] = [];
    // Ends of equal ranges lie together, so there are as many statements as there are different ends.
    for (const [, same] of Map.groupBy(pieces, ({ from, to }) => `${from} ${to}`)) {
      const holding = await this.holding(view, same, options);
      if (holding.entries.length === 0) continue;
      const { slots } = this.store;
      const sql = edgesSql(metrics, { bucket, timeZone, isInWholeSlot: isInWholeSlot(slots) });
      const params = { ...paramsOf(same), time_zone: timeZone };
      const scan = { name: 'series_edges', sql, params };
      const onCluster = await this.edgesOnCluster(holding, same, scan, { metrics, bucket }, options);
      const found = onCluster ?? (await this.scanner.run(holding, scan, options));
      for (const row of found) rows.push({ ...row, key: same[Number(row['key'])]?.key });
    }
    return Object.fromEntries(
      names.map((name) => [`edge_${name}`, rows.map((row) => textOf(row[name]) as string)]),
    );
  }

  /** Parts of an hour of some devices are too little to be worth asking; those of a day may not be. */
  private async edgesOnCluster(
    holding: DatasetView,
    ranges: readonly AskedRange[],
    { name, params }: Omit<Scan, 'sql'>,
    { metrics, bucket }: Pick<BucketQuestion, 'metrics' | 'bucket'>,
    options: RunOptions,
  ): Promise<Row[] | undefined> {
    if (!this.isOfDays || !(await this.scanner.isForCluster(holding, options))) return undefined;
    const periods = (await this.periodsOf(ranges, bucket, 'UTC', options)).map(String);
    const clusterSql = edgesClusterSql(metrics, bucket);
    return this.scanner.clusterRows(holding, { name, clusterSql, params: { ...params, periods } }, options);
  }

  private async scan(
    holding: DatasetView,
    ranges: readonly DeviceRange[],
    scan: { name: string; sql: string; params: Record<string, SqlValue> },
    width: number,
    options: RunOptions,
  ): Promise<DeviceColumns[]> {
    const chunks = holding.entries.length === 0 ? [] : await this.scanner.chunks(holding, scan, options);
    return split(await numberColumns(chunks, 1 + width), ranges.length);
  }

  private holding(
    view: DatasetView,
    ranges: readonly AskedRange[],
    options: RunOptions,
  ): Promise<DatasetView> {
    const { device_ids, from, to } = paramsOf(ranges);
    return this.holdings.onlyHolding(view, { deviceIds: device_ids, from, to }, options);
  }
}

const isRolledUp = (aggregate: SeriesAggregate) =>
  (ROLLED_UP_AGGREGATES as readonly SeriesAggregate[]).includes(aggregate);

const DAY_MS = 86_400_000;

function paramsOf(ranges: readonly AskedRange[]) {
  const froms = ranges.map(({ from }) => from);
  const tos = ranges.map(({ to }) => to);
  return {
    device_ids: ranges.map(({ deviceId }) => deviceId),
    froms,
    tos,
    from: froms.reduce((a, b) => (millisOf(a) <= millisOf(b) ? a : b)),
    to: tos.reduce((a, b) => (millisOf(a) >= millisOf(b) ? a : b)),
  };
}

/** Rows come by key, the first column, which the result is cut by. */
function split(columns: readonly Float64Array[], keys: number): DeviceColumns[] {
  const [key = new Float64Array(), ...others] = columns;
  let from = 0;
  return Array.from({ length: keys }, (_, place) => {
    let to = from;
    while (key[to] === place) to++;
    const own = others.map((column) => column.subarray(from, to));
    from = to;
    return own;
  });
}
