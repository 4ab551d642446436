import type { Plugin } from 'graphql-yoga';
import { MethodNotAllowedError, NotFoundError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { problemOf, problemResponse } from '../problem.ts';

type RouteHandler = (request: Request, url: URL) => Response | Promise<Response>;

/** A path → what answers GET (and HEAD) there. */
export type Routes = Readonly<Record<string, RouteHandler>>;

export interface RoutesOptions {
  readonly routes: Routes;
  /** Left to the GraphQL server. */
  readonly graphqlEndpoint: string;
  readonly log: Logger;
}

/** Everything beside GraphQL: looks the path up, and presents what goes wrong as problem details. */
export function useRoutes({ routes, graphqlEndpoint, log }: RoutesOptions): Plugin {
  const table = new Map(Object.entries(routes));
  return {
    async onRequest({ request, url, endResponse }) {
      if (url.pathname === graphqlEndpoint || request.method === 'OPTIONS') return;
      try {
        const handler = table.get(url.pathname);
        if (handler === undefined) {
          throw new NotFoundError(`There is nothing at ${url.pathname}. Look at / for what there is`);
        }
        if (request.method !== 'GET' && request.method !== 'HEAD') {
          throw new MethodNotAllowedError(`expected GET or HEAD, but got: ${request.method}`);
        }
        endResponse(withoutBodyForHead(request, await handler(request, new URL(request.url))));
      } catch (error) {
        const problem = problemOf(error);
        if (problem.unforeseen) log.error({ err: error, path: url.pathname }, problem.message);
        endResponse(problemResponse(problem, problem.status === 405 ? { allow: 'GET, HEAD' } : {}));
      }
    },
  };
}

function withoutBodyForHead(request: Request, response: Response): Response {
  return request.method === 'HEAD' ? new Response(null, response) : response;
}
