import { z } from 'zod';
import type { CompareArgs, Comparison, PeriodStatistic } from '../../schema/fleet-types.ts';
import { checkRows } from '../catalog/query-catalog.ts';
import { snakeCase } from './camel-case.ts';
import { checkWithin } from './check-limit.ts';
import { checkDays, instantsOf, spanOf } from './day-range.ts';
import { type Ask, PERIOD_COLUMNS, periodStatisticsRow, sqlOfPeriod } from './period-statistics.ts';

const comparedRow = z.object({
  device_id: z.string().nullable(),
  first_side: periodStatisticsRow.nullable(),
  second_side: periodStatisticsRow.nullable(),
  device_count: z.int(),
});

/**
 * Two periods of days side by side, for each device and for all together, in one statement.
 * @throws ArgumentError
 */
export async function comparePeriods(ask: Ask, args: CompareArgs): Promise<Comparison> {
  const { timeZone, deviceIds } = args;
  const first = checkDays(args.first, 'first.');
  const second = checkDays(args.second, 'second.');
  const params = {
    device_ids: deviceIds && [...new Set(deviceIds)],
    first_from: first.from,
    first_to: first.to,
    second_from: second.from,
    second_to: second.to,
    time_zone: timeZone,
    limit: checkWithin('comparedDevices', 'limit', args.limit),
  };
  const firstSql = sqlOfPeriod(timeZone, 'first_', true);
  const secondSql = sqlOfPeriod(timeZone, 'second_', true);
  const answer = await ask({
    name: 'compare',
    rolledUp: comparedSql(firstSql.rolledUp, secondSql.rolledUp, args.orderBy),
    scanned: comparedSql(firstSql.scanned, secondSql.scanned, args.orderBy),
    edged: {
      sql: comparedSql(firstSql.edged, secondSql.edged, args.orderBy),
      prefixes: ['first_', 'second_'],
    },
    params,
    range: instantsOf({ device_ids: params.device_ids, ...spanOf(first, second) }),
  });
  const rows = await checkRows('compare', answer, comparedRow);
  const devices = rows.flatMap(({ device_id: deviceId, first_side, second_side }) =>
    deviceId === null ? [] : [{ deviceId, first: first_side, second: second_side }],
  );
  const total = rows.find(({ device_id }) => device_id === null);
  return {
    deviceCount: rows.at(-1)?.device_count ?? 0,
    total: { first: total?.first_side ?? null, second: total?.second_side ?? null },
    devices,
  };
}

/** The row of all devices has no id; it is there beyond the limit, and comes first. A side without readings is NULL. */
function comparedSql(first: string, second: string, orderBy: PeriodStatistic | null): string {
  const side = (number: 1 | 2) =>
    `any_value(struct_pack(${PERIOD_COLUMNS.map((column) => `${column} := ${column}`).join(', ')}))
      FILTER (side = ${number})`;
  return `WITH sides AS MATERIALIZED (
  SELECT 1 AS side, * FROM (${first}) AS first_period WHERE reading_count > 0
  UNION ALL BY NAME
  SELECT 2 AS side, * FROM (${second}) AS second_period WHERE reading_count > 0
), compared AS (
  SELECT device_id, ${side(1)} AS first_side, ${side(2)} AS second_side FROM sides GROUP BY device_id
), placed AS (
  SELECT *,
    row_number() OVER (PARTITION BY device_id IS NULL ORDER BY ${orderBy === null ? '' : `${changeOf(orderBy)} DESC NULLS LAST, `}device_id) AS place,
    count(device_id) OVER () AS device_count
  FROM compared
)
SELECT device_id, first_side, second_side, device_count, (SELECT bool_or(straddles) FROM sides) AS straddles
FROM placed
WHERE device_id IS NULL OR place <= $limit
ORDER BY device_id IS NOT NULL, place`;
}

/** How large a change is, up or down. No readings are 0 readings; any other value of a missing side is missing. */
function changeOf(statistic: PeriodStatistic): string {
  const value = (side: string) =>
    statistic === 'readingCount' ? `coalesce(${side}.reading_count, 0)` : `${side}.${snakeCase(statistic)}`;
  const change = `(${value('second_side')} - ${value('first_side')})`;
  return `CASE WHEN isfinite(CAST(${change} AS DOUBLE)) THEN abs(${change}) END`;
}
