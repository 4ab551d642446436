import { broken, brokenFacts } from './datasets/broken.ts';
import type { DatasetFacts } from './datasets/dataset-folder.ts';
import { dst, dstFacts } from './datasets/dst.ts';
import { equalTimestamps, equalTimestampsFacts } from './datasets/equal-timestamps.ts';
import { hivePartitioned, hivePartitionedFacts } from './datasets/hive-partitioned.ts';
import { missingValues, missingValuesFacts } from './datasets/missing-values.ts';
import { mixedSchemas, mixedSchemasFacts } from './datasets/mixed-schemas.ts';
import { oddIds, oddIdsFacts } from './datasets/odd-ids.ts';
import {
  emptyObject,
  emptyObjectFacts,
  manySmall,
  manySmallFacts,
  overlapping,
  overlappingFacts,
  plain,
  plainFacts,
} from './datasets/series.ts';

/** What each data set promises; those with more to tell keep it beside the common facts. */
export const datasetFacts = {
  plain: plainFacts,
  manySmall: manySmallFacts,
  overlapping: overlappingFacts,
  mixedSchemas: mixedSchemasFacts,
  missingValues: missingValuesFacts,
  equalTimestamps: equalTimestampsFacts,
  oddIds: oddIdsFacts,
  emptyObject: emptyObjectFacts,
  broken: brokenFacts,
  dst: dstFacts,
  hivePartitioned: hivePartitionedFacts,
} as const satisfies Record<string, DatasetFacts>;

export type DatasetName = keyof typeof datasetFacts;

/** Each writes its objects into a folder, the same ones every time, in less than a second. */
export const datasets: Readonly<Record<DatasetName, (directory: string) => Promise<void>>> = {
  plain,
  manySmall,
  overlapping,
  mixedSchemas,
  missingValues,
  equalTimestamps,
  oddIds,
  emptyObject,
  broken,
  dst,
  hivePartitioned,
};
