import { setTimeout as delay } from 'node:timers/promises';
import {
  DatasetChangedError,
  EngineUnavailableError,
  OverloadedError,
  StorageUnavailableError,
} from '../errors.ts';
import type { Logger } from '../log.ts';
import type { Storage, StoredObject } from '../storage/storage.ts';
import type { ManifestEntry } from './inspect.ts';
import { Inspections } from './inspections.ts';
import type { RollupKeeper, RollupOptions, RollupProgress } from './rollup-keeper.ts';
import { createSnapshot, identityOf, type Snapshot } from './snapshot.ts';
import { coveredPart, createView, type DatasetView, rowsOf, stateOf, withoutBroken } from './view.ts';
import { Waiters } from './waiters.ts';

export interface DatasetOptions {
  readonly storage: Storage;
  /** Unset: every answer is a scan. */
  readonly rollups?: RollupKeeper;
  /** While the first rollups are built, answers come from the part that they cover. Otherwise summaries wait. */
  readonly answerFromPart?: boolean;
  readonly refreshMs: number;
  readonly log: Logger;
  readonly now: () => Date;
  /** Runs each refresh where its cost is counted: it is none of the question that set it off. */
  readonly observe?: (refresh: () => Promise<Error | undefined>) => Promise<void>;
}

/** Listings in a row that may find an object changed between listing and reading before a refresh gives up. */
const RELISTS = 3;
const FIRST_RETRY_MS = 500;
/** Faults of the store and of the cluster, which has nodes and queues of its own. */
const PASSING = [StorageUnavailableError, EngineUnavailableError, OverloadedError];
/** How long a question waits for the first snapshot. */
const PATIENCE_MS = 10_000;

/** Holds the current view and keeps it up to date: list, read the footers of what is new, swap. */
export class Dataset {
  private readonly options: DatasetOptions;
  private readonly stopping = new AbortController();
  private readonly inspections: Inspections;
  private view: DatasetView | undefined;
  private failure: Error | undefined;
  private refreshing: Promise<void> | undefined;
  private nextRefresh: Promise<void> | undefined;
  private loop: Promise<void> | undefined;
  private readonly waiters = new Waiters();
  private readonly listeners = new Set<() => void>();
  /** How many refreshes have begun, and how many of them are over. */
  private begun = 0;
  private ended = 0;

  constructor(options: DatasetOptions) {
    this.options = options;
    this.inspections = new Inspections({
      storage: options.storage,
      signal: this.stopping.signal,
      known: (object) => options.rollups?.inspectionOf(object),
    });
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
    const listing = this.refreshing === undefined ? this.beginRefresh() : this.begun;
    await this.waiters.until(() => this.ended >= listing, PATIENCE_MS, signal);
    if (this.view !== undefined) return this.view;
    throw this.failure ?? new StorageUnavailableError('The first listing of the objects is still under way');
  }

  /** How many questions wait for a view or a listing. */
  get waiting(): number {
    return this.waiters.count;
  }

  /** How far the rollups of the next view are; null while none are made. */
  get progress(): RollupProgress | null {
    return this.options.rollups?.progress ?? null;
  }

  /** The current view, if there is one already. */
  get latest(): DatasetView | undefined {
    return this.view;
  }

  /** Has the listener called when another view may be there, and after each listing. @returns what ends that */
  watch(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Lists again. The returned promise stands for a listing that began after this call. Never rejects. */
  refresh(): Promise<void> {
    if (this.refreshing === undefined) {
      const { observe = async (refresh) => void (await refresh()) } = this.options;
      this.begun++;
      this.refreshing = observe(() => this.refreshOnce()).finally(() => {
        this.refreshing = undefined;
        this.ended++;
        this.wake();
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
  renew(signal?: AbortSignal): Promise<void> {
    const listing = this.beginRefresh();
    return this.waiters.until(() => this.ended >= listing, PATIENCE_MS, signal);
  }

  /**
   * Waits, for at most ten seconds, until something else answers than this view, or a new listing says that it is right.
   * @throws the reason why the first rollups could not be built
   */
  async next(view: DatasetView, signal: AbortSignal): Promise<void> {
    const isOther = () => this.view !== undefined && stateOf(this.view) !== stateOf(view);
    if (isOther()) return;
    // While the first rollups are built, the listing under way is the one to wait for.
    const isUnderWay = view.warming && this.refreshing !== undefined;
    const listing = isUnderWay ? this.begun : this.beginRefresh();
    await this.waiters.until(() => isOther() || this.ended >= listing, PATIENCE_MS, signal);
    const isListed = this.ended >= listing && !isOther();
    if (isListed && view.warming && this.failure !== undefined) throw this.failure;
  }

  /** @returns the number of the refresh that `refresh` stands for */
  private beginRefresh(): number {
    const isUnderWay = this.refreshing !== undefined;
    this.refresh();
    return isUnderWay ? this.begun + 1 : this.begun;
  }

  /** Takes an object out of the answers until it changes. */
  quarantine(object: StoredObject, reason: string): void {
    this.inspections.quarantine(object, reason);
    this.options.log.warn({ key: object.key, reason }, 'Object quarantined');
    if (this.view !== undefined) this.replace(withoutBroken(this.view, object, reason));
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

  /** @returns why it failed */
  private async refreshOnce(): Promise<Error | undefined> {
    try {
      await this.buildView();
      this.failure = undefined;
    } catch (error) {
      if (this.stopping.signal.aborted) return undefined;
      const failure = error instanceof Error ? error : new Error(String(error));
      if (failure.message !== this.failure?.message) {
        this.options.log.warn({ err: failure }, 'The objects could not be listed; trying again');
      }
      this.failure = failure;
    }
    return this.failure;
  }

  private async buildView(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const refreshedAt = this.options.now();
      const listed = await this.options.storage.list({ signal: this.stopping.signal });
      const snapshot = createSnapshot(listed);
      const changed = await this.inspections.bringTo(snapshot.objects);
      if (changed.length === 0) changed.push(...(await this.bringAbout(snapshot, refreshedAt)));
      if (changed.length === 0) return;
      if (attempt < RELISTS) continue;
      // One object that is never twice the same is that object's fault; all of them are a fault of the store.
      if (changed.length === snapshot.objects.length) {
        throw new DatasetChangedError('The objects change faster than they can be read');
      }
      for (const object of changed) this.inspections.setAside(object);
      if ((await this.bringAbout(snapshot, refreshedAt)).length === 0) return;
      throw new DatasetChangedError('Ever more objects change while they are read');
    }
  }

  /** Makes the snapshot current. @returns the objects that are no longer those of the snapshot: then it is not */
  private async bringAbout(snapshot: Snapshot, refreshedAt: Date): Promise<readonly StoredObject[]> {
    const { rollups, answerFromPart } = this.options;
    const isFirst = this.view === undefined || this.view.coverage < 1;
    const whole = () => this.createView(snapshot, { rollups: null, refreshedAt });
    // A first view tells what there is; a later one waits out of sight for its rollups.
    if (this.view === undefined && rollups !== undefined) {
      this.publish(this.createView(snapshot, { rollups: null, refreshedAt, warming: true }));
    }
    const onPart = (covered: readonly ManifestEntry[], version: string) => {
      const part = coveredPart(whole(), covered, version);
      if (part !== undefined) this.publish(part);
    };
    const { version, changed } = await this.rollUp(whole, isFirst && answerFromPart ? onPart : undefined);
    if (changed.length === 0) this.publish({ ...whole(), rollups: version });
    return changed;
  }

  /** @returns null as version when the rollups cannot be brought up to date: a slower right answer beats none. */
  private async rollUp(
    whole: () => DatasetView,
    onPart: RollupOptions['onPart'],
  ): Promise<{ version: string | null; changed: readonly StoredObject[] }> {
    const { rollups, log } = this.options;
    if (rollups === undefined) return { version: null, changed: [] };
    try {
      for (;;) {
        const { signal } = this.stopping;
        const { entries, version: answers } = whole();
        const { version, broken, changed } = await rollups.update(entries, { signal, onPart, answers });
        for (const { object, reason } of broken) this.quarantine(object, reason);
        if (changed.length > 0) return { version: null, changed };
        // A statement may have found a broken object meanwhile: then the rollups are of more than the view.
        const now = whole().entries.map(({ object }) => object);
        if (broken.length === 0 && version === createSnapshot(now).version) return { version, changed };
      }
    } catch (error) {
      // What passes by itself leaves the view before in place.
      if (PASSING.some((Kind) => error instanceof Kind) || this.stopping.signal.aborted) throw error;
      log.error({ err: error }, 'The rollups cannot be brought up to date');
      return { version: null, changed: [] };
    }
  }

  private publish(view: DatasetView): void {
    this.announce(view);
    this.replace(view);
  }

  private replace(view: DatasetView): void {
    this.view = view;
    this.wake();
  }

  private wake(): void {
    this.waiters.wake();
    for (const listener of this.listeners) listener();
  }

  private createView(snapshot: Snapshot, state: Parameters<typeof createView>[2]): DatasetView {
    return createView(snapshot, this.inspections.of(snapshot.objects), state);
  }

  private announce(view: DatasetView): void {
    const { log } = this.options;
    if (this.failure !== undefined) log.info('The objects can be listed again');
    if (view.version === this.view?.version) return;
    const told = new Set(this.view?.quarantined.map(({ object }) => identityOf(object)));
    for (const { object, reason } of view.quarantined) {
      if (!told.has(identityOf(object))) log.warn({ key: object.key, reason }, 'Object quarantined');
    }
    log.info(
      {
        version: view.version,
        objects: view.snapshot.objects.length,
        bytes: view.snapshot.bytes,
        rows: rowsOf(view.entries),
        quarantined: view.quarantined.length,
        ...(view.warming ? {} : { coverage: view.coverage }),
      },
      view.snapshot.objects.length === 0 ? 'The prefix holds no Parquet objects yet' : 'Snapshot is current',
    );
  }
}
