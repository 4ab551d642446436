import { setTimeout as delay } from 'node:timers/promises';
import pMap from 'p-map';
import { DatasetChangedError, StorageAccessDeniedError, StorageUnavailableError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Storage, StoredObject } from '../storage/storage.ts';
import { type Inspection, inspectObject, isQuarantined } from './inspect.ts';
import type { RollupKeeper, RollupProgress } from './rollup-keeper.ts';
import { createSnapshot, isSameObject, type Snapshot } from './snapshot.ts';
import { createView, type DatasetView, withoutBroken } from './view.ts';

export interface DatasetOptions {
  readonly storage: Storage;
  /** Unset: every answer is a scan. */
  readonly rollups?: RollupKeeper;
  readonly refreshMs: number;
  readonly log: Logger;
  readonly now: () => Date;
}

/** Footers read at once: enough to hide a store's latency, few enough not to be told to slow down. */
const INSPECT_CONCURRENCY = 16;
/** Listings in a row that may find an object changed between listing and reading before a refresh gives up. */
const RELISTS = 3;
const FIRST_RETRY_MS = 500;
/** How long a question waits for the first snapshot. */
const PATIENCE_MS = 10_000;

/** Holds the current view and keeps it up to date: list, read the footers of what is new, swap. */
export class Dataset {
  private readonly options: DatasetOptions;
  private readonly stopping = new AbortController();
  private readonly inspected = new Map<string, Inspection>();
  private view: DatasetView | undefined;
  private failure: Error | undefined;
  private refreshing: Promise<void> | undefined;
  private nextRefresh: Promise<void> | undefined;
  private loop: Promise<void> | undefined;

  constructor(options: DatasetOptions) {
    this.options = options;
  }

  start(): void {
    this.loop ??= this.keepRefreshing();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.allSettled([this.loop, this.refreshing, this.nextRefresh]);
  }

  /**
   * The current view. Before the first one it waits for a listing, for at most ten seconds.
   * @throws the reason why there is none: StorageUnavailableError and its kinds.
   */
  async current(signal?: AbortSignal): Promise<DatasetView> {
    if (this.view !== undefined) return this.view;
    const patience = AbortSignal.timeout(PATIENCE_MS);
    await settledOrAborted(
      this.refreshing ?? this.refresh(),
      AbortSignal.any([patience, signal ?? patience]),
    );
    if (this.view !== undefined) return this.view;
    throw this.failure ?? new StorageUnavailableError('The first listing of the objects is still under way');
  }

  /** How far the rollups of the next view are; null while none are made. */
  get progress(): RollupProgress | null {
    return this.options.rollups?.progress ?? null;
  }

  /** The current view, if there is one already. */
  get latest(): DatasetView | undefined {
    return this.view;
  }

  /** Lists again. The returned promise stands for a listing that began after this call. Never rejects. */
  refresh(): Promise<void> {
    if (this.refreshing === undefined) {
      this.refreshing = this.refreshOnce().finally(() => {
        this.refreshing = undefined;
      });
      return this.refreshing;
    }
    this.nextRefresh ??= this.refreshing.then(() => {
      this.nextRefresh = undefined;
      return this.refresh();
    });
    return this.nextRefresh;
  }

  /** Waits for a new listing, for at most as long as for the first one: a build of rollups may take longer. */
  renew(): Promise<void> {
    return settledOrAborted(this.refresh(), AbortSignal.timeout(PATIENCE_MS));
  }

  /** Takes an object out of the answers until it changes. */
  quarantine(object: StoredObject, reason: string): void {
    const known = this.inspected.get(object.key);
    if (known !== undefined && isSameObject(known.object, object)) {
      this.inspected.set(object.key, { object, reason });
    }
    this.options.log.warn({ key: object.key, reason }, 'Object quarantined');
    if (this.view !== undefined) this.view = withoutBroken(this.view, object, reason);
  }

  private async keepRefreshing(): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    while (!this.stopping.signal.aborted) {
      await this.refresh();
      retryMs = this.failure === undefined ? FIRST_RETRY_MS : Math.min(retryMs * 2, this.options.refreshMs);
      const pauseMs = this.failure === undefined ? this.options.refreshMs : retryMs;
      await delay(pauseMs, undefined, { signal: this.stopping.signal, ref: false }).catch(() => undefined);
    }
  }

  private async refreshOnce(): Promise<void> {
    try {
      await this.buildView();
      this.failure = undefined;
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      const failure = error instanceof Error ? error : new Error(String(error));
      if (failure.message !== this.failure?.message) {
        this.options.log.warn({ err: failure }, 'The objects could not be listed; trying again');
      }
      this.failure = failure;
    }
  }

  private async buildView(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const refreshedAt = this.options.now();
      const listed = await this.options.storage.list({ signal: this.stopping.signal });
      const snapshot = createSnapshot(listed);
      try {
        await this.inspectNew(snapshot.objects);
        // A first view answers by scans until the rollups are there; a later one waits for them out of sight.
        if (this.view === undefined) this.publish(this.createView(snapshot, refreshedAt, null));
        this.publish(this.createView(snapshot, refreshedAt, await this.rollUp(snapshot, refreshedAt)));
        return;
      } catch (error) {
        if (!(error instanceof DatasetChangedError) || attempt === RELISTS) throw error;
      }
    }
  }

  private async inspectNew(objects: readonly StoredObject[]): Promise<void> {
    const listed = new Set(objects.map((object) => object.key));
    for (const key of this.inspected.keys()) if (!listed.has(key)) this.inspected.delete(key);

    const denied: StorageAccessDeniedError[] = [];
    const inspect = async (object: StoredObject): Promise<Inspection> => {
      try {
        return await inspectObject(this.options.storage, object, { signal: this.stopping.signal });
      } catch (error) {
        if (!(error instanceof StorageAccessDeniedError)) throw error;
        denied.push(error);
        return { object, reason: error.message, passing: true };
      }
    };
    await pMap(
      objects.filter((object) => this.isNew(object)),
      async (object) => this.inspected.set(object.key, await inspect(object)),
      { concurrency: INSPECT_CONCURRENCY },
    );
    // One forbidden object is that object's fault; all of them forbidden is a fault of the credentials.
    if (denied[0] !== undefined && denied.length === objects.length) throw denied[0];
  }

  private isNew(object: StoredObject): boolean {
    const known = this.inspected.get(object.key);
    return (
      known === undefined ||
      !isSameObject(known.object, object) ||
      (isQuarantined(known) && known.passing === true)
    );
  }

  /** @returns null when the rollups cannot be brought up to date: a slower right answer beats none. */
  private async rollUp(snapshot: Snapshot, refreshedAt: Date): Promise<string | null> {
    const { rollups, log } = this.options;
    if (rollups === undefined) return null;
    try {
      for (;;) {
        const { entries } = this.createView(snapshot, refreshedAt, null);
        const { version, broken } = await rollups.update(entries, this.stopping.signal);
        // A statement may have found a broken object meanwhile: then the rollups are of more than the view.
        const now = this.createView(snapshot, refreshedAt, null).entries.map(({ object }) => object);
        if (broken.length === 0 && version === createSnapshot(now).version) return version;
        for (const { object, reason } of broken) this.quarantine(object, reason);
      }
    } catch (error) {
      if (error instanceof DatasetChangedError || error instanceof StorageUnavailableError) throw error;
      if (!this.stopping.signal.aborted)
        log.error({ err: error }, 'The rollups cannot be brought up to date');
      return null;
    }
  }

  private publish(view: DatasetView): void {
    this.announce(view);
    this.view = view;
  }

  private createView(snapshot: Snapshot, refreshedAt: Date, rollups: string | null): DatasetView {
    const inspections = snapshot.objects.flatMap((object) => this.inspected.get(object.key) ?? []);
    return createView(snapshot, inspections, { rollups, refreshedAt });
  }

  private announce(view: DatasetView): void {
    const { log } = this.options;
    if (this.failure !== undefined) log.info('The objects can be listed again');
    if (view.version === this.view?.version) return;
    for (const { object, reason } of view.quarantined)
      log.warn({ key: object.key, reason }, 'Object quarantined');
    log.info(
      {
        version: view.version,
        objects: view.snapshot.objects.length,
        bytes: view.snapshot.bytes,
        rows: view.entries.reduce((sum, entry) => sum + entry.rows, 0),
        quarantined: view.quarantined.length,
      },
      view.snapshot.objects.length === 0 ? 'The prefix holds no Parquet objects yet' : 'Snapshot is current',
    );
  }
}

/** Waits for a promise that never rejects, or for the signal: whichever is first. */
function settledOrAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
    promise.then(resolve);
  });
}
