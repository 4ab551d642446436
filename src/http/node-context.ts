import { IncomingMessage, ServerResponse } from 'node:http';

/** What came in, where a request came over `node:http`: its adapter puts that into the context. */
export function incomingOf(serverContext: unknown): IncomingMessage | undefined {
  const req = propertyOf(serverContext, 'req');
  return req instanceof IncomingMessage ? req : undefined;
}

/** What the answer goes out on, likewise. */
export function outgoingOf(serverContext: unknown): ServerResponse | undefined {
  const res = propertyOf(serverContext, 'res');
  return res instanceof ServerResponse ? res : undefined;
}

function propertyOf(context: unknown, name: string): unknown {
  return typeof context === 'object' && context !== null ? Reflect.get(context, name) : undefined;
}

/** Once an answer is sent, or its connection is gone: of one that waits behind others on its connection Node.js 22 tells nothing. */
export function onceOver(response: ServerResponse, work: () => void): void {
  const { socket } = response.req;
  if (response.closed || socket.destroyed) {
    work();
    return;
  }
  const over = () => {
    response.off('close', over);
    socket.off('close', over);
    work();
  };
  // As many as a client sends one behind the other.
  socket.setMaxListeners(0);
  response.once('close', over);
  socket.once('close', over);
}
