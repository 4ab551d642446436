import type { ColumnBatch, ColumnKind } from '../engine/column-batch.ts';
import { parseDay, parseInstant } from '../engine/timestamp.ts';
import type { TableColumn } from './table.ts';

const BATCH_ROWS = 2_048;

/**
 * Rows of JSON values (instants and days as text, whole numbers as numbers) as the batches of a table.
 * @param nameOf which member of a row a column is
 */
export async function* batchesOfRows(
  rows: readonly object[],
  columns: readonly TableColumn[],
  nameOf: (column: string) => string = (name) => name,
): AsyncGenerator<ColumnBatch, void> {
  const readers = columns.map(({ name, kind }) => ({ member: nameOf(name), read: readerOf(kind) }));
  for (let start = 0; start < rows.length; start += BATCH_ROWS) {
    const part = rows.slice(start, start + BATCH_ROWS);
    yield {
      rowCount: part.length,
      columns: readers.map(({ member, read }) =>
        part.map((row) => {
          const value: unknown = Reflect.get(row, member) ?? null;
          return value === null ? null : read(value);
        }),
      ),
    };
  }
}

function readerOf(kind: ColumnKind): (value: unknown) => unknown {
  if (kind === 'instant') return (value) => parseInstant(String(value));
  if (kind === 'date') return (value) => parseDay(String(value));
  if (kind === 'int64') return (value) => BigInt(value as number | bigint);
  return (value) => value;
}
