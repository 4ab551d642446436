import type { Plugin } from 'graphql-yoga';
import { type Freshness, freshnessOf } from '../freshness.ts';

/** Notes for the response cache which operations name a query whose answer does not last. */
export function useFreshness(freshness: Freshness): Plugin<{ request: Request }> {
  return {
    onExecute({ args: { schema, document, contextValue } }) {
      freshness.limit(contextValue.request, freshnessOf(schema, document));
    },
  };
}
