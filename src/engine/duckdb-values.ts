import {
  DuckDBArrayValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  type DuckDBPreparedStatement,
  type DuckDBResult,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTypeId,
  type DuckDBValue,
  type DuckDBVector,
  LIST,
  listValue,
  VARCHAR,
} from '@duckdb/node-api';
import { StatementFailedError } from '../errors.ts';
import { pause } from '../pace.ts';
import type { Row, SqlValue } from './engine.ts';
import { formatDay, formatInstant } from './timestamp.ts';

/** Binds every parameter of the statement by name. @throws StatementFailedError when one is missing. */
export function bindAll(prepared: DuckDBPreparedStatement, params: Readonly<Record<string, SqlValue>>): void {
  for (let index = 1; index <= prepared.parameterCount; index++) {
    const name = prepared.parameterName(index);
    const value = Object.hasOwn(params, name) ? params[name] : undefined;
    if (value === undefined) throw new StatementFailedError(`The parameter $${name} has no value`);
    bind(prepared, index, value);
  }
}

function bind(prepared: DuckDBPreparedStatement, index: number, value: SqlValue): void {
  if (value === null) prepared.bindNull(index);
  else if (typeof value === 'string') prepared.bindVarchar(index, value);
  else if (typeof value === 'boolean') prepared.bindBoolean(index, value);
  else if (typeof value === 'bigint') prepared.bindBigInt(index, value);
  else if (typeof value !== 'number') prepared.bindList(index, listValue([...value]), LIST(VARCHAR));
  else if (Number.isSafeInteger(value)) prepared.bindBigInt(index, BigInt(value));
  else prepared.bindDouble(index, value);
}

/** The rows of a result as plain values; `Row` says which. */
export async function readRows(result: DuckDBResult): Promise<Row[]> {
  const names = result.deduplicatedColumnNames();
  const converters = result.columnTypes().map(({ typeId }) => converterOf(typeId));
  const rows: Row[] = [];
  for (const chunk of await result.fetchAllChunks()) {
    await pause();
    const columns = converters.map((convert, column) => readColumn(chunk.getColumnVector(column), convert));
    // Asked of the engine, each time that it is read.
    const { rowCount } = chunk;
    for (let index = 0; index < rowCount; index++) {
      const row: Record<string, unknown> = {};
      for (let column = 0; column < names.length; column++) {
        row[names[column] as string] = columns[column]?.[index];
      }
      rows.push(row);
    }
  }
  return rows;
}

export type Converter = (value: DuckDBValue) => unknown;

/** Column by column, so that what a value has to become is decided once and not in every cell. */
export function readColumn(vector: DuckDBVector, convert: Converter | undefined): unknown[] {
  const values: unknown[] = [];
  for (let index = 0; index < vector.itemCount; index++) {
    const value = vector.getItem(index);
    values.push(value === null || convert === undefined ? value : convert(value));
  }
  return values;
}

/** Types whose values are plain as they come. */
const PLAIN = new Set([
  DuckDBTypeId.BOOLEAN,
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.FLOAT,
  DuckDBTypeId.DOUBLE,
  DuckDBTypeId.VARCHAR,
]);

function converterOf(type: DuckDBTypeId): Converter | undefined {
  if (PLAIN.has(type)) return undefined;
  if (type === DuckDBTypeId.BIGINT) return (value) => integer(value as bigint);
  if (type !== DuckDBTypeId.DATE) return plain;
  // Rows of many devices have the same few days.
  const texts = new Map<number, string | null>();
  return (value) => {
    const { days } = value as DuckDBDateValue;
    let text = texts.get(days);
    if (text === undefined) {
      text = formatDay(days);
      texts.set(days, text);
    }
    return text;
  };
}

/** One value of a `Row`. */
export function plain(value: DuckDBValue): unknown {
  if (
    value === null ||
    typeof value === 'number' ||
    typeof value === 'string' ||
    typeof value === 'boolean'
  ) {
    return value;
  }
  if (typeof value === 'bigint') return integer(value);
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) {
    return formatInstant(value.micros, 1_000_000n);
  }
  if (value instanceof DuckDBTimestampNanosecondsValue) {
    // Alone among the units, these infinities are no farther away than a Date can hold.
    return value.isFinite ? formatInstant(value.nanos, 1_000_000_000n) : null;
  }
  if (value instanceof DuckDBTimestampMillisecondsValue) return formatInstant(value.millis, 1_000n);
  if (value instanceof DuckDBTimestampSecondsValue) return formatInstant(value.seconds, 1n);
  if (value instanceof DuckDBDateValue) {
    return formatDay(value.days);
  }
  if (value instanceof DuckDBDecimalValue) return Number(value.toString());
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map(plain);
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([name, entry]) => [name, plain(entry)]));
  }
  if (value instanceof DuckDBMapValue) {
    return value.entries.map((entry) => ({ key: plain(entry.key), value: plain(entry.value) }));
  }
  return String(value);
}

function integer(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
