import type { Plugin } from 'graphql-yoga';
import { boundedPieces } from '../answer-size.ts';
import { isSmall, jsonPieces } from '../json-pieces.ts';
import { piecewiseResponse } from '../piecewise.ts';
import { problemOf } from '../problem.ts';
import { refusalResponse } from '../refusal.ts';

/** These put the JSON into an envelope, so they need it as text. */
const ENVELOPES = /text\/event-stream|multipart\//;

/**
 * Large GraphQL answers are written piece by piece. Yoga decides on all else: status, headers, what errors tell.
 * @param maxBytes what is larger is refused
 */
export function usePiecewiseResults(maxBytes: number): Plugin {
  const results = new WeakMap<Request, object>();
  return {
    onResultProcess({ request, result, setResult }) {
      if (result === undefined || isSmall(result) || ENVELOPES.test(request.headers.get('accept') ?? ''))
        return;
      const stringify = (presented: object) => {
        results.set(request, presented);
        return '';
      };
      setResult({ ...result, stringify } as typeof result);
    },
    async onResponse({ request, response, setResponse }) {
      const result = results.get(request);
      if (result === undefined) return;
      const headers = new Headers(response.headers);
      headers.delete('content-length');
      try {
        const pieces = await boundedPieces(jsonPieces(result), maxBytes);
        setResponse(piecewiseResponse(pieces, { status: response.status, headers }));
      } catch (error) {
        setResponse(refusalResponse(request, problemOf(error), true));
      }
    },
  };
}
