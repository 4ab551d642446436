import { type DuckDBDataChunk, DuckDBDoubleVector } from '@duckdb/node-api';

/**
 * The columns of a result that has nothing but DOUBLEs, NULL as NaN: some twenty times as fast as row by row.
 * @param width number of columns, since a result without rows has no chunk to tell it
 */
export function numberColumns(chunks: readonly DuckDBDataChunk[], width: number): Float64Array[] {
  // Each look at it is a call into the engine.
  const counts = chunks.map((chunk) => chunk.rowCount);
  const rows = counts.reduce((sum, count) => sum + count, 0);
  return Array.from({ length: width }, (_, column) => {
    const values = new Float64Array(rows);
    let offset = 0;
    for (const [place, chunk] of chunks.entries()) {
      const count = counts[place] ?? 0;
      copy(chunk, column, values.subarray(offset, offset + count));
      offset += count;
    }
    return values;
  });
}

function copy(chunk: DuckDBDataChunk, column: number, into: Float64Array): void {
  const vector = chunk.getColumnVector(column);
  if (!(vector instanceof DuckDBDoubleVector)) {
    throw new TypeError(`The column ${column}: expected DOUBLE, but got: ${vector.type}`);
  }
  for (let index = 0; index < into.length; index++) into[index] = vector.getItem(index) ?? Number.NaN;
}
