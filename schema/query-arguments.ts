import {
  type GraphQLArgumentConfig,
  type GraphQLInputType,
  GraphQLList,
  GraphQLNonNull,
  type GraphQLSchema,
  isInputType,
} from 'graphql';
import { boundsProblem, listExcess } from './query-bounds.ts';
import type { NamedQuery, ParameterValue, QueryArguments, QueryParameter } from './query-types.ts';
import { refuse, shorten } from './refuse.ts';

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
      if (problem !== undefined) refuse(parameter.graphqlName, problem, listExcess(value));
      return [parameter.name, value];
    }),
  );
}

/** Before the names of parameters that are given in an argument of their own. */
export const ARGUMENTS = 'arguments.';

/**
 * From a value of JSON, whose values are checked against the parameters where they are bound.
 * @throws GraphQLError (BAD_USER_INPUT) when it is no object of values and lists of them
 */
export function fromJsonArguments(given: unknown): QueryArguments {
  if (given === null || given === undefined) return {};
  if (typeof given !== 'object' || Array.isArray(given)) {
    refuse('arguments', `expected an object of values by the names of parameters, but got ${kindOf(given)}`);
  }
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]: [string, unknown]) => {
      // Of a variable that is not given, as in input objects.
      if (value === undefined) return [];
      const values = Array.isArray(value) ? value : [value];
      if (value === null || values.every(isScalar)) return [[name, value as ParameterValue | null]];
      const odd = kindOf(values.find((item) => !isScalar(item)));
      return refuse(ARGUMENTS + shorten(name), `expected a value or a list of values, but got ${odd}`);
    }),
  );
}

/** JSON has no infinite numbers, and what is too large for it is read as one. */
const isScalar = (value: unknown) =>
  typeof value === 'number' ? Number.isFinite(value) : ['string', 'boolean'].includes(typeof value);

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'number' && !Number.isFinite(value)) return 'a number that is too large';
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
