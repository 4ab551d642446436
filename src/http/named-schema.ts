import type { GraphQLSchema } from 'graphql';
import { createSchema } from '../../schema/index.ts';
import { withNamedQueries } from '../../schema/named-queries.ts';
import type { NamedQuery } from '../../schema/query-types.ts';
import { withPacedLists } from './paced-lists.ts';

const made = new WeakMap<readonly NamedQuery[], GraphQLSchema>();
const queriesOf = new WeakMap<GraphQLSchema, readonly NamedQuery[]>();

/** What is executed: the schema with the fields of these queries, and lists that keep nobody waiting; the same one for the same list, since validation is cached by it. */
export function namedSchema(queries: readonly NamedQuery[]): GraphQLSchema {
  let extended = made.get(queries);
  if (extended === undefined) {
    extended = withPacedLists(withNamedQueries(createSchema(), queries));
    made.set(queries, extended);
    queriesOf.set(extended, queries);
  }
  return extended;
}

/** The same schema once more, with types of its own, for whoever wants to change it. */
export function copyOf(named: GraphQLSchema): GraphQLSchema {
  return withNamedQueries(createSchema(), queriesOf.get(named) ?? []);
}
