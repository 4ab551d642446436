// The server's own, which keeps a text as it is: Node's makes bytes of it, and a text of these when it is read again.
import { Response } from '@whatwg-node/fetch';
import { eachOf, piecesOf, piecewiseResponse } from './piecewise.ts';

/** Bytes where it is compressed, or was made piece by piece. */
export type WholeBody = string | readonly Uint8Array<ArrayBuffer>[];

/** The body of an answer that is on its way. */
export interface TakenBody {
  /** It tells of errors of GraphQL, which stand before the data. */
  readonly hasErrors: boolean;
  /** The answer with this body. @param keep is told the body once it is whole; unset: nobody wants it */
  response(init: ResponseInit, keep?: (body: WholeBody) => void): Response;
}

/** In memory, at two bytes a character at worst. */
export function sizeOf(body: WholeBody): number {
  return typeof body === 'string' ? 2 * body.length : body.reduce((sum, piece) => sum + piece.byteLength, 0);
}

export function responseOf(body: WholeBody, init: ResponseInit): Response {
  if (typeof body === 'string') return new Response(body, init);
  const [only, ...others] = body;
  return others.length === 0 ? new Response(only, init) : piecewiseResponse(eachOf(body), init);
}

/** @param maxBytes what is larger is passed on, and not kept */
export async function takeBody(response: Response, maxBytes: number): Promise<TakenBody> {
  const isEncoded = response.headers.has('content-encoding');
  const pieces = piecesOf(response);
  if (pieces === undefined) {
    const body = isEncoded ? [new Uint8Array(await response.arrayBuffer())] : await response.text();
    return {
      hasErrors: typeof body === 'string' && beginsWithErrors(body),
      response: (init, keep) => {
        keep?.(body);
        return responseOf(body, init);
      },
    };
  }
  const iterator = pieces[Symbol.asyncIterator]();
  const first = await iterator.next();
  return {
    hasErrors:
      !isEncoded && !first.done && beginsWithErrors(Buffer.from(first.value).toString('latin1', 0, 16)),
    response: (init, keep) => piecewiseResponse(passedOn(first, iterator, maxBytes, keep), init),
  };
}

const beginsWithErrors = (body: string) => body.startsWith('{"errors"');

async function* passedOn(
  first: IteratorResult<Uint8Array>,
  iterator: AsyncIterator<Uint8Array>,
  maxBytes: number,
  keep: ((body: WholeBody) => void) | undefined,
): AsyncGenerator<Uint8Array, void> {
  let kept: Uint8Array<ArrayBuffer>[] | undefined = keep && [];
  let bytes = 0;
  try {
    for (let step = first; !step.done; step = await iterator.next()) {
      bytes += step.value.byteLength;
      if (bytes > maxBytes) kept = undefined;
      kept?.push(step.value as Uint8Array<ArrayBuffer>);
      yield step.value;
    }
    if (kept !== undefined) keep?.(kept);
  } finally {
    // Whoever goes before the end wants no more to be made.
    await iterator.return?.();
  }
}
