import {
  type GraphQLFieldConfig,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLScalarType,
  type GraphQLSchema,
  isScalarType,
} from 'graphql';
import { rowTypeName, typeName } from './query-names.ts';
import { QUERY_SCALARS } from './query-scalars.ts';
import type { NamedQuery, QueryColumn, QueryRow, ValueScalar, ValueType } from './query-types.ts';

type RowFields = Record<string, GraphQLFieldConfig<QueryRow, unknown>>;

/** The type of a query's rows: one field for each column, each of them nullable as columns of SQL are. */
export function queryRowType(
  schema: GraphQLSchema,
  query: NamedQuery,
  columns: readonly QueryColumn[],
): GraphQLObjectType {
  const name = rowTypeName(query.name);
  return new GraphQLObjectType<QueryRow>({
    name,
    description: `One row of the query \`${query.name}\`.`,
    fields: rowFields(columns, (column) => outputType(schema, column.type, name + typeName(column.name))),
  });
}

function rowFields<Field extends { name: string; graphqlName: string; description?: string }>(
  fields: readonly Field[],
  typeOf: (field: Field) => GraphQLOutputType,
): RowFields {
  return Object.fromEntries(
    fields.map((field) => [
      field.graphqlName,
      {
        type: typeOf(field),
        description: field.description ?? `\`${field.name}\` of the structure.`,
        resolve: (row) => row[field.name],
      },
    ]),
  );
}

/** @param name of the object type, should one be needed */
function outputType(schema: GraphQLSchema, type: ValueType, name: string): GraphQLOutputType {
  switch (type.kind) {
    case 'scalar':
      return scalarType(schema, type.scalar);
    case 'list':
      return new GraphQLList(outputType(schema, type.of, name));
    case 'object':
      return new GraphQLObjectType<QueryRow>({
        name,
        description: 'A structure (STRUCT) of a column.',
        fields: rowFields(type.fields, (field) =>
          outputType(schema, field.type, name + typeName(field.name)),
        ),
      });
    case 'map':
      return new GraphQLList(new GraphQLNonNull(entryType(schema, type, `${name}Entry`)));
  }
}

function entryType(
  schema: GraphQLSchema,
  { key, value }: { key: ValueType; value: ValueType },
  name: string,
): GraphQLObjectType {
  return new GraphQLObjectType<QueryRow>({
    name,
    description: 'An entry of a MAP.',
    fields: {
      key: { type: outputType(schema, key, `${name}Key`), description: 'Its key.' },
      value: { type: outputType(schema, value, `${name}Value`), description: 'Its value.' },
    },
  });
}

function scalarType(schema: GraphQLSchema, name: ValueScalar): GraphQLScalarType {
  const type = QUERY_SCALARS[name] ?? schema.getType(name);
  if (!isScalarType(type)) throw new Error(`The schema has no scalar ${name}`);
  return type;
}
