import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../../schema/context.ts';
import { type Freshness, freshnessOf } from '../freshness.ts';

type Noted = Pick<Context, 'limitFreshness'>;

/** Notes for the response cache how long the answer to an operation lasts: what its fields say, and what resolvers find. */
export function useFreshness(freshness: Freshness): Plugin<Noted & { request: Request }> {
  return {
    onContextBuilding({ context, extendContext }) {
      extendContext({ limitFreshness: (seconds) => freshness.limit(context.request, seconds) });
    },
    onExecute({ args: { schema, document, contextValue } }) {
      freshness.limit(contextValue.request, freshnessOf(schema, document));
    },
  };
}
