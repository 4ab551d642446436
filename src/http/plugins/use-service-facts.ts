import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../../schema/context.ts';

type Facts = Pick<Context, 'limits' | 'queries'>;

/** Tells the schema what this service has: limits, and the named queries of now. */
export function useServiceFacts(facts: () => Facts): Plugin<Facts> {
  return {
    onContextBuilding({ extendContext }) {
      extendContext(facts());
    },
  };
}
