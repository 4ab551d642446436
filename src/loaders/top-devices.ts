import { z } from 'zod';
import type { RankedDevice, TopDevicesArgs } from '../../schema/fleet-types.ts';
import { checkRows } from '../catalog/query-catalog.ts';
import { snakeCase } from './camel-case.ts';
import { checkWithin } from './check-limit.ts';
import { checkDays, instantsOf } from './day-range.ts';
import { type Ask, periodStatisticsRow, sqlOfPeriod } from './period-statistics.ts';

const placeRow = z.object({ device_id: z.string(), rank: z.int(), value: z.number() });

/**
 * The devices at one end of a statistic over a period of days. Devices without the value have no rank.
 * @throws ArgumentError
 */
export async function topDevices(ask: Ask, args: TopDevicesArgs): Promise<readonly RankedDevice[]> {
  const { by, direction, deviceIds } = args;
  const { from, to, timeZone } = checkDays(args.days);
  const params = {
    device_ids: deviceIds && [...new Set(deviceIds)],
    from,
    to,
    time_zone: timeZone,
    limit: checkWithin('topDevices', 'first', args.first),
  };
  const period = sqlOfPeriod(timeZone);
  const rows = await ask({
    name: 'top_devices',
    rolledUp: rankedSql(period.rolledUp, snakeCase(by), direction),
    scanned: rankedSql(period.scanned, snakeCase(by), direction),
    edged: { sql: rankedSql(period.edged, snakeCase(by), direction), prefixes: [''] },
    params,
    range: instantsOf(params),
  });
  const found = rows.filter((row) => row['device_id'] !== null);
  const statistics = await checkRows('top_devices', found, periodStatisticsRow);
  const places = await checkRows('top_devices', found, placeRow);
  return places.flatMap(({ device_id: deviceId, rank, value }, index) => {
    const own = statistics[index];
    return own === undefined ? [] : [{ deviceId, rank, value, statistics: own }];
  });
}

/** There is a row in any case, since it tells whether a day begins within a slot. */
function rankedSql(periodSelect: string, column: string, direction: 'ASC' | 'DESC'): string {
  return `WITH period AS MATERIALIZED (
${periodSelect}
), ranked AS (
  SELECT * EXCLUDE (straddles), CAST(${column} AS DOUBLE) AS value,
    rank() OVER (ORDER BY CAST(${column} AS DOUBLE) ${direction}) AS rank
  FROM period
  WHERE ${column} IS NOT NULL
  ORDER BY rank, device_id
  LIMIT $limit
)
SELECT flag.straddles, ranked.*
FROM (SELECT coalesce(bool_or(straddles), false) AS straddles FROM period) AS flag
LEFT JOIN ranked ON true
ORDER BY rank, device_id`;
}
