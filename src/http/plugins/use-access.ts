import { IncomingMessage } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import type { Access } from '../../access/access.ts';
import type { Permission } from '../../access/viewer.ts';
import type { Logger } from '../../log.ts';
import { graphqlRefusal, problemOf, problemResponse } from '../problem.ts';
import type { RequestNotes } from '../request-notes.ts';

export interface AccessPluginOptions {
  readonly access: Access;
  /** Paths that hold no data, for whoever opens a page or watches the service. */
  isPublic(path: string): boolean;
  readonly graphqlEndpoint: string;
  readonly notes: RequestNotes;
  readonly log: Logger;
}

/** Lets in who may ask, before anything else looks at a request. Where nothing is said of a path, it is closed. */
export function useAccess({ access, isPublic, graphqlEndpoint, notes, log }: AccessPluginOptions): Plugin {
  return {
    onRequest({ request, url, endResponse, serverContext }) {
      const { pathname } = url;
      if (isPublic(pathname)) return undefined;
      const refuse = (error: unknown) => {
        const problem = problemOf(error);
        const { code, message } = problem;
        if (problem.unforeseen) log.error({ err: error, path: pathname }, message);
        noteViewer(request);
        notes.add(request, { refused: `${code}: ${message}`, address: addressOf(serverContext) });
        const refusal =
          pathname === graphqlEndpoint
            ? graphqlRefusal(problem, request.headers.get('accept'))
            : problemResponse(problem, { 'cache-control': 'no-store' });
        endResponse(refusal);
      };
      try {
        const admitted = access.admit(request, permissionFor(request.method, pathname));
        if (admitted instanceof Promise) return admitted.then(() => noteViewer(request), refuse);
        noteViewer(request);
      } catch (error) {
        refuse(error);
      }
      return undefined;
    },
  };

  function noteViewer(request: Request): void {
    const viewer = access.isOpen ? undefined : access.knownViewerOf(request);
    if (viewer !== undefined) notes.add(request, { viewer: viewer.id });
  }
}

function permissionFor(method: string, path: string): Permission {
  return method === 'POST' && path === '/refresh' ? 'refresh' : 'read';
}

/** Under `node:http` the context of a request holds what came in. A proxy in between has an address of its own. */
function addressOf(context: unknown): string | undefined {
  const req: unknown =
    typeof context === 'object' && context !== null ? Reflect.get(context, 'req') : undefined;
  return req instanceof IncomingMessage ? req.socket.remoteAddress : undefined;
}
