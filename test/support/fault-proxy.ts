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
    }
  /** Something else happens before the server is asked, or when half of the body is on its way. The answer is whole. */
  | {
      readonly kind: 'meanwhile';
      readonly when: 'before' | 'within';
      readonly act: () => Promise<unknown>;
    };

/** Several are done to the same answer in this order. */
export type Faults = Fault | readonly Fault[] | undefined;

type EditedHeaders = Readonly<Record<string, string | undefined>>;

export interface ProxiedRequest {
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
   * How many answers each kind of fault was really done to: what befalls bodies counts only where there is a body of an
   * object or of a listing, and a listing lags only when there was one before.
   */
  readonly done: ReadonlyMap<Fault['kind'], number>;
  /**
   * Decides about each request; set it to undefined to let all pass. What it awaits happens before the server is asked.
   */
  fault: ((request: ProxiedRequest) => Faults | Promise<Faults>) | undefined;
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
  const done = new Map<Fault['kind'], number>();
  const server = createServer((incoming, outgoing) => {
    pending.add(outgoing);
    outgoing.once('close', () => pending.delete(outgoing));
    const request = { method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers };
    requests.push(request);
    Promise.resolve(proxy.fault?.(request))
      .then((faults) => answer({ target, added, incoming, outgoing, passed, done }, [faults ?? []].flat()))
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
    done,
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
  readonly done: Map<Fault['kind'], number>;
}

type Of<Kind extends Fault['kind']> = Extract<Fault, { kind: Kind }>;

async function answer(exchange: Exchange, faults: readonly Fault[]): Promise<void> {
  const { incoming, outgoing, passed, done } = exchange;
  const the = <Kind extends Fault['kind']>(kind: Kind) =>
    faults.find((fault): fault is Of<Kind> => fault.kind === kind);
  const count = ({ kind }: Fault) => done.set(kind, (done.get(kind) ?? 0) + 1);

  const instead = the('stall') ?? the('reset') ?? the('status');
  if (instead !== undefined) {
    count(instead);
    return answerInstead(outgoing, instead);
  }
  const meanwhile = the('meanwhile');
  if (meanwhile?.when === 'before') {
    count(meanwhile);
    await meanwhile.act();
  }
  const url = incoming.url ?? '/';
  const stale = the('stale');
  const earlier = stale && passed.get(url);
  const { status, headers, body } = earlier ?? (await ask(exchange));
  if (faults.length === 0 && url.includes('list-type')) passed.set(url, { status, headers, body });

  const isOfUse = status < 300 && body.length > 1;
  for (const fault of faults) {
    if (fault.kind === 'stale' ? earlier !== undefined : fault.kind !== 'meanwhile' && isOfUse) count(fault);
  }
  const hold = the('hold');
  if (hold !== undefined) await hold.until;
  const edited = faults.reduce(edit, { headers, body });
  for (const [name, value] of Object.entries(edited.headers)) {
    if (value !== undefined) outgoing.setHeader(name, value);
  }
  outgoing.writeHead(status);
  const half = edited.body.length >> 1;
  if (the('cut') !== undefined && isOfUse) {
    outgoing.write(edited.body.subarray(0, half), () => outgoing.destroy());
    return;
  }
  const trickling = the('trickle');
  if (trickling !== undefined) return await trickle(outgoing, edited.body, trickling);
  if (meanwhile?.when === 'within' && isOfUse) {
    count(meanwhile);
    outgoing.write(edited.body.subarray(0, half));
    await meanwhile.act();
    outgoing.end(edited.body.subarray(half));
    return;
  }
  outgoing.end(edited.body);
}

function answerInstead(outgoing: ServerResponse, fault: Of<'stall' | 'reset' | 'status'>): void {
  if (fault.kind === 'reset') outgoing.destroy();
  if (fault.kind !== 'status') return;
  const headers = { 'content-type': 'application/xml', ...fault.headers };
  outgoing.writeHead(fault.status, headers).end(fault.body ?? '');
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

function edit(answered: Pick<Passed, 'headers' | 'body'>, fault: Fault): Pick<Passed, 'headers' | 'body'> {
  const { headers, body } = answered;
  if (fault.kind === 'flip' && body.length > 0) {
    const at = fault.at ?? body.length >> 1;
    return { headers, body: body.with(at, (body[at] ?? 0) ^ 1) };
  }
  if (fault.kind !== 'edit') return answered;
  const edited = typeof fault.headers === 'function' ? fault.headers(headers) : fault.headers;
  if (fault.body === undefined) return { headers: { ...headers, ...edited }, body };
  const other = Buffer.from(typeof fault.body === 'function' ? fault.body(body) : fault.body);
  return { headers: { ...headers, 'content-length': String(other.length), ...edited }, body: other };
}

async function trickle(
  outgoing: ServerResponse,
  body: Uint8Array,
  { bytes, everyMs }: Of<'trickle'>,
): Promise<void> {
  outgoing.flushHeaders();
  for (let at = 0; at < body.length && !outgoing.destroyed; at += bytes) {
    outgoing.write(body.subarray(at, at + bytes));
    await delay(everyMs);
  }
  outgoing.end();
}
