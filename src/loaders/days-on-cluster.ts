import type { QueryParams } from '../catalog/query-catalog.ts';
import { instant } from '../dataset/cluster/telemetry-sql.ts';
import type { Scanner } from '../dataset/scanner.ts';
import type { DatasetView } from '../dataset/view.ts';
import type { Engine, Row, RunOptions } from '../engine/engine.ts';
import { MERGED_SUMS, STATISTIC_COLUMNS } from '../rollup/layout.ts';
import { listedSums, listsOfSums, SUMS_CLUSTER_SQL } from '../rollup/sums-sql.ts';
import { instantOf, type WantedDays } from './zone-days.ts';

/** Readings of days are summed up by the places of `$starts`, milliseconds since 1970 as text, of which the embedded engine alone knows. */
const SUMS_OF_DAYS = `SELECT device_id, day, ${SUMS_CLUSTER_SQL}
FROM (
  SELECT *, width_bucket(CAST(date_diff('millisecond', TIMESTAMP '0001-01-01 00:00:00', "timestamp") - 62135596800000 AS double), CAST($starts AS array(double))) AS day
  FROM {{TELEMETRY}}
  WHERE ($low IS NULL OR "timestamp" >= ${instant('low')}) AND ($high IS NULL OR "timestamp" < ${instant('high')})
    AND ($device_ids IS NULL OR contains($device_ids, device_id))
) AS placed
GROUP BY device_id, day`;

const KEYS = { device_id: 'VARCHAR', date: 'DATE' };

/** Makes the rows of `daily_summary.sql` of them: the embedded engine divides, as it does for rollups. */
const DAYS_OF_SUMS = `SELECT device_id, date, ${STATISTIC_COLUMNS}
FROM (SELECT device_id, date, ${MERGED_SUMS} FROM (SELECT ${listedSums('sum_', KEYS)}) AS parts GROUP BY device_id, date) AS days
ORDER BY device_id, date`;

/**
 * The summaries of days of a zone from readings that the cluster sums up: a row for each device and day, as many as the answer has.
 * @returns undefined where it is for the embedded engine to answer
 */
export async function daysOnCluster(
  { engine, scanner }: { engine: Engine; scanner: Scanner },
  view: DatasetView,
  { params, days }: { params: QueryParams; days: WantedDays },
  options: RunOptions,
): Promise<Row[] | undefined> {
  const { starts, low, high, isWanted } = days;
  const scan = {
    name: 'daily_summary',
    clusterSql: SUMS_OF_DAYS,
    params: {
      device_ids: params['device_ids'] ?? null,
      starts: starts.map(({ start }) => String(start)),
      low: low === null ? null : instantOf(low),
      high: high === null ? null : instantOf(high),
    },
  };
  const sums = await scanner.clusterRows(view, scan, options);
  if (sums === undefined) return undefined;
  const dated = sums.flatMap((row) => {
    const piece = starts[Number(row['day']) - 1];
    return piece !== undefined && isWanted(piece) ? [{ ...row, date: piece.date }] : [];
  });
  const merged = {
    name: 'daily_sums',
    sql: DAYS_OF_SUMS,
    params: listsOfSums('sum_', Object.keys(KEYS), dated),
  };
  return engine.run(merged, options);
}
