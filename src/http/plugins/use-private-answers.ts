import type { Plugin } from 'graphql-yoga';
import type { Access } from '../../access/access.ts';

/**
 * Keeps answers to somebody out of the caches that others use. Those do so by themselves for `Authorization`, but know
 * nothing of `X-Api-Key`. It stands last, since the others set these headers anew.
 */
export function usePrivateAnswers(access: Access): Plugin {
  return {
    onResponse({ request, response: { headers } }) {
      if (access.isOpen || access.knownViewerOf(request) === undefined) return;
      const control = headers.get('cache-control');
      if (control !== 'no-store') {
        headers.set('cache-control', control === null ? 'private' : `private, ${control}`);
      }
      headers.append('vary', 'Authorization, X-Api-Key');
    },
  };
}
