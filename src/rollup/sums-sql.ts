import { METRICS } from '../dataset/reading-schema.ts';
import type { SqlValue } from '../engine/engine.ts';
import { exactSum, largeSum } from '../engine/exact-sum.ts';
import * as cluster from '../engine/trino/exact-sum.ts';

/** What `MERGED_SUMS` merges, by name and type: made of readings outside of the store, on their way to what the store has. */
const SUMS: readonly (readonly [name: string, type: string])[] = [
  ['readings', 'BIGINT'],
  ...METRICS.flatMap(
    (metric) =>
      [
        [`${metric}_count`, 'BIGINT'],
        [`${metric}_sum`, 'HUGEINT'],
        [`${metric}_large`, 'DOUBLE'],
        [`${metric}_min`, 'DOUBLE'],
        [`${metric}_max`, 'DOUBLE'],
      ] as const,
  ),
];

/** The columns of a group of readings, numbers as text. */
export const SUMS_SQL = sums(exactSum, largeSum, (name, sql) => `CAST(${sql} AS VARCHAR) AS ${name}`);

/** The same in the dialect of the cluster, numbers as they are. */
export const SUMS_CLUSTER_SQL = sums(cluster.exactSum, cluster.largeSum, (name, sql) => `${sql} AS ${name}`);

type Sum = (value: string) => string;

function sums(exact: Sum, large: Sum, shown: (name: string, sql: string) => string): string {
  const ofMetrics = METRICS.flatMap((metric) => [
    shown(`${metric}_count`, `count(${metric})`),
    shown(`${metric}_sum`, exact(metric)),
    shown(`${metric}_large`, large(metric)),
    shown(`${metric}_min`, `min(${metric})`),
    shown(`${metric}_max`, `max(${metric})`),
  ]);
  return [shown('readings', 'count(*)'), ...ofMetrics].join(', ');
}

/** SELECT list of such groups, bound as `listsOfSums` has them. @param keys what each is of, by name and type */
export function listedSums(prefix: string, keys: Readonly<Record<string, string>>): string {
  return [...Object.entries(keys), ...SUMS]
    .map(([name, type]) => `unnest(CAST($${prefix}${name} AS ${type}[])) AS ${name}`)
    .join(', ');
}

/** The values of the lists. @param rows of `SUMS_SQL` or `SUMS_CLUSTER_SQL`, with the columns of the keys */
export function listsOfSums(
  prefix: string,
  keys: readonly string[],
  rows: readonly Readonly<Record<string, unknown>>[],
): Record<string, SqlValue> {
  const names = [...keys, ...SUMS.map(([name]) => name)];
  return Object.fromEntries(
    names.map((name) => [`${prefix}${name}`, rows.map((row) => textOf(row[name])) as string[]]),
  );
}

/** A value of a list; NULL stays itself in one. */
export function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return Object.is(value, -0) ? '-0.0' : String(value);
}
