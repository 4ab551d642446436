import type { Plugin } from 'graphql-yoga';
import { problemOf } from '../problem.ts';
import type { RateLimit } from '../rate-limit.ts';
import { refusalResponse } from '../refusal.ts';
import { LOCAL_VIEWER, type Viewers } from '../viewer.ts';

export interface RateLimitOptions {
  readonly viewers: Viewers;
  /** Unset: there is none. */
  readonly rate: RateLimit | undefined;
  readonly graphqlEndpoint: string;
  /** Paths that are answered however often they are asked for. */
  isFree(path: string): boolean;
}

/** Refuses whoever asks too often. Nobody on this machine does, unless they say who they are. */
export function useRateLimit({ viewers, rate, graphqlEndpoint, isFree }: RateLimitOptions): Plugin {
  return {
    onRequest({ request, url, endResponse }) {
      const viewer = viewers.of(request);
      if (rate === undefined || viewer === LOCAL_VIEWER || isFree(url.pathname)) return;
      try {
        rate.take(viewer, performance.now());
      } catch (error) {
        endResponse(refusalResponse(request, problemOf(error), url.pathname === graphqlEndpoint));
      }
    },
  };
}
