import { z } from 'zod';
import type { Scanner } from '../dataset/scanner.ts';
import { type DatasetView, onlyObjects } from '../dataset/view.ts';
import type { RunOptions } from '../engine/engine.ts';
import type { RollupStore } from '../rollup/store.ts';
import { holdingSql, OBJECT_SPANS_SQL } from '../rollup/summaries-sql.ts';
import { millisOf } from './instants.ts';

/** Which readings a question is about. */
export interface ReadingRange {
  /** null: of every device. */
  readonly deviceIds: readonly string[] | null;
  /** From the first instant, inclusive, to the last, exclusive: RFC 3339 in UTC; null: without an end. */
  readonly from: string | null;
  readonly to: string | null;
}

/** When the first and the last reading of an object are from. */
const spanRow = z.object({ key: z.string(), first_ms: z.number(), last_ms: z.number() });
type Spans = ReadonlyMap<string, z.infer<typeof spanRow>>;

const objectRows = z.array(z.object({ key: z.string(), etag: z.string(), size: z.number() }));

const ordinalRows = z.array(z.object({ object_ordinal: z.int() }));

/** Knows from the partials which objects hold which readings, so that a scan opens no others. */
export class Holdings {
  private readonly store: RollupStore;
  private readonly scanner: Scanner;
  private spans: { readonly version: string; readonly spans: Promise<Spans> } | undefined;

  constructor(parts: { store: RollupStore; scanner: Scanner }) {
    this.store = parts.store;
    this.scanner = parts.scanner;
  }

  /**
   * The view with just the objects that may hold readings of these devices in this time. Nothing is left out that matters:
   * partials are made of every reading. Without rollups it is the whole view.
   * @throws DatasetChangedError when the rollups have moved on
   */
  async onlyHolding(view: DatasetView, range: ReadingRange, options: RunOptions): Promise<DatasetView> {
    if (view.rollups === null) return view;
    const { deviceIds, from, to } = range;
    const statement = {
      name: 'holding',
      sql: holdingSql(this.store.slots),
      params: { device_ids: deviceIds, from, to },
    };
    return onlyObjects(view, objectRows.parse(await this.store.run(view, statement, options)));
  }

  /** The view with just the objects that hold readings of its scope. Without rollups that is known by a scan. */
  async ofScope(view: DatasetView, options: RunOptions): Promise<DatasetView> {
    if (view.rollups !== null) {
      return this.onlyHolding(view, { deviceIds: null, from: null, to: null }, options);
    }
    const scan = { name: 'holding', sql: 'SELECT DISTINCT object_ordinal FROM {{TELEMETRY}}' };
    const found = ordinalRows.parse(
      view.entries.length === 0 ? [] : await this.scanner.run(view, scan, options),
    );
    const ordinals = new Set(found.map(({ object_ordinal }) => object_ordinal));
    return { ...view, entries: view.entries.filter((_, ordinal) => ordinals.has(ordinal)) };
  }

  /**
   * The view with just the objects that may hold readings, of whatever device, from `low` to `high` (inclusive) and before `to`:
   * RFC 3339 in UTC. Asks the partials once a version, and memory from then on. Without rollups it is the whole view.
   * @throws DatasetChangedError when the rollups have moved on
   */
  async spanning(
    view: DatasetView,
    { low, high, to }: { readonly low: string; readonly high: string; readonly to: string | null },
    options: RunOptions,
  ): Promise<DatasetView> {
    if (view.rollups === null) return view;
    const spans = await this.spansOf(view.rollups, options);
    const [lowest, highest, end] = [millisOf(low), millisOf(high), to === null ? Infinity : millisOf(to)];
    const entries = view.entries.filter(({ object }) => {
      const span = spans.get(object.key);
      return span !== undefined && span.first_ms <= highest && span.first_ms < end && span.last_ms >= lowest;
    });
    return { ...view, entries };
  }

  private spansOf(version: string, options: RunOptions): Promise<Spans> {
    if (this.spans?.version === version) return this.spans.spans;
    // Whoever comes next waits for the same, so it does not end with the request that asked first.
    const spans = this.readSpans(version, { ...options, signal: undefined });
    this.spans = { version, spans };
    spans.catch(() => {
      if (this.spans?.spans === spans) this.spans = undefined;
    });
    return spans;
  }

  private async readSpans(version: string, options: RunOptions): Promise<Spans> {
    // Of all devices, whoever asks: it decides which objects are opened, and shows in no answer.
    const view = { rollups: version, scope: null };
    const rows = await this.store.run(view, { name: 'object_spans', sql: OBJECT_SPANS_SQL }, options);
    return new Map(
      z
        .array(spanRow)
        .parse(rows)
        .map((span) => [span.key, span]),
    );
  }
}
