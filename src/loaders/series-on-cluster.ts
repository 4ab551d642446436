import type { Metric } from '../../schema/context.ts';
import type { Scanner } from '../dataset/scanner.ts';
import type { DatasetView } from '../dataset/view.ts';
import type { Engine, Row, RunOptions, SqlValue } from '../engine/engine.ts';
import { SCALE } from '../engine/exact-sum.ts';
import { millisOf } from './instants.ts';
import {
  bucketsClusterSql,
  isOfCluster,
  isOfSums,
  needsPeriods,
  readingsClusterSql,
} from './series-cluster-sql.ts';
import type { BucketQuestion, DeviceColumns } from './series-question.ts';

interface ScanParams extends Record<string, SqlValue> {
  readonly device_ids: readonly string[];
}

/** Makes one value of each sum of the cluster, as it is made of those of the rollups. Takes lists, in order. */
const MEANS = `SELECT value FROM (
  SELECT (coalesce(sum, 0) / ${SCALE}.0 + coalesce(large, 0)) / CASE WHEN $mean THEN count ELSE 1 END AS value, place
  FROM (SELECT unnest(CAST($sums AS HUGEINT[])) AS sum, unnest(CAST($larges AS DOUBLE[])) AS large,
    unnest(CAST($counts AS BIGINT[])) AS count, unnest(range(len($counts))) AS place) AS parts
) AS made ORDER BY place`;

/** What of series the cluster answers: undefined where it is for the embedded engine. */
export class SeriesOnCluster {
  private readonly engine: Engine;
  private readonly scanner: Scanner;

  /** @param engine the embedded one */
  constructor(parts: { engine: Engine; scanner: Scanner }) {
    this.engine = parts.engine;
    this.scanner = parts.scanner;
  }

  /** Columns as those of `readingsSql`. */
  async readings(
    view: DatasetView,
    params: ScanParams,
    metrics: readonly Metric[],
    { most, ...options }: RunOptions & { readonly most: number },
  ): Promise<DeviceColumns[] | undefined> {
    const clusterSql = readingsClusterSql(metrics, most);
    const rows = await this.scanner.clusterRows(
      view,
      { name: 'series_readings', params, clusterSql },
      options,
    );
    if (rows === undefined || rows.some((row, place) => isTied(row, rows[place + 1], metrics)))
      return undefined;
    return byKey(rows, params.device_ids.length, 1 + metrics.length, (row) => [
      millisOf(String(row['at'])),
      ...metrics.map((metric) => numberOf(row[metric])),
    ]);
  }

  /**
   * Columns as those of `bucketsSql`.
   * @param periods the starts of the days, weeks or months that readings lie in, in milliseconds
   */
  async buckets(
    view: DatasetView,
    params: ScanParams,
    question: BucketQuestion,
    periods: () => Promise<readonly number[]>,
    options: RunOptions,
  ): Promise<DeviceColumns[] | undefined> {
    const { metrics, bucket, timeZone, aggregate } = question;
    if (!isOfCluster(aggregate) || !(await this.scanner.isForCluster(view, options))) return undefined;
    const bound = needsPeriods(bucket, timeZone)
      ? { ...params, periods: (await periods()).map(String) }
      : params;
    const clusterSql = bucketsClusterSql(metrics, question);
    const rows = await this.scanner.clusterRows(view, { name: 'series', params: bound, clusterSql }, options);
    if (rows === undefined || rows.some((row) => row['tied'] === true)) return undefined;
    const values = isOfSums(aggregate)
      ? await this.valuesOfSums(rows, metrics, aggregate === 'avg', options)
      : metrics.map((metric) => rows.map((row) => row[`${metric}_value`]));
    return byKey(rows, params.device_ids.length, 1 + 4 * metrics.length, (row, place) => [
      Number(row['start']),
      ...metrics.flatMap((metric, index) => [
        numberOf(values[index]?.[place]),
        numberOf(row[`${metric}_min`]),
        numberOf(row[`${metric}_max`]),
        numberOf(row[`${metric}_count`]),
      ]),
    ]);
  }

  private async valuesOfSums(
    rows: readonly Row[],
    metrics: readonly Metric[],
    mean: boolean,
    options: RunOptions,
  ): Promise<unknown[][]> {
    const present = metrics.map((metric) => rows.filter((row) => row[`${metric}_count`] !== 0));
    const list = (part: string) =>
      metrics.flatMap((metric, index) =>
        (present[index] ?? []).map((row) => textOf(row[`${metric}_${part}`])),
      ) as string[];
    const params = { sums: list('sum'), larges: list('large'), counts: list('count'), mean };
    const made = await this.engine.run({ name: 'series_values', sql: MEANS, params }, options);
    let next = 0;
    return metrics.map((metric) =>
      rows.map((row) => (row[`${metric}_count`] === 0 ? null : made[next++]?.['value'])),
    );
  }
}

const textOf = (value: unknown) => (value === null ? null : String(value));

const numberOf = (value: unknown) => (typeof value === 'number' ? value : Number.NaN);

/** Two readings of one object and time that differ: which comes first, only the object tells. */
function isTied(row: Row, next: Row | undefined, metrics: readonly Metric[]): boolean {
  return (
    next !== undefined &&
    ['key', 'at', 'object'].every((column) => row[column] === next[column]) &&
    metrics.some((metric) => row[metric] !== next[metric])
  );
}

/** The numbers of each row as columns, those of each key by themselves. Rows come by key. */
function byKey(
  rows: readonly Row[],
  keys: number,
  width: number,
  numbers: (row: Row, place: number) => readonly number[],
): DeviceColumns[] {
  const made = rows.map(numbers);
  const places = Map.groupBy(rows.keys(), (place) => Number(rows[place]?.['key']));
  return Array.from({ length: keys }, (_, key) => {
    const own = places.get(key) ?? [];
    return Array.from({ length: width }, (_, column) =>
      Float64Array.from(own, (place) => made[place]?.[column] ?? Number.NaN),
    );
  });
}
