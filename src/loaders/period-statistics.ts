import { z } from 'zod';
import { type DayRange, PERIOD_STATISTICS } from '../../schema/context.ts';
import { METRICS } from '../dataset/reading-schema.ts';
import type { Row } from '../engine/engine.ts';
import { type PeriodSql, periodSql } from '../rollup/periods-sql.ts';
import { camelKeys, snakeCase } from './camel-case.ts';
import { measure, statistics } from './rows.ts';
import type { Question } from './summary-source.ts';

/** Answers a question from the view of the operation. */
export type Ask = (question: Question) => Promise<Row[]>;

/** The columns of `periodSql`, under the names of the schema. */
export const periodStatisticsRow = z
  .object({
    ...statistics,
    ...(Object.fromEntries(METRICS.map((metric) => [`range_${metric}`, measure])) as Record<
      `range_${(typeof METRICS)[number]}`,
      typeof measure
    >),
  })
  .transform(camelKeys);

export const PERIOD_COLUMNS = PERIOD_STATISTICS.map(snakeCase);

/** The SELECTs of one period, without a row of all devices unless it is asked for. */
export function sqlOfPeriod(timeZone: DayRange['timeZone'], prefix = '', total = false): PeriodSql {
  return periodSql({ prefix, utc: timeZone === 'UTC', total });
}
