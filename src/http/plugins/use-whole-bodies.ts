import type { Plugin } from 'graphql-yoga';
import { overloaded } from '../../engine/gate.ts';
import { incomingOf, onceOver, outgoingOf } from '../node-context.ts';
import { problemOf } from '../problem.ts';
import { refusalResponse } from '../refusal.ts';
import { ClientGoneError, readBody } from '../request-body.ts';

export interface WholeBodiesOptions {
  readonly graphqlEndpoint: string;
  /** Of one body. */
  readonly maxBytes: number;
  /** Of the bodies of all requests that are not answered yet. */
  readonly maxBytesTogether: number;
  /** How long a body may take. */
  readonly timeoutMs: number;
}

/** The beginning of each body does not count among those of all, so that small ones get in whatever large ones there are. */
const UNCOUNTED_BYTES = 16 * 1024;

class BodyTooLarge extends Error {}

/**
 * Reads the body of a question before the request waits for anything or has its turn, so that whoever sends it slowly holds
 * up nobody but themselves.
 */
export function useWholeBodies(options: WholeBodiesOptions): Plugin {
  const { graphqlEndpoint, maxBytes, maxBytesTogether, timeoutMs } = options;
  let together = 0;
  return {
    async onRequest({ request, url, endResponse, serverContext }) {
      if (request.method !== 'POST' || url.pathname !== graphqlEndpoint) return;
      const incoming = incomingOf(serverContext);
      const outgoing = outgoingOf(serverContext);
      // Of a request in this process it is there already.
      if (incoming === undefined || outgoing === undefined) return;
      const tooLarge = () => endResponse(new Response(null, { status: 413 }));
      if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return tooLarge();
      let counted = 0;
      const onBytes = (bytes: number) => {
        if (bytes > maxBytes) throw new BodyTooLarge();
        const more = Math.max(0, bytes - UNCOUNTED_BYTES) - counted;
        if (more === 0) return;
        if (together + more > maxBytesTogether) throw tooManyBytes(together + more);
        const isFirst = counted === 0;
        counted += more;
        together += more;
        if (isFirst) {
          onceOver(outgoing, () => {
            together -= counted;
            counted = 0;
          });
        }
      };
      try {
        await readBody(request, incoming, { timeoutMs, onBytes });
      } catch (error) {
        if (error instanceof BodyTooLarge) return tooLarge();
        if (error instanceof ClientGoneError) return endResponse(new Response(null, { status: 499 }));
        const response = refusalResponse(request, problemOf(error), true);
        // The rest of the body is not waited for.
        response.headers.set('connection', 'close');
        endResponse(response);
      }
    },
  };

  function tooManyBytes(asked: number): Error {
    return overloaded(
      'bytes in bodies of requests',
      { limit: 'requestBodyBytesTogether', asked, allowed: maxBytesTogether },
      'Try again shortly',
    );
  }
}
