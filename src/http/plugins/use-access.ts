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

/**
 * Lets in who may ask, before anything else looks at a request. Where nothing is said of a path, it is closed. From an
 * address that was refused too often no key or token is looked at, for else its answer would tell whether one is good.
 */
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
        const problem = problemOf(error);
        const { code, message } = problem;
        if (problem.unforeseen) log.error({ err: error, path: pathname }, message);
        const address = incomingOf(serverContext)?.socket.remoteAddress;
        currentActivity()?.refused(`${code}: ${message}`, address, stranger);
        endResponse(refusalResponse(request, problem, pathname === graphqlEndpoint));
      };
      const refuseAndCount = (error: unknown) => refuse(countRefusal(request, stranger) ?? error);
      const permission = permissionFor(request.method, pathname);
      const bucket =
        stranger === LOCAL_VIEWER || !access.identifies(permission) ? undefined : refusalsOf(stranger);
      try {
        if (bucket !== undefined) rate?.check(bucket, performance.now());
      } catch (error) {
        return refuse(error);
      }
      try {
        const admitted = access.admit(request, permission);
        if (admitted instanceof Promise) return admitted.then(() => noteViewer(request), refuseAndCount);
        noteViewer(request);
      } catch (error) {
        refuseAndCount(error);
      }
      return undefined;
    },
  };

  /**
   * Strangers take from what the refusals of their address have; who is known, and may not do it, from their own.
   * @returns what is to be told instead
   */
  function countRefusal(request: Request, stranger: string): unknown {
    noteViewer(request);
    if (access.knownViewerOf(request) === undefined) {
      if (stranger !== LOCAL_VIEWER) rate?.charge(refusalsOf(stranger), performance.now());
      return undefined;
    }
    try {
      rate?.take(viewers.of(request), performance.now());
      return undefined;
    } catch (error) {
      return error;
    }
  }

  function noteViewer(request: Request): void {
    const viewer = access.isOpen ? undefined : access.knownViewerOf(request);
    if (viewer === undefined) return;
    const activity = currentActivity();
    if (activity !== undefined) activity.viewer = viewer.id;
    viewers.signIn(request, viewer.id);
  }
}

function refusalsOf(stranger: string): string {
  return `refused ${stranger}`;
}

function permissionFor(method: string, path: string): Permission {
  return method === 'POST' && path === '/refresh' ? 'refresh' : 'read';
}
