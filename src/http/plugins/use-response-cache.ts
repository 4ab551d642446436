import { randomUUID } from 'node:crypto';
import type { Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import { scopeKey } from '../../access/device-scope.ts';
import type { DeviceScope } from '../../access/viewer.ts';
import { type DatasetView, stateOf } from '../../dataset/view.ts';
import type { CacheUse } from '../../observe/activity.ts';
import { currentActivity } from '../../observe/scope.ts';
import { Digests } from '../digests.ts';
import { withExplanation } from '../explain.ts';
import type { Freshness } from '../freshness.ts';
import { responseOf, sizeOf, takeBody, type WholeBody } from '../kept-body.ts';
import { isJsonType } from '../negotiation.ts';
import type { PersistedDocuments } from '../persisted-documents.ts';
import { Questions } from '../question.ts';
import type { MayExplain } from './use-explain.ts';

export interface ResponseCacheOptions {
  readonly graphqlEndpoint: string;
  /** Bytes of all bodies together; 0 keeps none. */
  readonly maxBytes: number;
  /** Whether what is answered at a path depends on the objects and queries alone, but for what `freshness` knows. */
  isKept(path: string): boolean;
  readonly freshness: Freshness;
  /** Texts that requests name by an id. */
  readonly persisted: PersistedDocuments | undefined;
  /** Names the code that answers, so that no answer outlives a deployment that would give another. */
  readonly software: string;
  /** What answers come from now; undefined while there is none. */
  view(): DatasetView | undefined;
  /** Of which devices the answer to a request may be; null: of all. */
  scope(request: Request): DeviceScope | null;
  /** The named queries that are served now: others of the same version give the same answers. */
  queries(): { readonly version: string };
  /** What answers tell of the listing and of the work under way, which go on while the snapshot is the same. */
  moment(): string;
  readonly mayExplain: MayExplain;
  /** Is handed what tells how full the cache is. */
  onCreated?(usage: () => { readonly bytes: number; readonly entries: number }): void;
}

/** A question that is being answered, and what it was asked of. */
interface Asked {
  readonly key: string;
  readonly view: DatasetView;
  readonly queries: { readonly version: string };
}

interface CachedResponse {
  readonly body: WholeBody;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly etag: string;
  /** When it ceases to be good although the snapshot is the same, as `performance.now()` counts; undefined: never. */
  readonly until: number | undefined;
}

/** Fields that change while the snapshot is the same (the same bytes written anew, too), or with the settings. */
const MOMENTARY = /refreshedAt|progress|lastModified|limits/;
const ENTRY_BYTES = 1024;
const KEPT_HEADERS = [
  'content-disposition',
  'content-encoding',
  'link',
  'x-dataset-coverage',
  'x-dataset-version',
  'x-row-limit',
  'x-total-count',
  'x-truncated',
];

/**
 * The same question about the same devices of the same snapshot has the same answer, to the byte. So its ETag is made of both, and is known
 * before anything is asked: a client that holds it gets 304, everyone else the body that is kept, and new objects make
 * every older entry unreachable at once. Answers with errors are never kept. Answers that time or chance decide as well
 * are good as long as their query says, and only those in the cache have an ETag that leads to 304.
 */
export function useResponseCache(options: ResponseCacheOptions): Plugin {
  const cache = new LRUCache<string, CachedResponse>({
    maxSize: Math.max(1, options.maxBytes),
    sizeCalculation: ({ body }) => sizeOf(body) + ENTRY_BYTES,
  });
  options.onCreated?.(() => ({ bytes: cache.calculatedSize, entries: cache.size }));
  const asked = new WeakMap<Request, Asked>();
  const questions = new Questions(options.persisted);
  const states = new Digests();
  return {
    async onRequest({ request, url, endResponse }) {
      const view = options.view();
      if (view === undefined || !options.isKept(url.pathname)) return;
      const queries = options.queries();
      const question = await questions.of(request, url.pathname === options.graphqlEndpoint);
      if (question === undefined) return;
      const scope = options.scope(request);
      const activity = currentActivity();
      if (activity !== undefined) activity.seesPart = scope !== null;
      const state = states.of([
        options.software,
        stateOf(view),
        scopeKey(scope),
        queries.version,
        MOMENTARY.test(question.document) ? options.moment() : '',
      ]);
      const key = `${state}.${question.digest}`;
      // Explained answers are of the moment: they are made of what is kept, and not kept themselves.
      const explained = question.isToExplain && (await options.mayExplain(request));
      if (request.method === 'GET' && holds(request, key) && !explained) {
        note('not_modified', view);
        return endResponse(new Response(null, { status: 304, headers: validators(key) }));
      }
      const cached = cache.get(key);
      // A large one, which is kept in pieces, would hold all others up while it is taken apart: it is asked anew.
      const isExplicable = typeof cached?.body === 'string' || url.pathname !== options.graphqlEndpoint;
      if (cached === undefined || !isGood(cached) || (explained && !isExplicable)) {
        note('miss');
        if (!explained) asked.set(request, { key, view, queries });
        return;
      }
      const { body, contentType, headers, etag, until } = cached;
      note('hit', view);
      if (explained) {
        const told = typeof body === 'string' && url.pathname === options.graphqlEndpoint;
        return endResponse(
          responseOf(told ? withExplanation(body) : body, {
            headers: { ...headers, 'content-type': contentType, 'cache-control': 'no-store' },
          }),
        );
      }
      if (request.method === 'GET' && holds(request, etag)) {
        note('not_modified', view);
        return endResponse(new Response(null, { status: 304, headers: validators(etag, until) }));
      }
      endResponse(
        responseOf(body, {
          headers: { ...headers, ...validators(etag, until), 'content-type': contentType },
        }),
      );
    },
    async onResponse({ request, response, setResponse }) {
      const question = asked.get(request);
      const contentType = response.headers.get('content-type') ?? '';
      const isKept = isJsonType(contentType);
      if (currentActivity()?.cache === 'miss' && !isKept) note('none');
      if (question === undefined || response.status !== 200) return;
      // A view that came while the answer was made may be the one that it rests on, even if it is gone again; so may a
      // query that was saved.
      const isOfThem = () => options.view() === question.view && options.queries() === question.queries;
      const seconds = options.freshness.of(request);
      if (!isKept) {
        // Exports are given a name only.
        const named = seconds === undefined && isOfThem();
        setHeaders(response.headers, named ? validators(question.key) : { 'cache-control': 'no-store' });
        return;
      }
      const headers = new Headers(response.headers);
      const body = await takeBody(response, options.maxBytes);
      let keep: ((whole: WholeBody) => void) | undefined;
      if (isOfThem() && !body.hasErrors) {
        const kept = KEPT_HEADERS.flatMap((name) => {
          const value = headers.get(name);
          return value === null ? [] : [[name, value] as const];
        });
        if (seconds === 0) {
          headers.set('cache-control', 'no-store');
        } else {
          const until = seconds === undefined ? undefined : performance.now() + seconds * 1000;
          // The next answer to the same question may be another, so this one gets a name of its own.
          const etag = until === undefined ? question.key : `${question.key}.${randomUUID()}`;
          keep = (whole) => {
            cache.set(question.key, {
              body: whole,
              contentType,
              headers: Object.fromEntries(kept),
              etag,
              until,
            });
          };
          setHeaders(headers, validators(etag, until));
        }
      }
      setResponse(body.response({ status: 200, headers }, keep));
    },
  };
}

function note(use: CacheUse, view?: DatasetView): void {
  const activity = currentActivity();
  if (activity === undefined) return;
  activity.cache = use;
  if (view !== undefined) activity.snapshot = { version: view.version, rolledUp: view.rollups !== null };
}

/** `no-cache`: keep it, and ask each time whether it is still good. What is good for a time need not be asked about. */
function validators(etag: string, until?: number): Record<string, string> {
  const seconds =
    until === undefined ? undefined : Math.max(0, Math.round((until - performance.now()) / 1000));
  return {
    etag: `"${etag}"`,
    'cache-control': seconds === undefined ? 'no-cache' : `max-age=${seconds}`,
    vary: 'Accept, Accept-Encoding',
  };
}

function setHeaders(headers: Headers, values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) headers.set(name, value);
}

function isGood({ until }: CachedResponse): boolean {
  return until === undefined || performance.now() < until;
}

function holds(request: Request, etag: string): boolean {
  const held = request.headers.get('if-none-match') ?? '';
  return held.split(',').some((one) => one.trim().replace(/^W\//, '') === `"${etag}"`);
}
