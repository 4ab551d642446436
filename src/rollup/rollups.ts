import pMap from 'p-map';
import type { ClusterReader } from '../dataset/cluster/cluster-reader.ts';
import type { ManifestEntry, QuarantinedObject } from '../dataset/inspect.ts';
import { describeFault, mayBeBrokenObject } from '../dataset/object-fault.ts';
import type { ObjectReader } from '../dataset/object-reader.ts';
import type { RollupKeeper, RollupOptions, RollupProgress, RollupUpdate } from '../dataset/rollup-keeper.ts';
import { createSnapshot } from '../dataset/snapshot.ts';
import { DatasetChangedError, OutOfMemoryError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { StoredObject } from '../storage/storage.ts';
import type { ObjectPartials } from './changes.ts';
import { partialsSql, partialsTogetherSql } from './layout.ts';
import { mayBeOfOne } from './may-be-of-one.ts';
import { buildOnCluster } from './on-cluster.ts';
import { planRollup } from './plan.ts';
import { ProgressCount } from './progress.ts';
import { Staging } from './staging.ts';
import type { RollupStore } from './store.ts';
import { readTogether } from './together.ts';

export interface RollupsOptions {
  readonly store: RollupStore;
  readonly reader: ObjectReader;
  /** What reads the objects in the place of the reader, as far as it can; unset: nothing. */
  readonly cluster?: ClusterReader | undefined;
  readonly log: Logger;
}

/** Statements at once: most wait for the store while some work, or for a connection. */
const CONCURRENCY = 4;
const NO_DEADLINE_MS = 24 * 3_600_000;
/** Parts are published so rarely that merging them takes a small share of the build. */
const PART_EVERY_MS = 1_000;
const PART_SHARE = 0.1;

/** Keeps the rollup store at the objects of the current view: reads what is new, small objects some at a time, and nothing else. */
export class Rollups implements RollupKeeper {
  private readonly options: RollupsOptions;
  private building: ProgressCount | null = null;

  constructor(options: RollupsOptions) {
    this.options = options;
  }

  get progress(): RollupProgress | null {
    return this.building?.current ?? null;
  }

  inspectionOf(object: StoredObject): ManifestEntry | undefined {
    return this.options.store.inspectionOf(object);
  }

  /**
   * Brings the store to these objects. Nothing is read when it is there already. What was read counts as soon as a version
   * is published that has it, in this update or a later one.
   */
  async update(entries: readonly ManifestEntry[], options: RollupOptions): Promise<RollupUpdate> {
    try {
      return await this.bringUpToDate(entries, options);
    } finally {
      this.building = null;
    }
  }

  private async bringUpToDate(
    entries: readonly ManifestEntry[],
    { signal, onPart, answers }: RollupOptions,
  ): Promise<RollupUpdate> {
    const { store, log } = this.options;
    const startedMs = performance.now();
    await store.recover();
    const plan = planRollup(store.held, entries);
    await store.discard(plan.stale);
    this.options.cluster?.census.keepOnly(entries);
    const version = versionOf(entries);
    const broken: QuarantinedObject[] = [];
    const changed: StoredObject[] = [];
    if (plan.aggregate.length > 0) {
      this.building = new ProgressCount(plan.aggregate);
      const publishPart = onPart && this.partPublisher(entries, onPart);
      await publishPart?.();
      await this.aggregate(plan.aggregate, { broken, changed, signal, onStaged: publishPart });
    }
    // What is broken or changed is no part of this version.
    if (broken.length + changed.length === 0) await store.publish(version, objectsOf(entries), answers);
    if (plan.aggregate.length > 0) {
      log.info(
        {
          read: plan.aggregate.length - broken.length - changed.length,
          broken: broken.length,
          changed: changed.length,
          durationMs: Math.round(performance.now() - startedMs),
        },
        broken.length + changed.length === 0
          ? 'The rollups are up to date'
          : 'Some objects are not in the rollups yet',
      );
    }
    return { version, broken, changed };
  }

  /** Lets what is covered so far count, at most so often that merging stays a small share of the build. */
  private partPublisher(
    entries: readonly ManifestEntry[],
    onPart: NonNullable<RollupOptions['onPart']>,
  ): () => Promise<void> {
    const { store } = this.options;
    let nextMs = 0;
    return async () => {
      const startedMs = performance.now();
      if (startedMs < nextMs) return;
      const { covered } = planRollup(store.held, entries);
      if (covered.length === 0) return;
      const version = versionOf(covered);
      await store.publish(version, objectsOf(covered));
      onPart(covered, version);
      const now = performance.now();
      nextMs = now + Math.max(PART_EVERY_MS, (now - startedMs) / PART_SHARE);
    };
  }

  private async aggregate(
    entries: readonly ManifestEntry[],
    {
      broken,
      changed,
      signal,
      onStaged,
    }: {
      broken: QuarantinedObject[];
      changed: StoredObject[];
      signal: AbortSignal;
      onStaged: (() => Promise<void>) | undefined;
    },
  ): Promise<void> {
    const { store, log } = this.options;
    const staging = new Staging(async (batch) => {
      await store.stage(batch);
      if (this.progress?.objectsDone !== entries.length) log.info(this.progress, 'Building the rollups');
      await onStaged?.();
    });
    // A fault of the store or of the machine ends the others too: none of them runs on into the next update.
    const failed = new AbortController();
    const either = AbortSignal.any([signal, failed.signal]);
    const failures: unknown[] = [];
    const { building } = this;
    const doubtful: ManifestEntry[] = [];
    const settle = (entry: ManifestEntry, error: unknown, isLast: boolean) => {
      if (error instanceof DatasetChangedError) changed.push(entry.object);
      else if (mayBeBrokenObject(error) || error instanceof OutOfMemoryError) {
        if (!isLast) doubtful.push(entry);
        else broken.push({ object: entry.object, reason: describeFault(error) });
      } else {
        failures.push(error);
        failed.abort();
      }
    };
    const add = async (group: readonly ManifestEntry[], isLast = false): Promise<void> => {
      if (failures.length > 0) return;
      const [first] = group;
      try {
        const partials = await this.partialsOf(group, either);
        building?.add(group);
        return await staging.add(partials);
      } catch (error) {
        if (first !== undefined && (group.length === 1 || !mayBeOfOne(error))) {
          return settle(first, error, isLast);
        }
      }
      // Which of them is at fault is found out by reading each by itself.
      for (const entry of group) await add([entry]);
    };
    const left = await this.onCluster(entries, staging, either);
    await pMap(readTogether(left), (group) => add(group), { concurrency: CONCURRENCY });
    // What was too much beside others may be fine alone, and bytes that were damaged on their way may come whole. What
    // fails again must not cost the others.
    for (const entry of doubtful) await add([entry], true);
    if (failures.length > 0) throw failures[0];
    await staging.flush();
  }

  /** @returns the objects that are left to be read here */
  private async onCluster(
    entries: readonly ManifestEntry[],
    staging: Staging,
    signal: AbortSignal,
  ): Promise<readonly ManifestEntry[]> {
    const { cluster, store, log } = this.options;
    if (cluster === undefined) return entries;
    const add = (partials: ObjectPartials) => {
      this.building?.add(partials.objects.map(({ entry }) => entry));
      return staging.add(partials);
    };
    const newObjectId = () => store.newObjectId();
    return await buildOnCluster(
      entries,
      { reader: cluster, log, slots: store.slots, newObjectId, add },
      { signal, timeoutMs: NO_DEADLINE_MS, unrefusable: true },
    );
  }

  private async partialsOf(entries: readonly ManifestEntry[], signal: AbortSignal): Promise<ObjectPartials> {
    const { store, reader } = this.options;
    const objects = entries.map((entry) => ({ entry, objectId: store.newObjectId() }));
    const ids = objects.map(({ objectId }) => objectId);
    const [only = 0, ...others] = ids;
    const question =
      others.length === 0
        ? { sql: partialsSql(store.slots), params: { object_id: only } }
        : { sql: partialsTogetherSql(store.slots), params: { object_ids: ids.map(String) } };
    const options = { signal, timeoutMs: NO_DEADLINE_MS, unrefusable: true };
    const chunks = await reader.chunks({ entries, scope: null }, { name: 'partials', ...question }, options);
    return { objects, chunks };
  }
}

const objectsOf = (entries: readonly ManifestEntry[]) => entries.map(({ object }) => object);

const versionOf = (entries: readonly ManifestEntry[]) => createSnapshot(objectsOf(entries)).version;
