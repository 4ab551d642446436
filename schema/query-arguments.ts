import {
  type GraphQLArgumentConfig,
  GraphQLError,
  type GraphQLInputType,
  GraphQLList,
  GraphQLNonNull,
  type GraphQLSchema,
  isInputType,
} from 'graphql';
import { boundsProblem, listExcess } from './query-bounds.ts';
import type { NamedQuery, ParameterValue, QueryArguments, QueryParameter } from './query-types.ts';

/** The arguments of a query's field. */
export function queryArguments(
  schema: GraphQLSchema,
  { parameters }: NamedQuery,
): Record<string, GraphQLArgumentConfig> {
  return Object.fromEntries(
    parameters.map((parameter) => {
      const item = schema.getType(parameter.type);
      if (!isInputType(item)) throw new Error(`The schema has no scalar ${parameter.type}`);
      const type: GraphQLInputType = parameter.list ? new GraphQLList(new GraphQLNonNull(item)) : item;
      return [
        parameter.graphqlName,
        {
          type: parameter.required ? new GraphQLNonNull(type) : type,
          description: argumentDescription(parameter),
          ...(parameter.default === undefined ? {} : { defaultValue: parameter.default }),
        },
      ];
    }),
  );
}

/** Its own description, and its bounds, which GraphQL has no other place for. */
export function argumentDescription({ description, min, max, values, list }: QueryParameter): string {
  const bounds = [
    ...(min === undefined ? [] : [`at least ${min}`]),
    ...(max === undefined ? [] : [`at most ${max}`]),
    ...(values === undefined ? [] : [`one of ${values.join(', ')}`]),
  ];
  if (bounds.length === 0) return description;
  return `${description.replace(/[.\s]*$/, '')}. ${list ? 'Each value' : 'The value'}: ${bounds.join(', ')}.`;
}

/**
 * From the names of GraphQL to those of the query.
 * @throws GraphQLError (BAD_USER_INPUT) that names the argument which is out of bounds
 */
export function fromGraphQLArguments(
  { parameters }: NamedQuery,
  args: Readonly<Record<string, unknown>>,
): QueryArguments {
  return Object.fromEntries(
    parameters.map((parameter) => {
      const value = (args[parameter.graphqlName] ?? undefined) as ParameterValue | undefined;
      const problem = value === undefined ? undefined : boundsProblem(parameter, value);
      if (problem !== undefined) {
        throw new GraphQLError(`${parameter.graphqlName}: ${problem}`, {
          extensions: {
            argument: parameter.graphqlName,
            ...listExcess(value),
            code: 'BAD_USER_INPUT',
            http: { status: 400 },
          },
        });
      }
      return [parameter.name, value];
    }),
  );
}
