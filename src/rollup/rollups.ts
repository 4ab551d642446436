import pMap from 'p-map';
import type { ManifestEntry, QuarantinedObject } from '../dataset/inspect.ts';
import { describeFault, mayBeBrokenObject, type ObjectReader } from '../dataset/object-reader.ts';
import type { RollupKeeper, RollupProgress, RollupUpdate } from '../dataset/rollup-keeper.ts';
import { createSnapshot } from '../dataset/snapshot.ts';
import type { Logger } from '../log.ts';
import { PARTIALS_SQL } from './layout.ts';
import { planRollup } from './plan.ts';
import type { ObjectPartials, RollupStore } from './store.ts';

export interface RollupsOptions {
  readonly store: RollupStore;
  readonly reader: ObjectReader;
  readonly log: Logger;
}

/** Objects aggregated at once: one thread waits for the store while the other works. */
const CONCURRENCY = 2;
/** Objects whose partials are held in memory before they are written, while nobody reads the store yet. */
const BATCH = 64;
const NO_DEADLINE_MS = 24 * 3_600_000;

/** Keeps the rollup store at the objects of the current view: reads what is new, object by object, and nothing else. */
export class Rollups implements RollupKeeper {
  private readonly options: RollupsOptions;
  /** Nobody reads the store before its first version of this process, so until then it may be written in parts. */
  private inUse = false;
  private building: RollupProgress | null = null;

  constructor(options: RollupsOptions) {
    this.options = options;
  }

  /** How far an update is that reads objects; null while there is none. */
  get progress(): RollupProgress | null {
    return this.building;
  }

  /**
   * Brings the store to these objects. Nothing is read when it is there already.
   * @throws DatasetChangedError when an object is no longer the one listed; faults of the store are thrown too.
   */
  async update(entries: readonly ManifestEntry[], signal: AbortSignal): Promise<RollupUpdate> {
    try {
      return await this.bringUpToDate(entries, signal);
    } finally {
      this.building = null;
    }
  }

  private async bringUpToDate(entries: readonly ManifestEntry[], signal: AbortSignal): Promise<RollupUpdate> {
    const { store, log } = this.options;
    const { version } = createSnapshot(entries.map(({ object }) => object));
    const plan = planRollup(store.known, entries);
    const started = performance.now();
    const broken: QuarantinedObject[] = [];
    if (plan.aggregate.length > 0) {
      const bytes = plan.aggregate.reduce((sum, { object }) => sum + object.size, 0);
      this.building = { objects: plan.aggregate.length, objectsDone: 0, bytes, bytesDone: 0 };
    }

    let drop = plan.drop;
    let rest = plan.aggregate;
    while (!this.inUse && rest.length > BATCH) {
      const added = await this.aggregate(rest.slice(0, BATCH), broken, signal);
      await store.swap(null, drop, added);
      [drop, rest] = [[], rest.slice(BATCH)];
      log.info(this.building, 'Building the rollups');
    }
    const added = await this.aggregate(rest, broken, signal);
    // What is broken is no part of this version; the objects that are fine need not be read a second time.
    if (broken.length > 0 && this.inUse) return { version, broken };
    if (store.version !== version || drop.length + added.length > 0) {
      await store.swap(broken.length > 0 ? null : version, drop, added);
    }
    if (broken.length > 0) return { version, broken };
    this.inUse = true;
    if (plan.aggregate.length + plan.drop.length > 0) {
      log.info(
        {
          read: plan.aggregate.length,
          dropped: plan.drop.length,
          durationMs: Math.round(performance.now() - started),
        },
        'The rollups are up to date',
      );
    }
    return { version, broken };
  }

  private async aggregate(
    entries: readonly ManifestEntry[],
    broken: QuarantinedObject[],
    signal: AbortSignal,
  ): Promise<ObjectPartials[]> {
    const { store, reader } = this.options;
    const partials = await pMap(
      entries,
      async (entry): Promise<ObjectPartials | undefined> => {
        const objectId = store.newObjectId();
        const scan = { name: 'partials', sql: PARTIALS_SQL, params: { object_id: objectId } };
        try {
          const chunks = await reader.chunks([entry], scan, {
            signal,
            timeoutMs: NO_DEADLINE_MS,
            unrefusable: true,
          });
          return { object: entry.object, objectId, chunks };
        } catch (error) {
          if (!mayBeBrokenObject(error)) throw error;
          broken.push({ object: entry.object, reason: describeFault(error) });
          return undefined;
        } finally {
          this.advance(entry);
        }
      },
      { concurrency: CONCURRENCY },
    );
    return partials.filter((partial) => partial !== undefined);
  }

  private advance({ object }: ManifestEntry): void {
    const before = this.building;
    if (before === null) return;
    this.building = {
      ...before,
      objectsDone: before.objectsDone + 1,
      bytesDone: before.bytesDone + object.size,
    };
  }
}
