import { randomBytes } from 'node:crypto';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import type { GraphiQLOptions, Plugin } from 'graphql-yoga';
import { pagePolicy } from '../content-security.ts';

const SCRIPT = '<script>';

/** GraphiQL for browsers that open the endpoint, with a policy that lets no script run but its own. */
export function useGraphiQL(graphqlEndpoint: string, options: () => Promise<GraphiQLOptions>): Plugin {
  return {
    async onRequest({ request, url, endResponse }) {
      if (request.method !== 'GET' || url.pathname !== graphqlEndpoint) return;
      if (!request.headers.get('accept')?.includes('text/html')) return;
      const nonce = randomBytes(16).toString('base64');
      const html = renderGraphiQL(await options()).replace(SCRIPT, `<script nonce="${nonce}">`);
      endResponse(
        new Response(html, {
          headers: {
            'content-type': 'text/html; charset=utf-8',
            'content-security-policy': pagePolicy(`'nonce-${nonce}'`),
            'cache-control': 'no-store',
          },
        }),
      );
    },
  };
}
