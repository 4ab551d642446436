import {
  GraphQLBoolean,
  type GraphQLFieldConfig,
  GraphQLInt,
  GraphQLList,
  type GraphQLNamedType,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  getNamedType,
  isObjectType,
} from 'graphql';
import type { Context } from './context.ts';
import { ASSUMED_ITEMS, sized } from './field-size.ts';
import { fromGraphQLArguments, queryArguments } from './query-arguments.ts';
import { graphqlName, resultTypeName } from './query-names.ts';
import { queryRowType } from './query-rows.ts';
import { QUERY_SCALARS } from './query-scalars.ts';
import type { NamedQuery, QueryTable } from './query-types.ts';

/**
 * The schema with a root field for each query that is to have one and whose columns are known. Pure: the queries go in
 * as data, and their rows come through the context.
 * @throws Error for names that clash; `namingProblem` tells beforehand.
 */
export function withNamedQueries(schema: GraphQLSchema, queries: readonly NamedQuery[]): GraphQLSchema {
  const fields = queries.flatMap((query) => {
    const type = resultType(schema, query);
    return type === null ? [] : [[graphqlName(query.name), queryField(schema, query, type)] as const];
  });
  const root = schema.getQueryType();
  if (fields.length === 0 || root === null || root === undefined) return schema;
  const config = schema.toConfig();
  const { fields: existing, ...rest } = root.toConfig();
  return new GraphQLSchema({
    ...config,
    query: new GraphQLObjectType({ ...rest, fields: { ...existing, ...Object.fromEntries(fields) } }),
    types: config.types.filter((type) => type !== root),
  });
}

/** What a client is told of such a query beforehand. */
export const NEEDS_EVERY_DEVICE = 'Only for who may see every device: it reads whole objects.';

/** Why a query cannot be put beside the others; undefined when it can. */
export function namingProblem(
  schema: GraphQLSchema,
  query: NamedQuery,
  others: readonly NamedQuery[],
): string | undefined {
  const type = resultType(schema, query);
  if (type === null) return undefined;
  const field = graphqlName(query.name);
  if (schema.getQueryType()?.getFields()[field] !== undefined) {
    return `expected a name whose field is free, but the API has ${field} already; rename the file, or write \`graphql: false\` into its front matter`;
  }
  const sibling = others.find((other) => other.field && graphqlName(other.name) === field);
  if (sibling !== undefined) {
    return `expected a name whose field is free, but ${field} is that of ${sibling.name}.sql already`;
  }
  const taken = new Set([
    ...Object.keys(schema.getTypeMap()),
    ...Object.keys(QUERY_SCALARS),
    ...others.flatMap((other) => ownTypeNames(resultType(schema, other))),
  ]);
  const own = ownTypeNames(type);
  const twice = own.find((name, index) => taken.has(name) || own.indexOf(name) !== index);
  return twice && `expected names whose types are free, but there is a type ${twice} already`;
}

function queryField(
  schema: GraphQLSchema,
  query: NamedQuery,
  type: GraphQLObjectType,
): GraphQLFieldConfig<unknown, Context> {
  return {
    type: new GraphQLNonNull(type),
    description: query.needsEveryDevice ? `${query.description}\n\n${NEEDS_EVERY_DEVICE}` : query.description,
    args: queryArguments(schema, query),
    extensions: { cacheSeconds: query.cacheSeconds, ...sized({ below: { assumed: ASSUMED_ITEMS } }) },
    resolve: (_root, args, { telemetry }) => telemetry.namedQuery(query, fromGraphQLArguments(query, args)),
  };
}

/** Null for a query that has no field (yet). */
function resultType(schema: GraphQLSchema, query: NamedQuery): GraphQLObjectType | null {
  if (!query.field || query.columns === null) return null;
  const row = queryRowType(schema, query, query.columns);
  return new GraphQLObjectType<QueryTable>({
    name: resultTypeName(query.name),
    description: `What the query \`${query.name}\` answers.`,
    fields: {
      rows: {
        type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(row))),
        description: 'Its rows, in the order of its ORDER BY.',
      },
      truncated: {
        type: new GraphQLNonNull(GraphQLBoolean),
        description: 'There are more rows than `rowLimit`; these are left out.',
      },
      rowLimit: { type: new GraphQLNonNull(GraphQLInt), description: 'The most rows that are given.' },
    },
  });
}

/** The object types that a query brings along; scalars are shared. */
function ownTypeNames(type: GraphQLNamedType | null): string[] {
  if (!isObjectType(type)) return [];
  return [
    type.name,
    ...Object.values(type.getFields()).flatMap((field) => ownTypeNames(getNamedType(field.type))),
  ];
}
