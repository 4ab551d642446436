import type { Plugin } from 'graphql-yoga';
import type { Access } from '../../access/access.ts';
import type { Logger } from '../../log.ts';
import { currentActivity } from '../../observe/scope.ts';
import { checkHost } from '../hosts.ts';
import { incomingOf } from '../node-context.ts';
import { problemOf } from '../problem.ts';
import { refusalResponse } from '../refusal.ts';
import { urlOf } from '../request-url.ts';

export interface AllowedHostsOptions {
  readonly access: Pick<Access, 'hosts' | 'isForThisMachine'>;
  readonly graphqlEndpoint: string;
  /** Paths without data, which load balancers ask for by address. */
  isFree(path: string): boolean;
  readonly log: Logger;
}

/** Refuses requests to another name than those that the service goes by, and tells of a proxy that nobody has told of. */
export function useAllowedHosts({ access, graphqlEndpoint, isFree, log }: AllowedHostsOptions): Plugin {
  let isTold = false;
  return {
    onRequest({ request, url, endResponse, serverContext }) {
      if (access.isForThisMachine && !isTold && request.headers.has('x-forwarded-for')) {
        isTold = true;
        log.warn(
          'A request came by way of a proxy (X-Forwarded-For), while AUTH is open: whoever reaches the proxy may read everything. API_KEYS_FILE or JWT_ISSUER has callers say who they are',
        );
      }
      if (access.hosts === undefined || isFree(url.pathname)) return;
      try {
        checkHost(urlOf(request).hostname, access.hosts);
      } catch (error) {
        const problem = problemOf(error);
        currentActivity()?.refused(
          `${problem.code}: ${problem.message}`,
          incomingOf(serverContext)?.socket.remoteAddress,
        );
        endResponse(refusalResponse(request, problem, url.pathname === graphqlEndpoint));
      }
    },
  };
}
