// The server's own, which keeps a text as it is: Node's makes bytes of it, and a text of these when it is read again.
import { Response } from '@whatwg-node/fetch';
import { AnswerTooLargeError } from '../errors.ts';
import { eachOf, piecesOf, piecewiseResponse } from './piecewise.ts';

/** @throws AnswerTooLargeError */
function checkBytes(asked: number, allowed: number): void {
  if (asked <= allowed) return;
  const limit = 'answerBytes';
  throw new AnswerTooLargeError(
    `expected an answer of at most ${allowed} bytes (limit ${limit}), but it has: ${asked}. Ask for fewer rows or fields, or for an export`,
    { limit, asked, allowed },
  );
}

/** As JSON. @throws AnswerTooLargeError */
export function boundedText(value: unknown, maxBytes: number): string {
  const text = textOf(value, maxBytes);
  // A character takes three bytes at most, so most answers need not be gone through.
  if (text.length * 3 > maxBytes) checkBytes(Buffer.byteLength(text), maxBytes);
  return text;
}

/** The same response, if it is small enough. @throws AnswerTooLargeError */
export async function boundedJson(response: Response, maxBytes: number): Promise<Response> {
  const pieces = piecesOf(response);
  if (pieces !== undefined) return piecewiseResponse(await boundedPieces(pieces, maxBytes), response);
  const text = await response.text();
  if (text.length * 3 > maxBytes) checkBytes(Buffer.byteLength(text), maxBytes);
  return new Response(text, response);
}

/** All of them, so that what is too large can be told before any of it is sent. @throws AnswerTooLargeError */
export async function boundedPieces(
  pieces: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<AsyncIterable<Uint8Array>> {
  const made: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.byteLength;
    checkBytes(bytes, maxBytes);
    made.push(piece);
  }
  return eachOf(made);
}

/** Beyond half a gigabyte there is no text at all. */
function textOf(value: unknown, maxBytes: number): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError && error.message === 'Invalid string length') {
      checkBytes(maxBytes + 1, maxBytes);
    }
    throw error;
  }
}
