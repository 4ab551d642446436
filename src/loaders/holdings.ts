import { z } from 'zod';
import { type DatasetView, onlyObjects } from '../dataset/view.ts';
import type { RunOptions } from '../engine/engine.ts';
import type { RollupStore } from '../rollup/store.ts';
import { HOLDING_SQL } from '../rollup/summaries-sql.ts';

/** Which readings a question is about. */
export interface ReadingRange {
  /** null: of every device. */
  readonly deviceIds: readonly string[] | null;
  /** From the first instant, inclusive, to the last, exclusive: RFC 3339 in UTC; null: without an end. */
  readonly from: string | null;
  readonly to: string | null;
}

const objectRows = z.array(z.object({ key: z.string(), etag: z.string(), size: z.number() }));

/** Knows from the partials which objects hold which readings, so that a scan opens no others. */
export class Holdings {
  private readonly store: RollupStore;

  constructor(store: RollupStore) {
    this.store = store;
  }

  /**
   * The view with just the objects that may hold readings of these devices in this time. Nothing is left out that matters:
   * partials are made of every reading. Without rollups it is the whole view.
   * @throws DatasetChangedError when the rollups have moved on
   */
  async onlyHolding(view: DatasetView, range: ReadingRange, options: RunOptions): Promise<DatasetView> {
    if (view.rollups === null) return view;
    const { deviceIds, from, to } = range;
    const statement = { name: 'holding', sql: HOLDING_SQL, params: { device_ids: deviceIds, from, to } };
    return onlyObjects(view, objectRows.parse(await this.store.run(view.rollups, statement, options)));
  }
}
