import type { ReadingConnection, TimeRange } from '../../schema/context.ts';
import type { Scanner } from '../dataset/scanner.ts';
import type { DatasetView } from '../dataset/view.ts';
import type { RunOptions } from '../engine/engine.ts';
import type { RollupStore } from '../rollup/store.ts';
import type { Holdings } from './holdings.ts';
import { ReadingCounts } from './reading-counts.ts';
import { pageOfReadings, scanBehind, scanOfPage, withoutCursorRow } from './reading-page.ts';
import { checkTogether, type ReadingRequest } from './reading-request.ts';
import { ReadingRows } from './reading-rows.ts';

/** Answers from the rows themselves, for several devices at once. */
export class ReadingSource {
  private readonly rows: ReadingRows;
  private readonly counts: ReadingCounts;

  constructor(parts: { scanner: Scanner; store: RollupStore; holdings: Holdings }) {
    this.rows = new ReadingRows(parts);
    this.counts = new ReadingCounts(parts);
  }

  /**
   * A page for each device, in their order. One scan for all of them; a second one only where the row of the cursor is no
   * more, or lies outside the time that is asked for.
   * @throws PageTooLargeError; whatever `Scanner.run` and `RollupStore.run` throw
   */
  async pages(
    view: DatasetView,
    deviceIds: readonly string[],
    request: ReadingRequest,
    options: RunOptions,
  ): Promise<ReadingConnection[]> {
    checkTogether(deviceIds.length, request);
    const all = await this.rows.of(view, deviceIds, scanOfPage(request), options);
    const byDevice = Map.groupBy(all, ({ deviceId }) => deviceId);
    return Promise.all(
      deviceIds.map(async (deviceId) => {
        const { rows, found } = withoutCursorRow(request, byDevice.get(deviceId) ?? []);
        const behind = found || (await this.isBehind(view, deviceId, request, options));
        return pageOfReadings({ deviceId, direction: request.direction }, request, rows, behind);
      }),
    );
  }

  /** Readings of each device, in their order. */
  count(
    view: DatasetView,
    deviceIds: readonly string[],
    range: TimeRange,
    options: RunOptions,
  ): Promise<number[]> {
    return this.counts.of(view, deviceIds, range, options);
  }

  private async isBehind(
    view: DatasetView,
    deviceId: string,
    request: ReadingRequest,
    options: RunOptions,
  ): Promise<boolean> {
    const scan = scanBehind(request);
    const isAsked = request.first === null || request.last === null;
    if (scan.start === null || !isAsked) return false;
    return (await this.rows.of(view, [deviceId], scan, options)).length > 0;
  }
}
