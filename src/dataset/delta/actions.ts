import { z } from 'zod';

const deletionVector = z.object({
  storageType: z.string(),
  pathOrInlineDv: z.string(),
  offset: z.int().nullish(),
});

const file = z.object({
  /** Percent-encoded; relative to the table unless it has a scheme. */
  path: z.string(),
  deletionVector: deletionVector.nullish(),
});

const add = file.extend({ partitionValues: z.record(z.string(), z.string().nullable()) });

const metadata = z.object({
  /** Of the table: another one may be made in its place. */
  id: z.string().nullish(),
  partitionColumns: z.array(z.string()),
  configuration: z.record(z.string(), z.string()).nullish(),
  /** The columns, as JSON. */
  schemaString: z.string(),
});

const protocol = z.object({
  minReaderVersion: z.int(),
  readerFeatures: z.array(z.string()).nullish(),
});

/** One line of a commit, or one row of a checkpoint: what of it decides which files the table has. */
export const deltaAction = z.object({
  add: add.nullish(),
  remove: file.nullish(),
  metaData: metadata.nullish(),
  protocol: protocol.nullish(),
  /** Of a checkpoint in parts, one of these. */
  sidecar: z.object({ path: z.string() }).nullish(),
});

export type DeltaAction = z.infer<typeof deltaAction>;
export type AddedFile = z.infer<typeof add>;
export type RemovedFile = z.infer<typeof file>;
export type DeltaMetadata = z.infer<typeof metadata>;
export type DeltaProtocol = z.infer<typeof protocol>;

/** Whether the same rows of them are deleted. */
export function isSameVector(one: RemovedFile, other: RemovedFile): boolean {
  return vectorOf(one) === vectorOf(other);
}

function vectorOf({ deletionVector: deleted }: RemovedFile): string | undefined {
  return deleted
    ? JSON.stringify([deleted.storageType, deleted.pathOrInlineDv, deleted.offset ?? null])
    : undefined;
}
