import type { ColumnBatch } from '../engine/column-batch.ts';

/** Joins batches until they have at least so many rows: formats that keep columns together want long ones. */
export async function* coalesce(
  batches: AsyncIterable<ColumnBatch>,
  rows: number,
): AsyncGenerator<ColumnBatch, void> {
  let held: ColumnBatch[] = [];
  let count = 0;
  for await (const batch of batches) {
    held.push(batch);
    count += batch.rowCount;
    if (count < rows) continue;
    yield joined(held, count);
    held = [];
    count = 0;
  }
  if (count > 0) yield joined(held, count);
}

function joined(batches: readonly ColumnBatch[], rowCount: number): ColumnBatch {
  const [first] = batches;
  if (first === undefined || batches.length === 1) return first ?? { rowCount: 0, columns: [] };
  return {
    rowCount,
    columns: first.columns.map((_, column) => batches.flatMap((one) => one.columns[column] ?? [])),
  };
}
