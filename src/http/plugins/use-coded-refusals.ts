import type { Plugin } from 'graphql-yoga';
import type { Excess } from '../../errors.ts';
import { currentActivity } from '../../observe/scope.ts';
import { urlOf } from '../request-url.ts';

/** Status → what GraphQL clients are told. */
export const REFUSALS: Readonly<Record<number, readonly [code: string, message: string]>> = {
  405: ['METHOD_NOT_ALLOWED', 'expected POST, or GET for a query'],
  406: [
    'NOT_ACCEPTABLE',
    'expected to be asked for application/json or application/graphql-response+json, and by a subscription for text/event-stream',
  ],
  413: ['BODY_TOO_LARGE', 'expected a smaller body (limit requestBodyBytes)'],
  415: ['UNSUPPORTED_MEDIA_TYPE', 'expected a body of the type application/json'],
};

/**
 * Requests that the server turns down before they are GraphQL get the shape of a GraphQL error, and a code.
 * @param maxBodyBytes the most bytes in a body
 */
export function useCodedRefusals(graphqlEndpoint: string, maxBodyBytes: number): Plugin {
  return {
    onResponse({ request, response, setResponse }) {
      const refusal = REFUSALS[response.status];
      if (refusal === undefined || urlOf(request).pathname !== graphqlEndpoint) return;
      const [code, message] = refusal;
      const details = code === 'BODY_TOO_LARGE' ? bodyExcess(request, maxBodyBytes) : {};
      currentActivity()?.endedBy(code);
      const headers = new Headers(response.headers);
      headers.set('content-type', 'application/json; charset=utf-8');
      headers.delete('content-length');
      setResponse(
        new Response(JSON.stringify({ errors: [{ message, extensions: { ...details, code } }] }), {
          status: response.status,
          headers,
        }),
      );
    },
  };
}

/** A body of unknown length is read until it is too long. */
function bodyExcess({ headers }: Request, allowed: number): Excess {
  return { limit: 'requestBodyBytes', asked: Number(headers.get('content-length') ?? allowed + 1), allowed };
}
