import { randomUUID } from 'node:crypto';
import type { Plugin } from 'graphql-yoga';
import type { Logger } from '../../log.ts';

const QUIET_PATHS = new Set(['/health', '/ready', '/livez']);

/** One line for each request, and an `x-request-id` (the caller's own, if it sends a sane one) to find it by. */
export function useRequestLog(log: Logger): Plugin {
  const started = new WeakMap<Request, { id: string; at: number }>();
  return {
    onRequest({ request }) {
      const given = request.headers.get('x-request-id');
      const id = given !== null && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
      started.set(request, { id, at: performance.now() });
    },
    onResponse({ request, response }) {
      const start = started.get(request);
      if (start === undefined) return;
      response.headers.set('x-request-id', start.id);
      const path = new URL(request.url).pathname;
      log[QUIET_PATHS.has(path) ? 'debug' : 'info'](
        {
          requestId: start.id,
          method: request.method,
          path,
          status: response.status,
          durationMs: Math.round(performance.now() - start.at),
        },
        'Request',
      );
    },
  };
}
