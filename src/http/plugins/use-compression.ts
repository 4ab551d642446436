import type { Plugin } from 'graphql-yoga';
import { compressed, compressedStream } from '../compress.ts';
import { bestEncoding } from '../negotiation.ts';
import { piecesOf, piecewiseResponse } from '../piecewise.ts';
import { urlOf } from '../request-url.ts';

/** Shorter ones fit into a packet or two as they are. */
const SMALLEST_BYTES = 1024;

/**
 * JSON answers in the encoding that the client likes best. It stands before the response cache, which so keeps them
 * compressed. Exports see to theirs as they stream.
 * @param isLeft paths whose answers stay as they are
 */
export function useCompression(isLeft: (path: string) => boolean): Plugin {
  return {
    async onResponse({ request, response, setResponse }) {
      const { headers, status } = response;
      if (isLeft(urlOf(request).pathname) || headers.has('content-encoding')) return;
      if (!headers.get('content-type')?.startsWith('application/json')) return;
      if (!headers.has('vary')) headers.set('vary', 'Accept, Accept-Encoding');
      const encoding = bestEncoding(request.headers.get('accept-encoding'));
      // To look at a body is to make a stream of it, so whether there is one is asked last.
      if (encoding === undefined || response.body === null) return;
      const sent = new Headers(headers);
      sent.delete('content-length');
      const pieces = piecesOf(response);
      if (pieces !== undefined) {
        sent.set('content-encoding', encoding);
        return setResponse(piecewiseResponse(compressedStream(pieces, encoding), { status, headers: sent }));
      }
      const plain = await response.arrayBuffer();
      const small = plain.byteLength < SMALLEST_BYTES;
      if (!small) sent.set('content-encoding', encoding);
      setResponse(new Response(small ? plain : await compressed(plain, encoding), { status, headers: sent }));
    },
  };
}
