import {
  BIGINT,
  DOUBLE,
  DuckDBDataChunk,
  type DuckDBType,
  type DuckDBValue,
  HUGEINT,
  INTEGER,
  STRUCT,
  TIMESTAMP,
  VARCHAR,
} from '@duckdb/node-api';
import { METRICS } from '../dataset/reading-schema.ts';

/** The columns of the table `partials`: see `layout.ts`. */
const TYPES: readonly DuckDBType[] = [
  INTEGER,
  VARCHAR,
  TIMESTAMP,
  BIGINT,
  TIMESTAMP,
  STRUCT({ at: TIMESTAMP, place: BIGINT, voltage: DOUBLE, temperature: DOUBLE, soc: DOUBLE }),
  ...METRICS.flatMap(() => [BIGINT, HUGEINT, DOUBLE, DOUBLE, DOUBLE]),
];

/** What a chunk holds at most. */
const ROWS = 2_048;

/** Rows of the table `partials`, column by column, as the engine appends them. */
export function partialChunks(columns: readonly (readonly DuckDBValue[])[]): DuckDBDataChunk[] {
  const rowCount = columns[0]?.length ?? 0;
  const chunks: DuckDBDataChunk[] = [];
  for (let from = 0; from < rowCount; from += ROWS) {
    const count = Math.min(ROWS, rowCount - from);
    const chunk = DuckDBDataChunk.create(TYPES, count);
    chunk.setColumns(columns.map((values) => values.slice(from, from + count)));
    chunks.push(chunk);
  }
  return chunks;
}
