import { z } from 'zod';
import type { QueryColumn, QueryRow } from '../../schema/query-types.ts';
import { mapType } from './row-type.ts';

const made = new WeakMap<readonly QueryColumn[], z.ZodType<QueryRow>>();

/** The check of a query's rows, made of the types that DESCRIBE tells. */
export function rowSchema(columns: readonly QueryColumn[]): z.ZodType<QueryRow> {
  let schema = made.get(columns);
  if (schema === undefined) {
    schema = z.object(
      Object.fromEntries(columns.map(({ name, duckdbType }) => [name, mapType(duckdbType).check])),
    );
    made.set(columns, schema);
  }
  return schema;
}

/** The same as JSON Schema, as rows are in REST. */
export function rowJsonSchema(columns: readonly QueryColumn[]): object {
  const properties = columns.map(({ name, duckdbType, description }) => {
    const { json } = mapType(duckdbType);
    return [
      name,
      { ...json, description: 'description' in json ? `${description} ${json.description}` : description },
    ];
  });
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    required: columns.map(({ name }) => name),
  };
}
