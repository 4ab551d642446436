import { z } from 'zod';
import { graphqlName, isGraphQLName } from '../../schema/query-names.ts';
import type { ValueType } from '../../schema/query-types.ts';
import { sqlName } from '../engine/sql-string.ts';
import { type DuckDbType, parseDuckDbType } from './duckdb-type.ts';
import { enumEntry, typeEntry } from './type-table.ts';

/** All that is made of one of DuckDB's types. */
export interface TypeMapping {
  readonly value: ValueType;
  /** What a row may hold there, null included. */
  readonly check: z.ZodType;
  /** JSON Schema of the value, null included. */
  readonly json: object;
  /** The type that the statement casts to; undefined when the engine's own value says everything. */
  readonly cast: string | undefined;
}

/** @param text as DESCRIBE writes it */
export function mapType(text: string): TypeMapping {
  return map(parseDuckDbType(text));
}

function map(type: DuckDbType): TypeMapping {
  switch (type.kind) {
    case 'simple':
      return simple(typeEntry(type.name, type.digits));
    case 'enum':
      return simple(enumEntry(type.values));
    case 'other':
      return simple(typeEntry(''));
    case 'list':
      return listOf(map(type.of), type.of);
    case 'map':
      return mapOf({ key: map(type.key), value: map(type.value) }, type);
    case 'struct':
      return structOf(type);
  }
}

function simple({ scalar, check, json, asText }: ReturnType<typeof typeEntry>): TypeMapping {
  return {
    value: { kind: 'scalar', scalar },
    check: check.nullable(),
    json: orNull(json),
    cast: asText && 'VARCHAR',
  };
}

function listOf(item: TypeMapping, type: DuckDbType): TypeMapping {
  return {
    value: { kind: 'list', of: item.value },
    check: z.array(item.check).nullable(),
    json: orNull({ type: 'array', items: item.json }),
    cast: item.cast && `${castOf(item, type)}[]`,
  };
}

function mapOf(
  { key, value }: { key: TypeMapping; value: TypeMapping },
  type: { key: DuckDbType; value: DuckDbType },
): TypeMapping {
  const changes = key.cast !== undefined || value.cast !== undefined;
  return {
    value: { kind: 'map', key: key.value, value: value.value },
    check: z.array(z.object({ key: key.check, value: value.check })).nullable(),
    json: orNull({
      type: 'array',
      items: objectSchema({ key: key.json, value: value.json }),
    }),
    cast: changes ? `MAP(${castOf(key, type.key)}, ${castOf(value, type.value)})` : undefined,
  };
}

/** A structure whose names GraphQL cannot tell apart, or cannot spell, is told as text. */
function structOf({ fields }: { fields: readonly { name: string; type: DuckDbType }[] }): TypeMapping {
  const mapped = fields.map(({ name, type }) => ({ name, type, mapping: map(type) }));
  const names = new Set(mapped.map(({ name }) => graphqlName(name)));
  if (names.size < mapped.length || ![...names].every(isGraphQLName)) {
    return simple(typeEntry(''));
  }
  const changes = mapped.some(({ mapping }) => mapping.cast !== undefined);
  const entries = <T>(of: (mapping: TypeMapping) => T) =>
    Object.fromEntries(mapped.map(({ name, mapping }) => [name, of(mapping)]));
  return {
    value: {
      kind: 'object',
      fields: mapped.map(({ name, mapping }) => ({
        name,
        graphqlName: graphqlName(name),
        type: mapping.value,
      })),
    },
    check: z.object(entries(({ check }) => check)).nullable(),
    json: orNull(objectSchema(entries(({ json }) => json))),
    cast: changes
      ? `STRUCT(${mapped.map(({ name, type, mapping }) => `${sqlName(name)} ${castOf(mapping, type)}`).join(', ')})`
      : undefined,
  };
}

function castOf({ cast }: TypeMapping, type: DuckDbType): string {
  return cast ?? writeType(type);
}

/** The text of a type again, as a part of a larger one that is cast to. */
function writeType(type: DuckDbType): string {
  switch (type.kind) {
    case 'simple':
      return type.digits.length === 0 ? type.name : `${type.name}(${type.digits.join(',')})`;
    case 'list':
      return `${writeType(type.of)}[]`;
    case 'map':
      return `MAP(${writeType(type.key)}, ${writeType(type.value)})`;
    case 'struct':
      return `STRUCT(${type.fields.map(({ name, type }) => `${sqlName(name)} ${writeType(type)}`).join(', ')})`;
    case 'enum':
    case 'other':
      return 'VARCHAR';
  }
}

function objectSchema(properties: Record<string, object>): object {
  return { type: 'object', properties, required: Object.keys(properties) };
}

function orNull(schema: object): object {
  if (Object.keys(schema).length === 0) return schema;
  const { type, enum: values } = schema as { type?: string; enum?: readonly unknown[] };
  if (type === undefined) return { anyOf: [schema, { type: 'null' }] };
  return { ...schema, type: [type, 'null'], ...(values === undefined ? {} : { enum: [...values, null] }) };
}
