import type { Plugin } from 'graphql-yoga';

/** Caches take account of the first by themselves, and know nothing of the second. */
const CREDENTIALS = 'Authorization, X-Api-Key';

/**
 * Where answers differ by who asks, nothing between us and a client may give the answer to one viewer to another. What is
 * marked as public, such as styles and scripts, is the same for all. It stands last, since others set these headers anew.
 */
export function usePersonalAnswers(): Plugin {
  return {
    onResponse({ response: { headers } }) {
      const control = headers.get('cache-control');
      if (control?.includes('public')) return;
      const vary = headers.get('vary');
      headers.set('vary', vary === null ? CREDENTIALS : `${vary}, ${CREDENTIALS}`);
      if (control !== 'no-store')
        headers.set('cache-control', control === null ? 'private' : `private, ${control}`);
    },
  };
}
