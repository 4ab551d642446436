import type { Plugin } from 'graphql-yoga';
import type { Access } from '../../access/access.ts';
import type { Permission } from '../../access/viewer.ts';
import type { Logger } from '../../log.ts';
import { currentActivity } from '../../observe/scope.ts';
import { incomingOf } from '../node-context.ts';
import { problemOf } from '../problem.ts';
import type { RateLimit } from '../rate-limit.ts';
import { refusalResponse } from '../refusal.ts';
import { LOCAL_VIEWER, type Viewers } from '../viewer.ts';

export interface AccessPluginOptions {
  readonly access: Access;
  /** Paths that hold no data, for whoever opens a page or watches the service. */
  isPublic(path: string): boolean;
  readonly graphqlEndpoint: string;
  readonly viewers: Viewers;
  /** Of those who are refused, too. Unset: there is none. */
  readonly rate: RateLimit | undefined;
  readonly log: Logger;
}

/** Lets in who may ask, before anything else looks at a request. Where nothing is said of a path, it is closed. */
export function useAccess({
  access,
  isPublic,
  graphqlEndpoint,
  viewers,
  rate,
  log,
}: AccessPluginOptions): Plugin {
  return {
    onRequest({ request, url, endResponse, serverContext }) {
      const { pathname } = url;
      const stranger = viewers.arrive(request, serverContext);
      if (isPublic(pathname)) return undefined;
      const refuse = (error: unknown) => {
        const problem = problemOf(rateOfRefusals(stranger) ?? error);
        const { code, message } = problem;
        if (problem.unforeseen) log.error({ err: error, path: pathname }, message);
        noteViewer(request);
        currentActivity()?.refused(`${code}: ${message}`, incomingOf(serverContext)?.socket.remoteAddress);
        endResponse(refusalResponse(request, problem, pathname === graphqlEndpoint));
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

  /** Whoever tries keys and tokens is slowed down, and does not slow down those who have good ones. */
  function rateOfRefusals(stranger: string): unknown {
    if (stranger === LOCAL_VIEWER) return undefined;
    try {
      rate?.take(`refused ${stranger}`, performance.now());
    } catch (error) {
      return error;
    }
    return undefined;
  }

  function noteViewer(request: Request): void {
    const viewer = access.isOpen ? undefined : access.knownViewerOf(request);
    if (viewer === undefined) return;
    const activity = currentActivity();
    if (activity !== undefined) activity.viewer = viewer.id;
    viewers.signIn(request, viewer.id);
  }
}

function permissionFor(method: string, path: string): Permission {
  return method === 'POST' && path === '/refresh' ? 'refresh' : 'read';
}
