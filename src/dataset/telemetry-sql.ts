import type { DeviceScope } from '../access/viewer.ts';
import type { SqlValue } from '../engine/engine.ts';
import type { ManifestEntry } from './inspect.ts';
import { deviceInKey, METRICS } from './reading-schema.ts';
import { scopeCondition } from './scope-sql.ts';

/** A piece of SQL together with the values that it binds. */
export interface SqlFragment {
  readonly sql: string;
  readonly params: Readonly<Record<string, SqlValue>>;
}

/**
 * Instants (RFC 3339 in UTC, inclusive; null: without an end) between which all rows lie that a statement wants. Some others
 * may still come: the statement has its own conditions.
 */
export interface TimeHint {
  readonly low: string | null;
  readonly high: string | null;
}

/** Some days inside the years 1 and 9999, so that no time zone takes a reading out of them. */
export const FIRST_TIME = "TIMESTAMP '0001-01-03'";
export const LAST_TIME = "TIMESTAMP '9999-12-29'";

/** The relation of no objects. */
const NO_READINGS = `(
  SELECT CAST(NULL AS VARCHAR) AS device_id, CAST(NULL AS TIMESTAMP) AS "timestamp",
    ${METRICS.map((metric) => `CAST(NULL AS DOUBLE) AS ${metric}`).join(', ')},
    CAST(NULL AS BIGINT) AS object_ordinal, CAST(NULL AS BIGINT) AS row_number
  WHERE false
)`;

/**
 * The relation behind `{{TELEMETRY}}`: every reading of the objects, typed and cleaned.
 *
 * Columns: `device_id` VARCHAR, `timestamp` TIMESTAMP (UTC), `voltage` (V), `temperature` (°C), `soc` (%) DOUBLE,
 * NULL where missing or not finite; `object_ordinal` (place of the object in key order) and `row_number` (place of the
 * row in its object), both from 0, which decide between rows of equal time.
 * A row without device, or without a time that RFC 3339 can tell (years 1 to 9999), is no reading and is left out.
 *
 * Objects of equal layout share one `read_parquet`, because within one DuckDB applies the first file's types to all.
 *
 * @param entries in key order
 * @param paths what to open for each entry, in the same order; undefined for one that holds nothing of the scope
 * @param scope of which devices there are readings in the relation; null: of all
 * @param hint lets the engine pass over row groups whose column it would otherwise have to cast first
 */
export function telemetrySql(
  entries: readonly ManifestEntry[],
  paths: readonly (string | undefined)[],
  scope: DeviceScope | null,
  hint: TimeHint = { low: null, high: null },
): SqlFragment {
  const opened = [...entries.keys()].filter((ordinal) => paths[ordinal] !== undefined);
  if (opened.length === 0) return { sql: NO_READINGS, params: {} };
  const layouts = Map.groupBy(opened, (ordinal) => entries[ordinal]?.schema.layout ?? '');
  const inScope = scope && scopeCondition(scope);
  const params: Record<string, SqlValue> = { ...inScope?.params };
  const selects = [...layouts.values()].map((ordinals, group) => {
    const schema = entries[ordinals[0] ?? 0]?.schema;
    params[`objects_${group}`] = ordinals.map((ordinal) => paths[ordinal] ?? '');
    const place = 'CAST(file_index AS BIGINT)';
    let ordinal = place;
    if (layouts.size > 1 || opened.length < entries.length) {
      params[`ordinals_${group}`] = ordinals.map(String);
      ordinal = `CAST($ordinals_${group}[${place} + 1] AS BIGINT)`;
    }
    let deviceId = schema?.device === 'bytes' ? 'decode(device_id)' : 'CAST(device_id AS VARCHAR)';
    if (schema?.device === 'key') {
      params[`devices_${group}`] = ordinals.map(
        (index) => deviceInKey(entries[index]?.object.key ?? '') ?? '',
      );
      deviceId = `$devices_${group}[${place} + 1]`;
    }
    // With the session in UTC the cast takes TIMESTAMP WITH TIME ZONE to its UTC wall clock too, but through a calendar, which
    // costs twenty times as much as the microseconds themselves. Infinite ones become NULL, and are left out like any NULL.
    const timestamp = /(?:^|, )timestamp TIMESTAMP_MI(?:LLI|CRO)S_UTC\b/.test(schema?.layout ?? '')
      ? 'make_timestamp(epoch_us("timestamp"))'
      : 'CAST("timestamp" AS TIMESTAMP)';
    return `SELECT ${deviceId} AS device_id, ${timestamp} AS "timestamp", ${METRICS.map(
      (metric) => `CAST(${metric} AS DOUBLE) AS ${metric}`,
    ).join(', ')}, ${ordinal} AS object_ordinal, file_row_number AS row_number
    FROM read_parquet($objects_${group}, hive_partitioning = false)${hintSql(schema?.layout ?? '', hint, params)}`;
  });
  const cleaned = METRICS.map((metric) => `CASE WHEN isfinite(${metric}) THEN ${metric} END AS ${metric}`);
  return {
    sql: `(
  SELECT device_id, "timestamp", ${cleaned.join(', ')}, object_ordinal, row_number
  FROM (
    ${selects.join('\n    UNION ALL\n    ')}
  ) AS typed
  WHERE device_id IS NOT NULL AND "timestamp" BETWEEN ${FIRST_TIME} AND ${LAST_TIME}${inScope === null ? '' : ` AND ${inScope.sql}`}
)`,
    params,
  };
}

/**
 * Conditions on the column as the file has it. A condition on a cast is not compared with the statistics of row groups, except
 * for the types of a column that need none: these are left to the statement's own.
 */
function hintSql(layout: string, { low, high }: TimeHint, params: Record<string, SqlValue>): string {
  const type = /(?:^|, )timestamp TIMESTAMP_(NANOS|\w+_UTC)\b/.exec(layout)?.[1];
  if (type === undefined) return '';
  const conditions: string[] = [];
  const add = (name: string, sign: string, value: string | null) => {
    if (value === null || (type === 'NANOS' && !isOfNanoseconds(value))) return;
    params[name] = value;
    // Cutting nanoseconds to microseconds may move a reading by less than one of these.
    const instant =
      type === 'NANOS'
        ? `CAST(CAST($${name} AS TIMESTAMP) ${sign === '>=' ? '-' : '+'} INTERVAL 1 MICROSECOND AS TIMESTAMP_NS)`
        : `CAST($${name} AS TIMESTAMPTZ)`;
    conditions.push(`"timestamp" ${sign} ${instant}`);
  };
  add('hint_low', '>=', low);
  add('hint_high', '<=', high);
  return conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
}

/** Nanoseconds since 1970 in 64 bits reach from 1677 to 2262. */
function isOfNanoseconds(instant: string): boolean {
  return instant > '1678' && instant < '2262';
}
