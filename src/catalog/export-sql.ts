import type { NamedQuery, QueryColumn, ValueScalar } from '../../schema/query-types.ts';
import type { ColumnBatch, ColumnKind } from '../engine/column-batch.ts';
import { sqlName } from '../engine/sql-string.ts';
import { StatementFailedError } from '../errors.ts';
import { answerSql } from './query-sql.ts';
import { mapType } from './row-type.ts';

export interface ExportColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly duckdbType: string;
}

const KINDS: Readonly<Record<ValueScalar, ColumnKind>> = {
  Boolean: 'boolean',
  Int: 'int32',
  SafeInt: 'int64',
  BigInt: 'wide',
  Float: 'float64',
  Decimal: 'text',
  String: 'text',
  ID: 'text',
  Date: 'date',
  DateTime: 'instant',
  JSON: 'nested',
};

/** The types in which the engine hands over each kind; what is nested it gives as it is. */
const SQL_TYPES: Readonly<Record<Exclude<ColumnKind, 'nested'>, string>> = {
  boolean: 'BOOLEAN',
  int32: 'INTEGER',
  int64: 'BIGINT',
  wide: 'VARCHAR',
  float64: 'DOUBLE',
  text: 'VARCHAR',
  date: 'DATE',
  instant: 'TIMESTAMP',
};

export function exportColumns(columns: readonly QueryColumn[]): readonly ExportColumn[] {
  return columns.map(({ name, duckdbType }) => ({ name, duckdbType, kind: kindOf(duckdbType) }));
}

/** The statement of the JSON answer without its limit, with each column cast once more: to the type of its kind. */
export function exportSql(query: NamedQuery, columns: readonly QueryColumn[]): string {
  const selected = columns.map(({ name, duckdbType }) => {
    const kind = kindOf(duckdbType);
    return kind === 'nested'
      ? sqlName(name)
      : `CAST(${sqlName(name)} AS ${SQL_TYPES[kind]}) AS ${sqlName(name)}`;
  });
  return `SELECT ${selected.join(', ')} FROM (${answerSql(query, columns)}) AS exported`;
}

/**
 * What is nested goes through the checks of the JSON answer, which take what JSON cannot tell to null. Where the engine tells the
 * names of the columns, they are the query's own, of the types that the engine gives them.
 * @throws StatementFailedError when a column is missing
 */
export async function* checkedBatches(
  batches: AsyncIterable<ColumnBatch>,
  columns: readonly ExportColumn[],
): AsyncGenerator<ColumnBatch, void> {
  const checks = columns.map(({ kind, duckdbType }) =>
    kind === 'nested' ? mapType(duckdbType).check : undefined,
  );
  for await (const batch of batches) {
    const { rowCount } = batch;
    const values = batch.names === undefined ? batch.columns : columnsByName(batch, columns);
    yield {
      rowCount,
      columns: values.map((column, index) => {
        const check = checks[index];
        return check === undefined ? column : column.map((value) => check.parse(value));
      }),
    };
  }
}

function columnsByName({ names = [], columns: values }: ColumnBatch, columns: readonly ExportColumn[]) {
  return columns.map(({ name, kind }) => {
    const column = values[names.indexOf(name)];
    if (column === undefined) {
      throw new StatementFailedError(`expected the column ${name}, but got ${names.join(', ')}`);
    }
    const convert = CONVERTERS[kind];
    return convert === undefined
      ? column
      : column.map((value) => (value === null ? null : convert(value as number | bigint | string)));
  });
}

/** What the cluster may give as another kind of number. */
const CONVERTERS: Readonly<Partial<Record<ColumnKind, (value: number | bigint | string) => unknown>>> = {
  int32: Number,
  int64: BigInt,
  wide: String,
  float64: Number,
  text: String,
};

function kindOf(duckdbType: string): ColumnKind {
  const { value } = mapType(duckdbType);
  if (value.kind !== 'scalar') return 'nested';
  return duckdbType === 'BIGINT' ? 'int64' : KINDS[value.scalar];
}
