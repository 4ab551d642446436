import type { GraphQLSchema } from 'graphql';
import { schema } from '../../schema/index.ts';
import { withNamedQueries } from '../../schema/named-queries.ts';
import type { NamedQuery } from '../../schema/query-types.ts';

const made = new WeakMap<readonly NamedQuery[], GraphQLSchema>();

/** The schema with the fields of these queries; the same one for the same list, since validation is cached by it. */
export function namedSchema(queries: readonly NamedQuery[]): GraphQLSchema {
  let extended = made.get(queries);
  if (extended === undefined) {
    extended = withNamedQueries(schema, queries);
    made.set(queries, extended);
  }
  return extended;
}
