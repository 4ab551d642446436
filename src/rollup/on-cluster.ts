import pMap from 'p-map';
import type { ClusterReader } from '../dataset/cluster/cluster-reader.ts';
import type { ManifestEntry } from '../dataset/inspect.ts';
import type { RunOptions } from '../engine/engine.ts';
import { StatementTimeoutError } from '../errors.ts';
import type { Logger } from '../log.ts';
import type { ObjectPartials } from './changes.ts';
import { clusterPartials } from './cluster-partials.ts';
import { mayBeOfOne } from './may-be-of-one.ts';
import type { Slots } from './slots.ts';
import { type Bounds, readTogether } from './together.ts';

/** A statement costs the cluster the same tenths of a second whether it reads one object or many. */
const TOGETHER: Bounds = { objects: 200, bytes: 4 * 1024 ** 3 };
/** One is planned while another one reads. */
const CONCURRENCY = 2;

export interface ClusterBuild {
  readonly reader: ClusterReader;
  readonly log: Logger;
  readonly slots: Slots;
  newObjectId(): number;
  /** Resolves when more are wanted. */
  add(partials: ObjectPartials): Promise<void>;
}

/**
 * Has the cluster make the partials of as many objects as it can. What it cannot read, or reads otherwise, is left to the
 * embedded engine, which knows what is wrong with an object.
 * @returns the objects that are left
 * @throws EngineUnavailableError and all else that is no single object's fault
 */
export async function buildOnCluster(
  entries: readonly ManifestEntry[],
  { reader, log, slots, newObjectId, add }: ClusterBuild,
  options: RunOptions,
): Promise<readonly ManifestEntry[]> {
  const isReadAlike = await reader.readsAlike(options);
  const groups = readTogether(entries.filter(isReadAlike), TOGETHER);
  const left = entries.filter((entry) => !isReadAlike(entry));
  const notAlike = left.length;
  // The cluster's own fault ends the other statements too: none of them runs on into the next update.
  const failed = new AbortController();
  const failures: unknown[] = [];
  const bounded = {
    ...options,
    slots,
    signal: AbortSignal.any([failed.signal, ...(options.signal ? [options.signal] : [])]),
  };
  const build = async (group: readonly ManifestEntry[]): Promise<void> => {
    if (failures.length > 0) return;
    try {
      const objects = group.map((entry) => ({ entry, objectId: newObjectId() }));
      const made = await clusterPartials(reader, objects, bounded);
      left.push(...made.left);
      if (made.partials.objects.length > 0) await add(made.partials);
    } catch (error) {
      // At a limit of the cluster, fewer objects may pass.
      if (!mayBeOfOne(error) && !(error instanceof StatementTimeoutError)) {
        failures.push(error);
        failed.abort();
        return;
      }
      const [first] = group;
      if (group.length === 1 && first !== undefined) {
        left.push(first);
        return;
      }
      const half = group.length >> 1;
      await build(group.slice(0, half));
      await build(group.slice(half));
    }
  };
  const [worth, small] = [
    groups.filter((group) => reader.isWorth(group)),
    groups.filter((group) => !reader.isWorth(group)),
  ];
  await pMap(worth, build, { concurrency: CONCURRENCY });
  if (failures.length > 0) throw failures[0];
  if (left.length > 0) {
    log.warn(
      { objects: left.length, otherTypes: notAlike, keys: left.slice(0, 3).map(({ object }) => object.key) },
      'This process reads objects that the table on the cluster does not show as they are',
    );
  }
  return [...left, ...small.flat()];
}
