import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** Of all documents together, as they are estimated: some thousand, more than a frontend has. */
const MOST_BYTES = 16 * 1024 ** 2;
/** What a parsed document takes: measured, short ones some 5 KB, and long ones some tens of bytes for each character. */
const DOCUMENT_BYTES = 5 * 1024;
const CHARACTER_BYTES = 50;

/** Parsed documents by their texts, and the errors of those that are none, bounded by what they take up. */
export function documentCaches() {
  return { documentCache: cacheByText<DocumentNode>(), errorCache: cacheByText<Error>() };
}

function cacheByText<Value extends object>() {
  const cache = new LRUCache<string, Value>({
    maxSize: MOST_BYTES,
    sizeCalculation: (_value, text) => DOCUMENT_BYTES + CHARACTER_BYTES * text.length,
  });
  return {
    get: (text: string) => cache.get(text),
    set: (text: string, value: Value) => void cache.set(text, value),
  };
}
