import type { ParameterType, QueryParameter } from '../../schema/query-types.ts';
import { instantSql } from '../dataset/cluster/telemetry-sql.ts';
import { replaceParameters } from './sql-text.ts';

const PARAMETER_TYPES: Readonly<Record<Exclude<ParameterType, 'DateTime'>, string>> = {
  String: 'varchar',
  ID: 'varchar',
  TimeZone: 'varchar',
  Int: 'bigint',
  Float: 'double',
  Boolean: 'boolean',
  Date: 'date',
};

/**
 * The statement with the type of each parameter around its `$name`, as `typedSql` has it for the other engine. It is the whole
 * statement: around it, its order would be lost.
 */
export function typedClusterSql(sql: string, parameters: readonly QueryParameter[]): string {
  const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  return replaceParameters(sql, (name) => {
    const parameter = byName.get(name);
    return parameter === undefined ? `$${name}` : typedParameter(parameter);
  });
}

function typedParameter({ name, type, list }: QueryParameter): string {
  if (type === 'DateTime') {
    return list
      ? `transform(CAST($${name} AS array(varchar)), text -> ${instantSql('text')})`
      : instantSql(`CAST($${name} AS varchar)`);
  }
  const scalar = PARAMETER_TYPES[type];
  return `(CAST($${name} AS ${list ? `array(${scalar})` : scalar}))`;
}
