import type { Plugin } from 'graphql-yoga';
import { NOTHING_ALLOWED } from '../content-security.ts';

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/**
 * What browsers are told of every answer. Pages bring a policy of their own. It stands behind the response cache, which
 * has headers of its own.
 */
export function useSecurityHeaders(corsOrigins: readonly string[]): Plugin {
  return {
    onResponse({ response: { headers } }) {
      for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
      if (!headers.has('content-security-policy')) headers.set('content-security-policy', NOTHING_ALLOWED);
      // Caches must not give one origin what another was told.
      if (corsOrigins.length > 0) addVary(headers, 'Origin');
    },
  };
}

function addVary(headers: Headers, name: string): void {
  const given = headers.get('vary') ?? '';
  const names = given.split(',').map((one) => one.trim());
  if (names.includes(name)) return;
  headers.set('vary', given === '' ? name : `${given}, ${name}`);
}
