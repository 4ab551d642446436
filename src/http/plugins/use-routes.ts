import type { Plugin } from 'graphql-yoga';
import { MethodNotAllowedError, NotFoundError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { currentActivity } from '../../observe/scope.ts';
import { outgoingOf } from '../node-context.ts';
import { problemOf, problemResponse } from '../problem.ts';

/** @param connection what the answer goes out on; unset where there is none, in tests */
export type RouteHandler = (
  request: Request,
  url: URL,
  connection?: Connection,
) => Response | Promise<Response>;

export interface Connection {
  /** Cuts it off, so that nobody takes the half of an answer for the whole. */
  reset(): void;
}

/** A path → what answers there. */
export type Routes = Readonly<Record<string, RouteHandler>>;

export interface RoutesOptions {
  /** Answered to GET and HEAD. */
  readonly reads: Routes;
  /** The same, for paths that come and go. */
  findRead(path: string): RouteHandler | undefined;
  /** Answered to POST. */
  readonly actions: Routes;
  /** Left to the GraphQL server. */
  readonly graphqlEndpoint: string;
  readonly log: Logger;
}

const READ_METHODS = ['GET', 'HEAD'];
const ACTION_METHODS = ['POST'];

/** Everything beside GraphQL: looks the path up, and presents what goes wrong as problem details. */
export function useRoutes({ reads, findRead, actions, graphqlEndpoint, log }: RoutesOptions): Plugin {
  const table = new Map([
    ...Object.entries(reads).map(([path, handler]) => [path, { handler, methods: READ_METHODS }] as const),
    ...Object.entries(actions).map(
      ([path, handler]) => [path, { handler, methods: ACTION_METHODS }] as const,
    ),
  ]);
  return {
    async onRequest({ request, url, endResponse, serverContext }) {
      if (url.pathname === graphqlEndpoint || request.method === 'OPTIONS') return;
      const route = table.get(url.pathname) ?? readRoute(findRead(url.pathname));
      try {
        if (route === undefined) {
          throw new NotFoundError(`There is nothing at ${url.pathname}. Look at / for what there is`);
        }
        if (!route.methods.includes(request.method)) {
          throw new MethodNotAllowedError(
            `expected ${route.methods.join(' or ')}, but got: ${request.method}`,
          );
        }
        endResponse(
          withoutBodyForHead(
            request,
            await route.handler(request, new URL(request.url), connectionOf(serverContext)),
          ),
        );
      } catch (error) {
        const problem = problemOf(error);
        currentActivity()?.codes.add(problem.code);
        if (problem.unforeseen) log.error({ err: error, path: url.pathname }, problem.message);
        const allow = problem.status === 405 ? { allow: route?.methods.join(', ') ?? '' } : {};
        endResponse(problemResponse(problem, allow));
      }
    },
  };
}

function readRoute(handler: RouteHandler | undefined) {
  return handler && { handler, methods: READ_METHODS };
}

function withoutBodyForHead(request: Request, response: Response): Response {
  if (request.method !== 'HEAD') return response;
  void response.body?.cancel();
  return new Response(null, response);
}

function connectionOf(serverContext: unknown): Connection | undefined {
  const response = outgoingOf(serverContext);
  // To end it as usual would tell a client of HTTP/1.0, and many a proxy, that the answer is whole.
  return response && { reset: () => response.socket?.resetAndDestroy() };
}
