import { createServer, type RequestListener, type Server } from 'node:http';
import type { Logger } from '../log.ts';
import { codeNodeRefusals } from './node-refusals.ts';

export interface ConnectionLimits {
  readonly connections: number;
  /** How long a client may take for the head of a request, and again for its body. */
  readonly requestMs: number;
}

/** How often Node.js looks for requests that take too long. */
const CHECK_MS = 500;
/** The service itself tells more of a body that is late, where somebody waits for it. */
const GRACE_MS = 1_000;
/** Between two lines on connections that are refused. */
const QUIET_MS = 60_000;

/** A server of which no client holds more than a connection for a time, and that has so many connections. */
export function boundedServer(
  listener: RequestListener,
  { connections, requestMs }: ConnectionLimits,
  log: Logger,
): Server {
  const server = createServer(
    {
      headersTimeout: requestMs,
      requestTimeout: 2 * requestMs + GRACE_MS,
      connectionsCheckingInterval: CHECK_MS,
      // It is looked for with all else that makes no URL, and refused with a code.
      requireHostHeader: false,
    },
    listener,
  );
  server.maxConnections = connections;
  codeNodeRefusals(server, requestMs, log);
  let toldAt = Number.NEGATIVE_INFINITY;
  server.on('drop', () => {
    const now = performance.now();
    if (now - toldAt < QUIET_MS) return;
    toldAt = now;
    log.warn(`Connections are refused: there are ${connections} already (CONNECTIONS_MAX)`);
  });
  return server;
}
