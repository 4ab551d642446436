import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { buffer } from 'node:stream/consumers';

/** What becomes of one answer on its way back. */
export type Fault =
  /** An answer of the proxy's own; the server is not asked. */
  | { readonly kind: 'status'; readonly status: number; readonly body?: string }
  /** The connection is closed before any answer. */
  | { readonly kind: 'reset' }
  /** Headers and half of the body, then the connection is closed. */
  | { readonly kind: 'cut' }
  /** No answer until the proxy stops. */
  | { readonly kind: 'stall' }
  /** One bit of the body is turned. */
  | { readonly kind: 'flip' }
  /** The whole body and these headers are replaced; `undefined` removes a header. */
  | {
      readonly kind: 'edit';
      readonly body?: Uint8Array | string;
      readonly headers?: Readonly<Record<string, string | undefined>>;
    };

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
  /** Decides about each request; set it to undefined to let all pass. */
  fault: ((request: ProxiedRequest) => Fault | undefined) | undefined;
  stop(): Promise<void>;
}

/** Stands before an S3 server. The Host header is passed on as it came: requests are signed for it. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const requests: ProxiedRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    const request = { method: incoming.method ?? '', url: incoming.url ?? '', headers: incoming.headers };
    requests.push(request);
    answer(target, incoming, outgoing, proxy.fault?.(request)).catch(() => outgoing.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  const proxy: FaultProxy = {
    endpoint: `http://127.0.0.1:${port}`,
    requests,
    fault: undefined,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return proxy;
}

async function answer(
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  fault: Fault | undefined,
): Promise<void> {
  if (fault?.kind === 'stall') return;
  if (fault?.kind === 'reset') {
    outgoing.destroy();
    return;
  }
  if (fault?.kind === 'status') {
    outgoing.writeHead(fault.status, { 'content-type': 'application/xml' }).end(fault.body ?? '');
    return;
  }

  const upstream = httpRequest(new URL(incoming.url ?? '/', target), {
    method: incoming.method ?? 'GET',
    headers: incoming.headers,
    agent: false,
    setHost: false,
  });
  incoming.pipe(upstream);
  const [response] = (await once(upstream, 'response')) as [IncomingMessage];
  const headers: Record<string, string | string[] | undefined> = { ...response.headers };
  let body: Uint8Array = await buffer(response);

  if (fault?.kind === 'flip' && body.length > 0) {
    const middle = body.length >> 1;
    body = body.with(middle, (body[middle] ?? 0) ^ 1);
  }
  if (fault?.kind === 'edit') {
    if (fault.body !== undefined) {
      body = Buffer.from(fault.body);
      headers['content-length'] = String(body.length);
    }
    Object.assign(headers, fault.headers);
  }
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) outgoing.setHeader(name, value);
  }
  outgoing.writeHead(response.statusCode ?? 502);
  if (fault?.kind === 'cut') {
    outgoing.write(body.subarray(0, body.length >> 1), () => outgoing.destroy());
    return;
  }
  outgoing.end(body);
}
