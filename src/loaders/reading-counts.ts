import { z } from 'zod';
import type { TimeRange } from '../../schema/context.ts';
import { checkRows } from '../catalog/query-catalog.ts';
import { instant } from '../dataset/cluster/telemetry-sql.ts';
import { requireReadings, type Scanner } from '../dataset/scanner.ts';
import type { DatasetView } from '../dataset/view.ts';
import type { RunOptions } from '../engine/engine.ts';
import { countsSql } from '../rollup/readings-sql.ts';
import type { RollupStore } from '../rollup/store.ts';
import type { Holdings } from './holdings.ts';

const partRow = z.object({
  device_id: z.string(),
  low: z.string().nullable(),
  high: z.string().nullable(),
  readings: z.int(),
});
const countRow = z.object({ device_id: z.string(), readings: z.int() });
type Count = z.infer<typeof countRow>;

const SCAN_SQL = `SELECT device_id, count(*) AS readings
FROM {{TELEMETRY}} AS readings
WHERE device_id IN (SELECT unnest($device_ids))
  AND ($from IS NULL OR "timestamp" >= CAST($from AS TIMESTAMP))
  AND ($to IS NULL OR "timestamp" < CAST($to AS TIMESTAMP))
GROUP BY device_id`;

const CLUSTER_SQL = `SELECT device_id, count(*) AS readings
FROM {{TELEMETRY}} AS readings
WHERE contains($device_ids, device_id)
  AND ($from IS NULL OR "timestamp" >= ${instant('from')})
  AND ($to IS NULL OR "timestamp" < ${instant('to')})
GROUP BY device_id`;

/** Counts readings: by the partials where slots lie whole in the time; those that it cuts, at most two, by a scan. */
export class ReadingCounts {
  private readonly scanner: Scanner;
  private readonly store: RollupStore;
  private readonly holdings: Holdings;

  constructor(parts: { scanner: Scanner; store: RollupStore; holdings: Holdings }) {
    this.scanner = parts.scanner;
    this.store = parts.store;
    this.holdings = parts.holdings;
  }

  /** In the order of the devices. */
  async of(
    view: DatasetView,
    deviceIds: readonly string[],
    range: TimeRange,
    options: RunOptions,
  ): Promise<number[]> {
    requireReadings(view);
    const found =
      view.rollups === null
        ? await this.scan(view, deviceIds, range, options)
        : await this.fromPartials(view, deviceIds, range, options);
    const counts = new Map<string, number>();
    for (const { device_id, readings } of found) {
      counts.set(device_id, (counts.get(device_id) ?? 0) + readings);
    }
    return deviceIds.map((deviceId) => counts.get(deviceId) ?? 0);
  }

  private async fromPartials(
    view: DatasetView,
    deviceIds: readonly string[],
    range: TimeRange,
    options: RunOptions,
  ): Promise<Count[]> {
    const params = { device_ids: deviceIds, from: range.from, to: range.to };
    const statement = { name: 'reading_counts', sql: countsSql(this.store.slots), params };
    const parts = await checkRows(statement.name, await this.store.run(view, statement, options), partRow);
    const whole = parts.filter(({ low }) => low === null);
    const cut = parts.filter(({ low }) => low !== null);
    const scanned = await Promise.all(
      [...Map.groupBy(cut, ({ low, high }) => `${low} ${high}`).values()].map(async (members) => {
        const ids = members.map(({ device_id }) => device_id);
        const slot = { from: members[0]?.low ?? null, to: members[0]?.high ?? null };
        const holding = await this.holdings.onlyHolding(view, { deviceIds: ids, ...slot }, options);
        return holding.entries.length === 0 ? [] : this.scan(holding, ids, slot, options);
      }),
    );
    return [...whole, ...scanned.flat()];
  }

  private async scan(
    view: DatasetView,
    deviceIds: readonly string[],
    { from, to }: TimeRange,
    options: RunOptions,
  ): Promise<Count[]> {
    const params = { device_ids: deviceIds, from, to };
    const scan = {
      name: 'reading_counts',
      sql: SCAN_SQL,
      clusterSql: CLUSTER_SQL,
      params,
      hint: { low: from, high: to },
    };
    return checkRows(scan.name, await this.scanner.run(view, scan, options), countRow);
  }
}
