import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** Of the texts that are remembered, in memory. */
const KNOWN_BYTES = 4 * 1024 * 1024;

/** Names values of JSON: equal ones have the same, and no others do. */
export function digestOf(parts: readonly unknown[]): string {
  return hashOf(JSON.stringify(parts));
}

const hashOf = (text: string) => hash('sha256', text, 'base64url');

/** The same for what is asked for again and again: looking it up takes a tenth of making it. */
export class Digests {
  readonly #known = new LRUCache<string, string>({
    maxSize: KNOWN_BYTES,
    sizeCalculation: (digest, text) => 2 * (text.length + digest.length),
  });

  of(parts: readonly string[]): string {
    const text = JSON.stringify(parts);
    let digest = this.#known.get(text);
    if (digest === undefined) {
      digest = hashOf(text);
      this.#known.set(text, digest);
    }
    return digest;
  }
}
