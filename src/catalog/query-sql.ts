import type { NamedQuery, QueryColumn, QueryParameter } from '../../schema/query-types.ts';
import { sqlName } from '../engine/sql-string.ts';
import { PARAMETER_RULES } from './parameter-value.ts';
import { mapType } from './row-type.ts';
import { replaceParameters } from './sql-text.ts';

/**
 * The statement with the type of each parameter around its `$name`: else NULL, or 20 for a Float, would be bound as
 * other types than 20.5, and the types of the rows would change with the values.
 */
export function typedSql(sql: string, parameters: readonly QueryParameter[]): string {
  const types = new Map(
    parameters.map(({ name, type, list }) => [name, PARAMETER_RULES[type].sql + (list ? '[]' : '')]),
  );
  return replaceParameters(sql, (name) => `(CAST($${name} AS ${types.get(name) ?? 'VARCHAR'}))`);
}

/**
 * Every column is cast to the type that the clients were told, since `{{S3_PATH}}` reads objects as they are: ids that
 * are numbers in this bucket come as text all the same.
 * @param limit the most rows; undefined: all
 */
export function answerSql(
  { sql, parameters }: NamedQuery,
  columns: readonly QueryColumn[],
  limit?: number,
): string {
  const selected = columns.map(({ name, duckdbType }) => {
    const { cast } = mapType(duckdbType);
    return `CAST(${sqlName(name)} AS ${cast ?? duckdbType}) AS ${sqlName(name)}`;
  });
  const rows = `SELECT ${selected.join(', ')} FROM (${typedSql(sql, parameters)}\n) AS answer`;
  return limit === undefined ? rows : `${rows} LIMIT ${limit}`;
}
