import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** Characters of all texts together. What is parsed takes some times as much. */
const MOST_CHARACTERS = 8 * 1024 ** 2;

/** Parsed documents by their texts, and the errors of those that are none, bounded by what they take up. */
export function documentCaches() {
  return { documentCache: cacheByText<DocumentNode>(), errorCache: cacheByText<Error>() };
}

function cacheByText<Value extends object>() {
  const cache = new LRUCache<string, Value>({
    maxSize: MOST_CHARACTERS,
    sizeCalculation: (_value, text) => text.length + 1,
  });
  return {
    get: (text: string) => cache.get(text),
    set: (text: string, value: Value) => void cache.set(text, value),
  };
}
