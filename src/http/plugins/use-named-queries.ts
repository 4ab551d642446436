import type { Plugin } from 'graphql-yoga';
import type { Context } from '../../../schema/context.ts';

/** Tells the schema which named queries are served. */
export function useNamedQueries(queries: () => Context['queries']): Plugin<Pick<Context, 'queries'>> {
  return {
    onContextBuilding({ extendContext }) {
      extendContext({ queries: queries() });
    },
  };
}
