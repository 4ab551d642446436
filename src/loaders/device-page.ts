import { z } from 'zod';
import {
  type DeviceConnection,
  type DeviceOrder,
  type DeviceSummary,
  type DevicesArgs,
  METRICS,
  type Telemetry,
} from '../../schema/context.ts';
import { checkRows } from '../catalog/query-catalog.ts';
import type { Scan } from '../dataset/view-reader.ts';
import type { Row, SqlValue } from '../engine/engine.ts';
import { mapInSlices } from '../pace.ts';
import { snakeCase } from './camel-case.ts';
import { checkCount } from './check-limit.ts';
import { type DevicePosition, decodeCursor, encodeCursor } from './device-cursor.ts';
import { asksForLatest, deviceConditions } from './device-filter.ts';
import { deviceSummaryRow } from './rows.ts';

interface Source {
  /** A SELECT of every device's summary, with `$device_ids` to narrow it down. */
  readonly summarySql: string;
  /** The same of every device's latest reading. */
  readonly latestSql: string;
  newestReading: Telemetry['newestReading'];
  run(scan: Scan): Promise<Row[]>;
}

const countsRow = z.object({
  total_count: z.int(),
  ranged_count: z.int(),
  outside_after: z.int(),
  outside_before: z.int(),
  device_id: z.string().nullable(),
});

const placeRow = z.object({
  device_id: z.string(),
  order_value: z.union([z.string(), z.number(), z.null()]),
});

/**
 * One page of devices by the algorithm of the Relay cursor connections specification (§ 4, Arguments, and § 5,
 * PageInfo): filter, cut by cursors, then `first`, then `last`. One statement, keyset and not offset.
 * @throws ArgumentError, InvalidCursorError
 */
export async function pageOfDevices(source: Source, args: DevicesArgs): Promise<DeviceConnection> {
  const first = checkCount('first', args.first);
  const last = checkCount('last', args.last);
  const after = args.after === null ? null : decodeCursor('after', args.after, args.orderBy);
  const before = args.before === null ? null : decodeCursor('before', args.before, args.orderBy);

  const conditions = await deviceConditions(args.filter, source.newestReading);
  const fromTheEnd = first === null && last !== null;
  const rows = await source.run({
    name: 'devices',
    sql: pageSql(describedSql(source, args), conditions.sql, args.orderBy, fromTheEnd),
    params: {
      ...conditions.params,
      ...positionParams('after', after),
      ...positionParams('before', before),
      page_limit: first ?? last,
    },
  });
  const [counts] = await checkRows('devices', rows.slice(0, 1), countsRow);
  const page = rows.filter((row) => row['device_id'] !== null);
  if (fromTheEnd) page.reverse();
  const kept = first !== null && last !== null ? page.slice(Math.max(0, page.length - last)) : page;
  const nodes = await checkRows('devices', kept, deviceSummaryRow);
  const places = await checkRows('devices', kept, placeRow);
  const edges = await mapInSlices(places, ({ device_id, order_value }, index) => ({
    cursor: encodeCursor(args.orderBy, { value: order_value, deviceId: device_id }),
    node: nodes[index] as DeviceSummary,
  }));
  const ranged = counts?.ranged_count ?? 0;
  return {
    totalCount: counts?.total_count ?? 0,
    edges,
    pageInfo: {
      hasNextPage: first === null ? (counts?.outside_before ?? 0) > 0 : ranged > first,
      hasPreviousPage: last === null ? (counts?.outside_after ?? 0) > 0 : ranged > last,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** Latest readings are looked up only for who asks about them: without rollups, that is a second look at each reading. */
function describedSql({ summarySql, latestSql }: Source, { filter, orderBy }: DevicesArgs): string {
  // A mean of huge values can overflow, and is then shown as missing: so it is for conditions and orders too.
  const shown = METRICS.map(
    (metric) => `CASE WHEN isfinite(avg_${metric}) THEN avg_${metric} END AS avg_${metric}`,
  );
  const summary = `summary AS (
  SELECT * REPLACE (${shown.join(', ')}) FROM (
${summarySql}
  ) AS summed_up
)`;
  if (!orderBy.field.startsWith('latest') && !asksForLatest(filter)) {
    return `${summary}, described AS (SELECT * FROM summary)`;
  }
  return `${summary}, latest AS (
${latestSql}
), described AS (
  SELECT summary.*, ${METRICS.map((metric) => `latest.${metric} AS latest_${metric}`).join(', ')}
  FROM summary JOIN latest ON latest.device_id = summary.device_id
)`;
}

/**
 * `position` is (is the value missing, the value, the id), each with its direction: a total order in which devices
 * without a value come last. The column and the signs are our own constants; everything else is bound.
 */
function pageSql(
  describedSql: string,
  conditions: string,
  { field, direction }: DeviceOrder,
  fromTheEnd: boolean,
): string {
  const column = snakeCase(field);
  const type = column === 'device_id' ? 'VARCHAR' : column.endsWith('_seen') ? 'TIMESTAMPTZ' : 'DOUBLE';
  const value = type === 'TIMESTAMPTZ' ? `timezone('UTC', ${column})` : `CAST(${column} AS ${type})`;
  const [further, back] = direction === 'ASC' ? (['>', '<'] as const) : (['<', '>'] as const);
  const beyond = (side: 'after' | 'before', sign: '<' | '>', idSign: '<' | '>') => {
    const bound = `CAST($${side}_value AS ${type})`;
    return `(
      order_missing ${idSign} ($${side}_value IS NULL)
      OR order_missing = ($${side}_value IS NULL)
        AND (order_missing OR order_value = ${bound}) AND device_id ${idSign} $${side}_id
      OR order_value ${sign} ${bound})`;
  };
  const isAfter = `($after_id IS NULL OR coalesce(${beyond('after', further, '>')}, false))`;
  const isBefore = `($before_id IS NULL OR coalesce(${beyond('before', back, '<')}, false))`;
  const flip = (forward: 'ASC' | 'DESC') => (fromTheEnd ? (forward === 'ASC' ? 'DESC' : 'ASC') : forward);
  const order = `order_missing ${flip('ASC')}, order_value ${flip(direction)}, device_id ${flip('ASC')}`;
  return `WITH ${describedSql}, matching AS MATERIALIZED (
  SELECT *, ${value} AS order_value, ${column} IS NULL AS order_missing
  FROM described
  WHERE ${conditions}
), placed AS MATERIALIZED (
  SELECT *, ${isAfter} AS is_after, ${isBefore} AS is_before FROM matching
), counts AS (
  SELECT
    count(*) AS total_count,
    count(*) FILTER (is_after AND is_before) AS ranged_count,
    count(*) FILTER (NOT is_after) AS outside_after,
    count(*) FILTER (NOT is_before) AS outside_before
  FROM placed
), page AS (
  SELECT * FROM placed WHERE is_after AND is_before ORDER BY ${order} LIMIT $page_limit
)
SELECT counts.*, page.* FROM counts LEFT JOIN page ON true ORDER BY ${order}`;
}

function positionParams(side: 'after' | 'before', position: DevicePosition | null): Record<string, SqlValue> {
  return { [`${side}_value`]: position?.value ?? null, [`${side}_id`]: position?.deviceId ?? null };
}
