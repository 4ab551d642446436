import { randomUUID } from 'node:crypto';
import type { Plugin } from 'graphql-yoga';
import type { Logger } from '../../log.ts';
import type { RequestNotes } from '../request-notes.ts';

const QUIET_PATHS = new Set(['/health', '/ready', '/livez']);

/** One line for each request, and an `x-request-id` (the caller's own, if it sends a sane one) to find it by. */
export function useRequestLog(log: Logger, notes: RequestNotes): Plugin {
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
      const noted = notes.of(request);
      log['refused' in noted ? 'warn' : QUIET_PATHS.has(path) ? 'debug' : 'info'](
        {
          requestId: start.id,
          method: request.method,
          path,
          status: response.status,
          durationMs: Math.round(performance.now() - start.at),
          ...noted,
        },
        'Request',
      );
    },
  };
}
