import type { IncomingMessage, Server } from 'node:http';
import type { Logger } from '../log.ts';

/** Exports notice it themselves, and tell more. */
const GRACE_MS = 1_000;
const CHECKS = 4;

/** An answer under way, and what its client has taken when it was last looked at. */
interface Progress {
  readonly request: IncomingMessage;
  taken: number;
  sinceMs: number;
}

/**
 * Cuts off whoever takes nothing for so long of an answer that is there, no piece of it as the socket has them. An answer that
 * is still being made has a deadline of its own. The sockets' own time-out does not serve: the HTTP adapter switches it off for
 * bodies that are made in pieces.
 */
export function cutOffStalledClients(server: Server, stallMs: number, log: Logger): void {
  const open = new Set<Progress>();
  server.on('request', (request, response) => {
    const progress = { request, taken: 0, sinceMs: 0 };
    open.add(progress);
    response.once('close', () => open.delete(progress));
  });
  const check = () => {
    const now = performance.now();
    for (const progress of open) {
      const { request, taken, sinceMs } = progress;
      const { socket } = request;
      const waiting = socket.writableLength;
      progress.taken = socket.bytesWritten - waiting;
      if (waiting === 0 || progress.taken !== taken) progress.sinceMs = now;
      else if (now - sinceMs >= stallMs + GRACE_MS) {
        const [path] = request.url?.split('?', 1) ?? [];
        log.info({ path, bytesWaiting: waiting }, 'Answer cut off: the client took nothing');
        socket.resetAndDestroy();
      }
    }
  };
  const timer = setInterval(check, stallMs / CHECKS).unref();
  server.once('close', () => clearInterval(timer));
}
