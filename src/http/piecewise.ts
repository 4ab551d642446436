import { ReadableStream } from 'node:stream/web';
import { isSmall, jsonPieces } from './json-pieces.ts';

const bodies = new WeakMap<Response, AsyncIterable<Uint8Array>>();

/** An answer whose body is made while the client takes it. Nothing may go wrong with the pieces any more. */
export function piecewiseResponse(pieces: AsyncIterable<Uint8Array>, init: ResponseInit): Response {
  const response = new Response(ReadableStream.from(pieces) as BodyInit, init);
  bodies.set(response, pieces);
  return response;
}

/** Pieces that are all made, as those that are not are given. */
export async function* eachOf(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array, void> {
  yield* pieces;
}

/** The pieces of such an answer, for whoever puts another in its place. They can be read once. */
export function piecesOf(response: Response): AsyncIterable<Uint8Array> | undefined {
  return bodies.get(response);
}

/** `Response.json`, piece by piece where that would take long. */
export function jsonResponse(
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
  replacer?: (key: string, value: unknown) => unknown,
): Response {
  const init = { headers: { 'content-type': 'application/json', ...headers } };
  if (isSmall(value)) return new Response(JSON.stringify(value, replacer), init);
  return piecewiseResponse(jsonPieces(value, replacer), init);
}
