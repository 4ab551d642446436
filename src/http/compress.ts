import { pipeline, Readable } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from 'node:zlib';
import type { Encoding } from './negotiation.ts';

/** Higher ones take several times as long for some per cent. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
/** It is told what it cannot see: that a megabyte or more is to come. Its output is a quarter smaller for it. */
const BROTLI_STREAM = { params: { ...BROTLI.params, [constants.BROTLI_PARAM_SIZE_HINT]: 1024 * 1024 } };
const GZIP = { level: 4 };

const brotliWhole = promisify(brotliCompress);
const gzipWhole = promisify(gzip);

/** The pieces compressed as they are asked for; an error of theirs is thrown here. */
export function compressedStream(
  pieces: AsyncIterable<Uint8Array>,
  encoding: Encoding | undefined,
): AsyncIterable<Uint8Array> {
  if (encoding === undefined) return pieces;
  const zip = encoding === 'br' ? createBrotliCompress(BROTLI_STREAM) : createGzip(GZIP);
  // Errors go on to whoever reads `zip`.
  pipeline(Readable.from(pieces, { objectMode: false }), zip, () => undefined);
  return zip;
}

export async function compressed(body: ArrayBuffer, encoding: Encoding): Promise<Uint8Array<ArrayBuffer>> {
  return encoding === 'br' ? brotliWhole(body, BROTLI) : gzipWhole(body, GZIP);
}
