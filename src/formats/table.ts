import type { ColumnBatch, ColumnKind } from '../engine/column-batch.ts';

export interface TableColumn {
  readonly name: string;
  readonly kind: ColumnKind;
}

/** Rows of named and typed columns, in whatever number: they come as they are asked for. */
interface Table {
  readonly columns: readonly TableColumn[];
  readonly batches: AsyncIterable<ColumnBatch>;
  /** What a file can say of itself, where its format has room for it. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A way to write a table. */
export interface Format {
  /** Behind the dot of a path. */
  readonly extension: string;
  /** The first is what answers are of; clients may ask by the others as well. */
  readonly mediaTypes: readonly [string, ...string[]];
  /** Pieces of some ten or hundred kB, made as they are asked for. */
  encode(table: Table): AsyncGenerator<Uint8Array, void>;
}
