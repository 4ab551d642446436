import type { DayRange } from '../../schema/context.ts';
import { PERIOD_STATISTICS, type PeriodStatistics } from '../../schema/fleet-types.ts';
import { checkRows } from '../catalog/query-catalog.ts';
import { METRICS } from '../dataset/reading-schema.ts';
import type { Row } from '../engine/engine.ts';
import { type PeriodSql, periodSql } from '../rollup/periods-sql.ts';
import { snakeCase } from './camel-case.ts';
import { instantsOf } from './day-range.ts';
import { camelRow, measure, statistics } from './rows.ts';
import type { Question } from './summary-source.ts';

/** Answers a question from the view of the operation. */
export type Ask = (question: Question) => Promise<Row[]>;

/** The columns of `periodSql`, under the names of the schema. */
export const periodStatisticsRow = camelRow({
  ...statistics,
  ...(Object.fromEntries(METRICS.map((metric) => [`range_${metric}`, measure])) as Record<
    `range_${(typeof METRICS)[number]}`,
    typeof measure
  >),
});

export const PERIOD_COLUMNS = PERIOD_STATISTICS.map(snakeCase);

/** The SELECTs of one period, without a row of all devices unless it is asked for. */
export function sqlOfPeriod(timeZone: DayRange['timeZone'], prefix = '', total = false): PeriodSql {
  return periodSql({ prefix, utc: timeZone === 'UTC', total });
}

/** All devices in question together over a period; null when there are no readings. */
export async function totalOfPeriod(
  ask: Ask,
  { deviceIds, days }: { deviceIds: readonly string[] | null; days: DayRange },
): Promise<PeriodStatistics | null> {
  const { from, to, timeZone } = days;
  const sql = sqlOfPeriod(timeZone, '', true);
  const params = { device_ids: deviceIds, from, to, time_zone: timeZone };
  const onlyTotal = (select: string) =>
    `SELECT * FROM (${select}) AS period WHERE device_id IS NULL AND reading_count > 0`;
  const rows = await ask({
    name: 'period_total',
    rolledUp: onlyTotal(sql.rolledUp),
    scanned: onlyTotal(sql.scanned),
    edged: { sql: onlyTotal(sql.edged), prefixes: [''] },
    params,
    range: instantsOf(params),
  });
  return (await checkRows('period_total', rows, periodStatisticsRow))[0] ?? null;
}
