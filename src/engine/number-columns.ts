import { type DuckDBDataChunk, DuckDBDoubleVector } from '@duckdb/node-api';
import { pause } from '../pace.ts';

/**
 * The columns of a result that has nothing but DOUBLEs, NULL as NaN: some fifty times as fast as row by row.
 * @param width number of columns, since a result without rows has no chunk to tell it
 */
export async function numberColumns(
  chunks: readonly DuckDBDataChunk[],
  width: number,
): Promise<Float64Array[]> {
  // Each look at it is a call into the engine.
  const counts = chunks.map((chunk) => chunk.rowCount);
  const rows = counts.reduce((sum, count) => sum + count, 0);
  const columns = Array.from({ length: width }, () => new Float64Array(rows));
  let offset = 0;
  for (const [place, chunk] of chunks.entries()) {
    await pause();
    const count = counts[place] ?? 0;
    for (const [column, values] of columns.entries()) {
      copy(chunk, column, values.subarray(offset, offset + count));
    }
    offset += count;
  }
  return columns;
}

function copy(chunk: DuckDBDataChunk, column: number, into: Float64Array): void {
  const vector = chunk.getColumnVector(column);
  if (!(vector instanceof DuckDBDoubleVector)) {
    throw new TypeError(`The column ${column}: expected DOUBLE, but got: ${vector.type}`);
  }
  if (copyAtOnce(vector, into)) return;
  for (let index = 0; index < into.length; index++) into[index] = vector.getItem(index) ?? Number.NaN;
}

/** What the vector holds, where nothing is NULL. These are its own fields, so it works without them as well. */
function copyAtOnce(vector: DuckDBDoubleVector, into: Float64Array): boolean {
  const { items, validity } = vector as unknown as { items?: unknown; validity?: { data?: unknown } };
  if (!(items instanceof Float64Array) || items.length !== into.length || validity?.data !== null)
    return false;
  into.set(items);
  return true;
}
