import {
  type DuckDBDataChunk,
  type DuckDBDateValue,
  type DuckDBTimestampValue,
  DuckDBTypeId,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { ColumnBatch } from './column-batch.ts';
import { type Converter, plain, readColumn } from './duckdb-values.ts';
import { formatDay, formatInstant } from './timestamp.ts';

const PLAIN = new Set([
  DuckDBTypeId.BOOLEAN,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.VARCHAR,
]);

/** What the engine holds → the values of a `ColumnBatch`, decided once for each column. */
export function batchConverters(types: readonly DuckDBTypeId[]): readonly (Converter | undefined)[] {
  return types.map((type) => {
    if (PLAIN.has(type)) return undefined;
    if (type === DuckDBTypeId.DOUBLE) return finite;
    if (type === DuckDBTypeId.DATE) return day;
    if (type === DuckDBTypeId.TIMESTAMP) return instant;
    return plain;
  });
}

export function readBatch(
  chunk: DuckDBDataChunk,
  converters: readonly (Converter | undefined)[],
): ColumnBatch {
  return {
    rowCount: chunk.rowCount,
    columns: converters.map((convert, column) => readColumn(chunk.getColumnVector(column), convert)),
  };
}

function finite(value: DuckDBValue): unknown {
  return Number.isFinite(value) ? value : null;
}

/** Far beyond every day and instant that has text: the engine's infinities among them. */
const LONG_AGO_OR_AHEAD_DAYS = 3_000_000;

function day(value: DuckDBValue): unknown {
  const { days } = value as DuckDBDateValue;
  if (Math.abs(days) < LONG_AGO_OR_AHEAD_DAYS) return days;
  return formatDay(days) === null ? null : days;
}

function instant(value: DuckDBValue): unknown {
  const { micros } = value as DuckDBTimestampValue;
  if (micros > -MANY_MICROS && micros < MANY_MICROS) return micros;
  return formatInstant(micros, 1_000_000n) === null ? null : micros;
}

const MANY_MICROS = BigInt(LONG_AGO_OR_AHEAD_DAYS) * 86_400_000_000n;
