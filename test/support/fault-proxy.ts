import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

/** What becomes of one answer on its way back. */
export type Fault =
  /** An answer of the proxy's own; the server is not asked. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The connection is closed before any answer. */
  | { readonly kind: 'reset' }
  /** Headers and half of the body, then the connection is closed. */
  | { readonly kind: 'cut' }
  /** No answer until the proxy stops. */
  | { readonly kind: 'stall' }
  /** Headers at once, then the body in drops. */
  | { readonly kind: 'trickle'; readonly bytes: number; readonly everyMs: number }
  /** The whole answer, as the server gives it now, but not before the promise is settled. */
  | { readonly kind: 'hold'; readonly until: Promise<unknown> }
  /** One bit of the body is turned: where it is told, else in the middle. */
  | { readonly kind: 'flip'; readonly at?: number }
  /** The last answer that passed unharmed to a request for the same: a listing that lags. */
  | { readonly kind: 'stale' }
  /** The whole body and these headers are replaced, each by a value or by what is made of it; `undefined` removes a header. */
  | {
      readonly kind: 'edit';
      readonly body?: Uint8Array | string | ((body: Uint8Array) => Uint8Array | string);
      readonly headers?: EditedHeaders | ((headers: IncomingHttpHeaders) => EditedHeaders);
    };

type EditedHeaders = Readonly<Record<string, string | undefined>>;

interface ProxiedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

export interface FaultProxy {
  readonly endpoint: string;
  /** Every request since the start, for tests that count. */
  readonly requests: readonly ProxiedRequest[];
  /** Requests that have no whole answer yet, on connections that are open. */
  readonly pending: number;
  /**
   * Decides about each request; set it to undefined to let all pass. What it awaits happens before the server is asked.
   */
  fault: ((request: ProxiedRequest) => Fault | undefined | Promise<Fault | undefined>) | undefined;
  stop(): Promise<void>;
}

/**
 * Stands before a server, of S3 or another. The Host header is passed on as it came: S3 requests are signed for it.
 * @param added headers that each request gets on its way
 */
export async function startFaultProxy(
  target: string,
  added: Readonly<Record<string, string>> = {},
): Promise<FaultProxy> {
  const requests: ProxiedRequest[] = [];
  const passed = new Map<string, Passed>();
  const pending = new Set<ServerResponse>();
  const server = createServer((incoming, outgoing) => {
    pending.add(outgoing);
    outgoing.once('close', () => pending.delete(outgoing));
    const request = { method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers };
    requests.push(request);
    Promise.resolve(proxy.fault?.(request))
      .then((fault) => answer({ target, added, incoming, outgoing, passed }, fault))
      .catch(() => outgoing.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  const proxy: FaultProxy = {
    endpoint: `http://127.0.0.1:${port}`,
    requests,
    get pending() {
      return pending.size;
    },
    fault: undefined,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return proxy;
}

interface Passed {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

interface Exchange {
  readonly target: string;
  readonly added: Readonly<Record<string, string>>;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  /** What passed unharmed, by the request: listings only, since objects are large. */
  readonly passed: Map<string, Passed>;
}

async function answer(exchange: Exchange, fault: Fault | undefined): Promise<void> {
  const { incoming, outgoing, passed } = exchange;
  if (fault?.kind === 'stall') return;
  if (fault?.kind === 'reset') {
    outgoing.destroy();
    return;
  }
  if (fault?.kind === 'status') {
    const headers = { 'content-type': 'application/xml', ...fault.headers };
    outgoing.writeHead(fault.status, headers).end(fault.body ?? '');
    return;
  }
  const url = incoming.url ?? '/';
  const earlier = fault?.kind === 'stale' ? passed.get(url) : undefined;
  const { status, headers, body } = earlier ?? (await ask(exchange));
  if (fault === undefined && url.includes('list-type')) passed.set(url, { status, headers, body });

  if (fault?.kind === 'hold') await fault.until;
  const edited = edit({ headers, body }, fault);
  for (const [name, value] of Object.entries(edited.headers)) {
    if (value !== undefined) outgoing.setHeader(name, value);
  }
  outgoing.writeHead(status);
  if (fault?.kind === 'cut') {
    outgoing.write(edited.body.subarray(0, edited.body.length >> 1), () => outgoing.destroy());
    return;
  }
  if (fault?.kind === 'trickle') return await trickle(outgoing, edited.body, fault);
  outgoing.end(edited.body);
}

async function ask({ target, added, incoming }: Exchange): Promise<Passed> {
  const upstream = httpRequest(`${target}${incoming.url}`, {
    method: incoming.method ?? 'GET',
    headers: { ...incoming.headers, ...added },
    agent: false,
    setHost: false,
  });
  incoming.pipe(upstream);
  const [response] = (await once(upstream, 'response')) as [IncomingMessage];
  return {
    status: response.statusCode ?? 502,
    headers: response.headers,
    body: await buffer(response),
  };
}

function edit(
  answered: Pick<Passed, 'headers' | 'body'>,
  fault: Fault | undefined,
): Pick<Passed, 'headers' | 'body'> {
  const { headers, body } = answered;
  if (fault?.kind === 'flip' && body.length > 0) {
    const at = fault.at ?? body.length >> 1;
    return { headers, body: body.with(at, (body[at] ?? 0) ^ 1) };
  }
  if (fault?.kind !== 'edit') return answered;
  const edited = typeof fault.headers === 'function' ? fault.headers(headers) : fault.headers;
  if (fault.body === undefined) return { headers: { ...headers, ...edited }, body };
  const other = Buffer.from(typeof fault.body === 'function' ? fault.body(body) : fault.body);
  return { headers: { ...headers, 'content-length': String(other.length), ...edited }, body: other };
}

async function trickle(
  outgoing: ServerResponse,
  body: Uint8Array,
  { bytes, everyMs }: Extract<Fault, { kind: 'trickle' }>,
): Promise<void> {
  outgoing.flushHeaders();
  for (let at = 0; at < body.length && !outgoing.destroyed; at += bytes) {
    outgoing.write(body.subarray(at, at + bytes));
    await delay(everyMs);
  }
  outgoing.end();
}
