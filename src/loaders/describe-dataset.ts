import type { DatasetInfo, DatasetSize } from '../../schema/dataset-types.ts';
import { isInScope } from '../access/device-scope.ts';
import { deviceInKey } from '../dataset/reading-schema.ts';
import type { RollupProgress } from '../dataset/rollup-keeper.ts';
import type { DatasetView } from '../dataset/view.ts';
import type { RunOptions } from '../engine/engine.ts';
import type { Slots } from '../rollup/slots.ts';
import type { StorageSource } from '../storage/storage.ts';
import type { Holdings } from './holdings.ts';

const SOURCES = { sample: 'SAMPLE', local: 'LOCAL', s3: 'S3' } as const;
const GRAINS = { '1h': 'HOUR', '1d': 'DAY' } as const;
const READ_MODES = { local: 'LOCAL', direct: 'DIRECT', cached: 'CACHED' } as const;

/**
 * What clients may know of a view. Where the objects are (bucket, folder) stays in the log. Whoever may see some devices
 * only is told neither how much there is of others (progress) nor what their objects are called.
 */
export function describeDataset(
  view: DatasetView,
  source: StorageSource,
  progress: RollupProgress | null,
  grain: Slots['grain'],
): DatasetInfo {
  return {
    version: view.version,
    isWhole: view.scope === null,
    source: SOURCES[source.kind],
    readMode: READ_MODES[source.mode],
    refreshedAt: view.refreshedAt.toISOString(),
    rolledUp: view.rollups !== null,
    rollupGrain: view.rollups === null ? null : GRAINS[grain],
    coverage: view.coverage,
    progress: view.scope === null ? progress : null,
    quarantined: view.quarantined
      .filter(({ object }) => mayBeNamed(view, object.key))
      .map(({ object, reason }) => ({
        key: object.key,
        size: object.size,
        lastModified: object.lastModified.toISOString(),
        reason,
      })),
  };
}

/** How much of the view there is for the viewer: of a scope, the objects that hold readings of its devices. */
export async function sizeOf(
  view: DatasetView,
  holdings: Holdings,
  options: RunOptions,
): Promise<DatasetSize> {
  const objects =
    view.scope === null
      ? view.snapshot.objects
      : (await holdings.ofScope(view, options)).entries.map(({ object }) => object);
  return { objectCount: objects.length, bytes: objects.reduce((sum, { size }) => sum + size, 0) };
}

/** Whether the viewer may know of an object of this key: of who may see some devices only, its key has to name one. */
export function mayBeNamed({ scope }: DatasetView, key: string): boolean {
  if (scope === null) return true;
  const deviceId = deviceInKey(key);
  return deviceId !== undefined && isInScope(scope, deviceId);
}
