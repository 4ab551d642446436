import type { GraphQLSchema } from 'graphql';
import { createSchema, schema } from '../../schema/index.ts';
import { withNamedQueries } from '../../schema/named-queries.ts';
import type { NamedQuery } from '../../schema/query-types.ts';

const made = new WeakMap<readonly NamedQuery[], GraphQLSchema>();
const queriesOf = new WeakMap<GraphQLSchema, readonly NamedQuery[]>();

/** The schema with the fields of these queries; the same one for the same list, since validation is cached by it. */
export function namedSchema(queries: readonly NamedQuery[]): GraphQLSchema {
  let extended = made.get(queries);
  if (extended === undefined) {
    extended = withNamedQueries(schema, queries);
    made.set(queries, extended);
    queriesOf.set(extended, queries);
  }
  return extended;
}

/** The same schema once more, with types of its own, for whoever wants to change it. */
export function copyOf(named: GraphQLSchema): GraphQLSchema {
  return withNamedQueries(createSchema(), queriesOf.get(named) ?? []);
}
