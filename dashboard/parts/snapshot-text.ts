import { adviceFor, type Failure } from '../data/failure.ts';
import type { DatasetSource, SnapshotQuery } from '../generated/graphql.ts';

/** What is said of the snapshot. Pure. */

const SOURCES: Readonly<Record<DatasetSource, string>> = {
  LOCAL: 'Folder',
  S3: 'Bucket',
  SAMPLE: 'Sample data',
};

type Dataset = Pick<SnapshotQuery['dataset'], 'source' | 'progress' | 'coverage'>;

/** Announced to who does not see it, so it is the same until something else goes on: how far that is changes every other second. */
export function stateText(dataset: Dataset | null, failure: Failure | undefined): string {
  if (dataset === null)
    return failure === undefined ? 'Looking which data there is …' : adviceFor(failure.code).title;
  const { source, progress, coverage } = dataset;
  if (progress === null) return SOURCES[source];
  return `${SOURCES[source]}: ${coverage < 1 ? 'first reading' : 'taking in changes'}`;
}
