import type { ExecutionResult } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { asksForExplanation, EXPLAIN_HEADER, explanation, explanationHeader } from '../explain.ts';
import { urlOf } from '../request-url.ts';

/** Whoever asks may learn what the answer has cost. */
export type MayExplain = (request: Request) => boolean | Promise<boolean>;

/**
 * Tells what an answer has cost to whoever asks for it and may: GraphQL by `"extensions": {"explain": true}` in
 * `extensions.explain`, all else by the header. Who may not gets the plain answer. Explained answers are of the moment:
 * nobody keeps them.
 */
export function useExplain(
  graphqlEndpoint: string,
  mayExplain: MayExplain,
): Plugin<{ request: Request; params?: GraphQLParams }> {
  const explained = new WeakSet<Request>();
  return {
    async onExecute({ args: { contextValue }, executeFn, setExecuteFn }) {
      const { request, params } = contextValue;
      if (!asksForExplanation(params?.extensions) || !(await mayExplain(request))) return;
      explained.add(request);
      setExecuteFn(async (args): Promise<ExecutionResult> => {
        const result: ExecutionResult = await executeFn(args);
        return { ...result, extensions: { ...result.extensions, explain: explanation() } };
      });
    },
    onResponse({ request, response }) {
      if (explained.has(request)) keepNowhere(response);
      if (request.headers.get(EXPLAIN_HEADER) !== '1') return;
      return explainInHeader(request, response);
    },
  };

  async function explainInHeader(request: Request, response: Response): Promise<void> {
    if (urlOf(request).pathname === graphqlEndpoint || !(await mayExplain(request))) return;
    response.headers.set(EXPLAIN_HEADER, explanationHeader());
    keepNowhere(response);
  }
}

function keepNowhere({ headers }: Response): void {
  headers.delete('etag');
  headers.set('cache-control', 'no-store');
}
