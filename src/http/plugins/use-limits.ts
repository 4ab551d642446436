import type { Plugin } from 'graphql-yoga';
import type { Context, Limit } from '../../../schema/context.ts';

/** Tells the schema which limits this service has. */
export function useLimits(limits: readonly Limit[]): Plugin<Pick<Context, 'limits'>> {
  return {
    onContextBuilding({ extendContext }) {
      extendContext({ limits });
    },
  };
}
