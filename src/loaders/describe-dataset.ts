import type { DatasetInfo } from '../../schema/context.ts';
import type { RollupProgress } from '../dataset/rollup-keeper.ts';
import type { DatasetView } from '../dataset/view.ts';
import type { StorageSource } from '../storage/storage.ts';

const SOURCES = { sample: 'SAMPLE', local: 'LOCAL', s3: 'S3' } as const;
const READ_MODES = { local: 'LOCAL', direct: 'DIRECT', cached: 'CACHED' } as const;

/** What clients may know of a view. Where the objects are (bucket, folder) stays in the log. */
export function describeDataset(
  view: DatasetView,
  source: StorageSource,
  progress: RollupProgress | null,
): DatasetInfo {
  return {
    version: view.version,
    source: SOURCES[source.kind],
    readMode: READ_MODES[source.mode],
    objectCount: view.snapshot.objects.length,
    bytes: view.snapshot.bytes,
    refreshedAt: view.refreshedAt.toISOString(),
    rolledUp: view.rollups !== null,
    coverage: view.coverage,
    progress,
    quarantined: view.quarantined.map(({ object, reason }) => ({
      key: object.key,
      size: object.size,
      lastModified: object.lastModified.toISOString(),
      reason,
    })),
  };
}
