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
