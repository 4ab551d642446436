import { z } from 'zod';
import type { Reading } from '../../schema/context.ts';
import { checkRows, type QueryParams } from '../catalog/query-catalog.ts';
import { requireReadings, type Scanner } from '../dataset/scanner.ts';
import type { DatasetView } from '../dataset/view.ts';
import type { RunOptions } from '../engine/engine.ts';
import { PAGE_SLOTS_SQL, pageDaysSql } from '../rollup/readings-sql.ts';
import type { RollupStore } from '../rollup/store.ts';
import { instantWriter } from './instants.ts';
import { boundsOf, type ReadingScan, type ReadingWindow, readingRow, readingScan } from './reading-scan.ts';
import { slotRow, windowsOf } from './reading-windows.ts';

/** A row, and its place. */
export interface PlacedReading {
  readonly node: Reading;
  readonly key: string;
  readonly row: number;
}

const daysRow = z.object({ device_id: z.string(), first_day: z.string(), last_day: z.string() });

/** Of what a timestamp may be. */
const FIRST_DAY = '0001-01-01';
const LAST_DAY = '9999-12-31';
const SHORT_MS = 3 * 86_400_000;

/**
 * Reads rows of devices. The partials tell beforehand in which time the wanted number of rows lies, and in which objects:
 * a page costs what it holds, not what there is. Without rollups all objects are scanned.
 */
export class ReadingRows {
  private readonly scanner: Scanner;
  private readonly store: RollupStore;

  constructor(parts: { scanner: Scanner; store: RollupStore }) {
    this.scanner = parts.scanner;
    this.store = parts.store;
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
    const { windows, keys } = await this.windows(view.rollups, deviceIds, scan, options);
    if (windows.length === 0) return [];
    const holding = { ...view, entries: view.entries.filter(({ object }) => keys.has(object.key)) };
    const held = windows.map(({ deviceId }) => deviceId);
    return this.scan(holding, held, scan, windows, options);
  }

  private async scan(
    view: DatasetView,
    deviceIds: readonly string[],
    scan: ReadingScan,
    windows: readonly ReadingWindow[],
    options: RunOptions,
  ): Promise<PlacedReading[]> {
    const statement = readingScan(view.entries, deviceIds, scan, windows);
    const rows = await checkRows(
      statement.name,
      await this.scanner.run(view, statement, options),
      readingRow,
    );
    const keys = view.entries.map(({ object }) => object.key);
    const [only = ''] = deviceIds;
    const instant = instantWriter();
    return rows.map(
      ({ device_id: deviceId = only, millis, micros, voltage, temperature, soc, ...place }) => ({
        node: { deviceId, timestamp: instant(millis, micros), voltage, temperature, soc },
        key: keys[place.object_ordinal] ?? '',
        row: place.row_number,
      }),
    );
  }

  /** Two steps, so that of years of slots only those of a few days are looked at; a few days need no first one. */
  private async windows(
    version: string,
    deviceIds: readonly string[],
    scan: ReadingScan,
    options: RunOptions,
  ): Promise<ReturnType<typeof windowsOf>> {
    const ask = async <T>(name: string, sql: string, params: QueryParams, row: z.ZodType<T>) =>
      checkRows(name, await this.store.run(version, { name, sql, params }, options), row);
    const { low, high } = boundsOf(scan);
    const [first, last] = [dayOf(low) ?? FIRST_DAY, dayOf(high) ?? LAST_DAY];
    const page = { device_ids: deviceIds, rows: scan.limit, first, last };
    const isShort = Date.parse(last) - Date.parse(first) < SHORT_MS;
    const days = isShort
      ? deviceIds.map((device_id) => ({ device_id, first_day: first, last_day: last }))
      : await ask('reading_days', pageDaysSql(scan.ascending), page, daysRow);
    if (days.length === 0) return windowsOf([], scan);
    const firsts = days.map(({ first_day }) => first_day);
    const lasts = days.map(({ last_day }) => last_day);
    const wanted = {
      device_ids: days.map(({ device_id }) => device_id),
      first_days: firsts,
      last_days: lasts,
      first: firsts.toSorted()[0] ?? first,
      last: lasts.toSorted().at(-1) ?? last,
    };
    return windowsOf(await ask('reading_slots', PAGE_SLOTS_SQL, wanted, slotRow), scan);
  }
}

const dayOf = (instant: string | null) => instant?.slice(0, 10);
