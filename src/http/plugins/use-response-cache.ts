import { createHash } from 'node:crypto';
import type { Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';

export interface ResponseCacheOptions {
  /** Bytes of all bodies together; 0 keeps none. */
  readonly maxBytes: number;
  /** Paths whose answers depend on the objects alone. */
  readonly paths: ReadonlySet<string>;
  /** Names the state that answers come from; undefined while there is none. */
  version(): string | undefined;
  /** What answers tell of the listing and of the work under way, which go on while the snapshot is the same. */
  moment(): string;
}

interface CachedResponse {
  readonly body: string;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Longer questions are answered, and not remembered. */
const MAX_QUESTION_BYTES = 64 * 1024;
const ENTRY_BYTES = 1024;
const KEPT_HEADERS = ['link', 'x-total-count'];

/**
 * The same question of the same snapshot has the same answer, to the byte. So its ETag is made of both, and is known
 * before anything is asked: a client that holds it gets 304, everyone else the body that is kept, and new objects make
 * every older entry unreachable at once. Answers with errors are never kept.
 */
export function useResponseCache(options: ResponseCacheOptions): Plugin {
  const cache = new LRUCache<string, CachedResponse>({
    maxSize: Math.max(1, options.maxBytes),
    // Two bytes a character at worst, and what an entry takes besides.
    sizeCalculation: ({ body }) => 2 * body.length + ENTRY_BYTES,
  });
  const asked = new WeakMap<Request, { readonly key: string; readonly version: string }>();
  return {
    async onRequest({ request, url, endResponse }) {
      const version = options.version();
      if (version === undefined || !options.paths.has(url.pathname)) return;
      const question = await questionOf(request);
      if (question === undefined) return;
      const key = keyOf([version, /refreshedAt|progress/.test(question) ? options.moment() : '', question]);
      if (request.method === 'GET' && holds(request, key)) {
        return endResponse(new Response(null, { status: 304, headers: validators(key) }));
      }
      const cached = cache.get(key);
      if (cached === undefined) {
        asked.set(request, { key, version });
        return;
      }
      const { body, contentType, headers } = cached;
      endResponse(
        new Response(body, { headers: { ...headers, ...validators(key), 'content-type': contentType } }),
      );
    },
    async onResponse({ request, response, setResponse }) {
      const question = asked.get(request);
      const contentType = response.headers.get('content-type') ?? '';
      if (question === undefined || response.status !== 200 || !contentType.includes('json')) return;
      const body = await response.text();
      const headers = new Headers(response.headers);
      // A snapshot that came while the answer was made may be the one that it rests on.
      const isOfVersion = options.version() === question.version;
      if (isOfVersion && !body.startsWith('{"errors"')) {
        const kept = KEPT_HEADERS.flatMap((name) => {
          const value = headers.get(name);
          return value === null ? [] : [[name, value] as const];
        });
        cache.set(question.key, { body, contentType, headers: Object.fromEntries(kept) });
        for (const [name, value] of Object.entries(validators(question.key))) headers.set(name, value);
      }
      setResponse(new Response(body, { status: 200, headers }));
    },
  };
}

/** Everything of a request that its answer depends on; undefined for one that is not to be remembered. */
async function questionOf(request: Request): Promise<string | undefined> {
  const accept = request.headers.get('accept') ?? '';
  if (accept.includes('text/html')) return undefined;
  const { pathname, search } = new URL(request.url);
  const common = [request.method, pathname, search, accept, request.headers.get('content-type') ?? ''];
  if (request.method === 'GET') return JSON.stringify(common);
  const length = Number(request.headers.get('content-length') ?? Number.NaN);
  // A body of unknown length is left to the server's own limit.
  if (request.method !== 'POST' || !(length <= MAX_QUESTION_BYTES)) return undefined;
  return JSON.stringify([...common, await request.clone().text()]);
}

function keyOf(parts: readonly (string | undefined)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

/** `no-cache`: keep it, and ask each time whether it is still good. */
function validators(key: string): Record<string, string> {
  return { etag: `"${key}"`, 'cache-control': 'no-cache', vary: 'Accept' };
}

function holds(request: Request, key: string): boolean {
  const held = request.headers.get('if-none-match') ?? '';
  return held.split(',').some((etag) => etag.trim().replace(/^W\//, '') === `"${key}"`);
}
