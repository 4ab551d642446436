import type { Plugin } from 'graphql-yoga';

const JSON_BODY = /^application\/(graphql\+)?json\b/i;

/** Questions are posted as JSON alone. A form of any page could send the other kinds, and no browser would ask first. */
export function useJsonBodies(): Plugin {
  return {
    onRequestParse({ request, endResponse }) {
      if (request.method !== 'POST' || JSON_BODY.test(request.headers.get('content-type') ?? '')) return;
      endResponse(new Response(null, { status: 415 }));
    },
  };
}
