import { createServer, type Server } from 'node:http';
import { NotFoundError, UnauthorizedError } from '../errors.ts';
import type { Metrics } from '../observe/metrics.ts';
import { holdsToken } from './bearer.ts';
import { checkHost } from './hosts.ts';
import type { Routes } from './plugins/use-routes.ts';

const PATH = '/metrics';

export interface MetricsOptions {
  /** Unset: nothing is counted. */
  readonly metrics: Metrics | undefined;
  /** Unset: whoever reaches the port of its own may ask. */
  readonly token: string | undefined;
}

/** `/metrics` beside all else, where the world may come by: only with a token. */
export function metricsRoutes({ metrics, token }: MetricsOptions, hasOwnPort: boolean): Routes {
  return {
    [PATH]: async (request) => {
      if (metrics === undefined || token === undefined || hasOwnPort) {
        throw new NotFoundError(
          hasOwnPort
            ? 'GET /metrics is at the port that METRICS_PORT names'
            : 'GET /metrics is off: neither METRICS_TOKEN nor METRICS_PORT is set',
        );
      }
      if (!holdsToken(request.headers.get('authorization'), token)) {
        throw new UnauthorizedError('expected the header Authorization: Bearer <METRICS_TOKEN>');
      }
      return new Response(await metrics.text(), { headers: { 'content-type': metrics.contentType } });
    },
  };
}

/**
 * A server that answers `/metrics` and nothing else, for a port that only the operators' network reaches: without a token,
 * this machine alone.
 */
export function metricsServer(metrics: Metrics, token: string | undefined): Server {
  return createServer((request, response) => {
    const answer = (status: number, body: string, type = 'text/plain; charset=utf-8') =>
      response.writeHead(status, { 'content-type': type }).end(request.method === 'HEAD' ? '' : body);
    if (token === undefined && !isForThisMachine(request.headers.host)) {
      answer(421, 'expected a request to localhost, 127.0.0.1 or [::1], or METRICS_TOKEN\n');
    } else if (request.url?.split('?', 1)[0] !== PATH) answer(404, 'There is only /metrics here\n');
    else if (request.method !== 'GET' && request.method !== 'HEAD') answer(405, 'expected GET\n');
    else if (token !== undefined && !holdsToken(request.headers.authorization, token)) {
      answer(401, 'expected the header Authorization: Bearer <METRICS_TOKEN>\n');
    } else {
      metrics.text().then(
        (text) => answer(200, text, metrics.contentType),
        () => answer(500, 'The metrics cannot be told\n'),
      );
    }
  });
}

function isForThisMachine(host = 'localhost'): boolean {
  try {
    checkHost(new URL(`http://${host}`).hostname, []);
    return true;
  } catch {
    return false;
  }
}
