import { z } from 'zod';
import { checkRows, type QueryParams } from '../catalog/query-catalog.ts';
import { requireReadings, type Scanner } from '../dataset/scanner.ts';
import type { DatasetView } from '../dataset/view.ts';
import type { RunOptions } from '../engine/engine.ts';
import { numberColumns } from '../engine/number-columns.ts';
import { PAGE_SLOTS_SQL, pageDaysSql } from '../rollup/readings-sql.ts';
import type { RollupStore } from '../rollup/store.ts';
import type { Holdings } from './holdings.ts';
import { instantWriter, millisOf } from './instants.ts';
import { PlacedReading, type ReadingTable } from './placed-reading.ts';
import {
  boundsOf,
  READING_COLUMNS,
  type ReadingScan,
  type ReadingWindow,
  readingScan,
} from './reading-scan.ts';
import { slotRow, windowsOf } from './reading-windows.ts';

const daysRow = z.object({ device_id: z.string(), first_day: z.string(), last_day: z.string() });

/** Of what a timestamp may be. */
const FIRST_DAY = '0001-01-01';
const LAST_DAY = '9999-12-31';
const DAY_MS = 86_400_000;
const SHORT_MS = 3 * DAY_MS;

/**
 * Reads rows of devices. The partials tell beforehand in which time the wanted number of rows lies, and in which objects:
 * a page costs what it holds, not what there is. Without rollups all objects are scanned.
 */
export class ReadingRows {
  private readonly scanner: Scanner;
  private readonly store: RollupStore;
  private readonly holdings: Holdings;

  constructor(parts: { scanner: Scanner; store: RollupStore; holdings: Holdings }) {
    this.scanner = parts.scanner;
    this.store = parts.store;
    this.holdings = parts.holdings;
  }

  /** By device (in any order), then as the scan goes. */
  async of(
    view: DatasetView,
    deviceIds: readonly string[],
    scan: ReadingScan,
    options: RunOptions,
  ): Promise<PlacedReading[]> {
    requireReadings(view);
    if (view.rollups === null) return this.scan(view, deviceIds, scan, [], options);
    const only = await this.onlyObject(view, scan, options);
    if (only?.entries.length === 0) return [];
    if (only !== undefined) return this.scan(only, deviceIds, scan, [], options);
    const { windows, keys } = await this.windows(view, deviceIds, scan, options);
    if (windows.length === 0) return [];
    const holding = { ...view, entries: view.entries.filter(({ object }) => keys.has(object.key)) };
    const held = windows.map(({ deviceId }) => deviceId);
    return this.scan(holding, held, scan, windows, options);
  }

  /**
   * The object that a day or less lies in, where it is the only one: to read it costs less than to ask the partials about each
   * device. undefined: there are several.
   */
  private async onlyObject(
    view: DatasetView,
    scan: ReadingScan,
    options: RunOptions,
  ): Promise<DatasetView | undefined> {
    const { low, high } = boundsOf(scan);
    if (low === null || high === null || millisOf(high) - millisOf(low) > DAY_MS) return undefined;
    const spanning = await this.holdings.spanning(view, { low, high, to: scan.to }, options);
    return spanning.entries.length <= 1 ? spanning : undefined;
  }

  private async scan(
    view: DatasetView,
    deviceIds: readonly string[],
    scan: ReadingScan,
    windows: readonly ReadingWindow[],
    options: RunOptions,
  ): Promise<PlacedReading[]> {
    const statement = readingScan(view.entries, deviceIds, scan, windows);
    const chunks = await this.scanner.chunks(view, statement, options);
    const columns = await numberColumns(chunks, READING_COLUMNS.length);
    const table: ReadingTable = {
      columns: Object.fromEntries(
        READING_COLUMNS.map((name, place) => [name, columns[place]]),
      ) as unknown as ReadingTable['columns'],
      deviceIds,
      keys: view.entries.map(({ object }) => object.key),
      instant: instantWriter(),
    };
    return Array.from(table.columns.device, (_, index) => new PlacedReading(table, index));
  }

  /** Two steps, so that of years of slots only those of a few days are looked at; a few days need no first one. */
  private async windows(
    view: DatasetView,
    deviceIds: readonly string[],
    scan: ReadingScan,
    options: RunOptions,
  ): Promise<ReturnType<typeof windowsOf>> {
    const ask = async <T>(name: string, sql: string, params: QueryParams, row: z.ZodType<T>) =>
      checkRows(name, await this.store.run(view, { name, sql, params }, options), row);
    const { low, high } = boundsOf(scan);
    const [first, last] = [dayOf(low) ?? FIRST_DAY, dayOf(high) ?? LAST_DAY];
    const page = { device_ids: deviceIds, rows: scan.limit, first, last };
    const isShort = Date.parse(last) - Date.parse(first) < SHORT_MS;
    const days = isShort
      ? deviceIds.map((device_id) => ({ device_id, first_day: first, last_day: last }))
      : await ask('reading_days', pageDaysSql(scan.ascending), page, daysRow);
    if (days.length === 0) return windowsOf([], scan, this.store.slots);
    const firsts = days.map(({ first_day }) => first_day);
    const lasts = days.map(({ last_day }) => last_day);
    const wanted = {
      device_ids: days.map(({ device_id }) => device_id),
      first_days: firsts,
      last_days: lasts,
      first: firsts.toSorted()[0] ?? first,
      last: lasts.toSorted().at(-1) ?? last,
      low,
      high,
      to: scan.to,
    };
    return windowsOf(await ask('reading_slots', PAGE_SLOTS_SQL, wanted, slotRow), scan, this.store.slots);
  }
}

const dayOf = (instant: string | null) => instant?.slice(0, 10);
