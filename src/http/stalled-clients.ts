import type { Server, ServerResponse } from 'node:http';
import type { Logger } from '../log.ts';
import { isJsonType } from './negotiation.ts';
import { onceOver } from './node-context.ts';

export interface ClientPatience {
  /** How long a client may take nothing of an answer. */
  readonly stallMs: number;
  /** How long it may take for all of it, from when it has to be waited for. Exports have a longer one of their own. */
  readonly timeoutMs: number;
}

/** Exports notice it themselves, and tell more. */
const GRACE_MS = 1_000;
const CHECKS = 4;

/**
 * Cuts off whoever takes nothing of an answer that is there, or takes it too slowly. An answer that is still being made has a
 * deadline of its own.
 */
export function cutOffStalledClients(
  server: Server,
  { stallMs, timeoutMs }: ClientPatience,
  log: Logger,
): void {
  const limitMs = stallMs + GRACE_MS;
  const waitedSince = new Map<ServerResponse, number | undefined>();
  const cutOff = (response: ServerResponse, why: string) => {
    const { socket } = response.req;
    const facts = { requestId: response.getHeader('x-request-id'), bytesWaiting: socket.writableLength };
    log.info(facts, `Answer cut off: the client took ${why}`);
    socket.resetAndDestroy();
  };
  server.on('request', ({ socket }, response) => {
    waitedSince.set(response, undefined);
    onceOver(response, () => waitedSince.delete(response));
    // The socket's own time-out, which knows when a part of what waits was taken.
    socket.setTimeout(limitMs);
    response.on('timeout', () => {
      if (socket.writableLength > 0) cutOff(response, 'nothing');
    });
  });
  const check = () => {
    const now = performance.now();
    for (const [response, since] of waitedSince) {
      const { socket } = response.req;
      // The HTTP adapter switches it off for bodies that are made in pieces.
      if (socket.timeout !== limitMs) socket.setTimeout(limitMs);
      if (socket.writableLength === 0) {
        // Events have no end: whoever has taken all there is has as long for the next.
        if (isEventStream(response)) waitedSince.set(response, undefined);
        continue;
      }
      if (since === undefined) waitedSince.set(response, now);
      else if (now - since >= timeoutMs && !isExport(response)) cutOff(response, 'it too slowly');
    }
  };
  const timer = setInterval(check, Math.min(stallMs, timeoutMs) / CHECKS).unref();
  server.once('close', () => clearInterval(timer));
}

function isEventStream(response: ServerResponse): boolean {
  return String(response.getHeader('content-type')).startsWith('text/event-stream');
}

function isExport(response: ServerResponse): boolean {
  return response.hasHeader('content-disposition') && !isJsonType(String(response.getHeader('content-type')));
}
