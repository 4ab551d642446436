import { AnswerTooLargeError } from '../errors.ts';

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
  const body = await response.arrayBuffer();
  checkBytes(body.byteLength, maxBytes);
  return new Response(body, response);
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
