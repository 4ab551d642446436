import type { DeviceScope } from '../../access/viewer.ts';
import type { SqlValue } from '../../engine/engine.ts';
import { METRICS } from '../reading-schema.ts';
import { scopeCondition } from '../scope-sql.ts';
import { FIRST_TIME, LAST_TIME, type SqlFragment, type TimeHint } from '../telemetry-sql.ts';

/** What a statement on the cluster reads: a table, and of it the objects with these paths. */
export interface ClusterObjects {
  /** As it stands in a FROM, with the version that has these objects. */
  readonly table: string;
  /** As `"$path"` shows them, in key order. */
  readonly paths: readonly string[];
}

/**
 * Names of the parameters that hold the paths, such as no named query may have (`TAKEN_PARAMETER`). They are bound one by one:
 * Trino prunes by `IN`, and by no list. The list of all of them is `$s3_path`.
 */
const pathName = (place: number) => `objects_${place}`;

/**
 * The relation behind `{{TELEMETRY}}` on the cluster: the columns of `telemetrySql` with the same rules for what is a
 * reading, but neither `object_ordinal` nor `row_number`, since Trino does not tell where in its object a row stands. In
 * their place `object_path` orders objects as their keys do: text is compared by its bytes.
 */
export function clusterTelemetrySql(
  objects: ClusterObjects,
  scope: DeviceScope | null,
  hint: TimeHint = { low: null, high: null },
): SqlFragment {
  const { sql, params } = clusterRowsSql(objects);
  const conditions = [IS_READING];
  if (scope !== null) {
    const inScope = scopeCondition(scope, (list, device) => `contains(${list}, ${device})`);
    conditions.push(inScope.sql);
    Object.assign(params, inScope.params);
  }
  for (const [name, sign, value] of [
    ['hint_low', '>=', hint.low],
    ['hint_high', '<=', hint.high],
  ] as const) {
    if (value === null) continue;
    params[name] = value;
    conditions.push(`"timestamp" ${sign} ${instant(name)}`);
  }
  return {
    sql: `(SELECT device_id, "timestamp", ${METRICS.join(', ')}, object_path FROM ${sql} AS typed WHERE ${conditions.join(' AND ')})`,
    params,
  };
}

/** The relation of all rows, those that are no readings included. */
export function clusterRowsSql({ table, paths }: ClusterObjects): {
  sql: string;
  params: Record<string, SqlValue>;
} {
  const params = Object.fromEntries(paths.map((path, place) => [pathName(place), path]));
  const cleaned = METRICS.map(
    (metric) =>
      `CASE WHEN is_finite(CAST(${metric} AS double)) THEN CAST(${metric} AS double) END AS ${metric}`,
  );
  return {
    sql: `(SELECT CAST(device_id AS varchar) AS device_id, CAST("timestamp" AS timestamp(6)) AS "timestamp",
      ${cleaned.join(', ')}, "$path" AS object_path
      FROM ${table} WHERE ${pathsCondition(paths.length)})`,
    params,
  };
}

/** Takes the parameters of the paths. */
const pathsCondition = (count: number) =>
  count === 0
    ? 'false'
    : `"$path" IN (${Array.from({ length: count }, (_, place) => `$${pathName(place)}`).join(', ')})`;

/** Of a row of `clusterRowsSql`. */
export const IS_READING = `device_id IS NOT NULL AND "timestamp" BETWEEN ${FIRST_TIME} AND ${LAST_TIME}`;

/** An instant that is bound as RFC 3339 in UTC. */
export const instant = (name: string) => instantSql(`$${name}`);

/** The same of any text. */
export const instantSql = (text: string) =>
  `CAST(at_timezone(from_iso8601_timestamp_nanos(${text}), 'UTC') AS timestamp(6))`;
