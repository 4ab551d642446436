import { isIPv4, isIPv6 } from 'node:net';
import { incomingOf } from './node-context.ts';

/** Whoever asks on this machine, or in this process. */
export const LOCAL_VIEWER = 'local';

/** Who sends a request, as far as limits are concerned: viewers take turns, and each has a rate of its own. */
export class Viewers {
  private readonly known = new WeakMap<Request, string>();
  private readonly trustedProxies: number;

  /** @param trustedProxies how many addresses at the end of the header are those of the proxies before the service */
  constructor(trustedProxies: number) {
    this.trustedProxies = trustedProxies;
  }

  /** @param serverContext of the HTTP adapter: under `node:http` it holds the message with its socket */
  arrive(request: Request, serverContext: unknown): string {
    const peer = incomingOf(serverContext)?.socket.remoteAddress;
    const viewer = viewerOf(peer, request.headers.get('x-forwarded-for'), this.trustedProxies);
    this.known.set(request, viewer);
    return viewer;
  }

  /** From here on it is known by more than an address. */
  signIn(request: Request, id: string): void {
    this.known.set(request, `viewer ${id}`);
  }

  of(request: Request): string {
    return this.known.get(request) ?? LOCAL_VIEWER;
  }
}

/**
 * The address that the outermost trusted proxy was called from. What stands further left in the header, anybody may have
 * written.
 * @param peer the other end of the connection; unset: there is none
 */
export function viewerOf(
  peer: string | undefined,
  forwardedFor: string | null,
  trustedProxies: number,
): string {
  const forwarded = trustedProxies === 0 ? [] : (forwardedFor ?? '').split(',').map((hop) => hop.trim());
  const hops = [...forwarded.filter((hop) => hop !== ''), ...(peer === undefined ? [] : [peer])];
  const trusted = peer === undefined ? trustedProxies - 1 : trustedProxies;
  const address = hops[Math.max(0, hops.length - 1 - trusted)];
  if (address === undefined) return LOCAL_VIEWER;
  const viewer = viewerOfAddress(address);
  // Who comes by way of a proxy is not here, whatever the header says and wherever the proxy is.
  return viewer === LOCAL_VIEWER && forwardedFor !== null ? 'local proxy' : viewer;
}

/** A host is given 2⁶⁴ addresses of IPv6, so their first halves tell viewers apart. */
function viewerOfAddress(address: string): string {
  const bare = address.replace(/^\[(.*)\](:\d+)?$/, '$1').replace(/%.*$/, '');
  const four = /^(?:::ffff:)?(\d+\.\d+\.\d+\.\d+)(?::\d+)?$/i.exec(bare)?.[1];
  if (four !== undefined && isIPv4(four)) return four.startsWith('127.') ? LOCAL_VIEWER : four;
  if (!isIPv6(bare)) return bare.slice(0, 64);
  const [head = '', tail] = new URL(`http://[${bare}]`).hostname.slice(1, -1).split('::');
  const [left, right] = [head, tail ?? ''].map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = tail === undefined ? 0 : 8 - (left?.length ?? 0) - (right?.length ?? 0);
  const groups = [...(left ?? []), ...Array<string>(zeros).fill('0'), ...(right ?? [])];
  if (groups.join(':') === '0:0:0:0:0:0:0:1') return LOCAL_VIEWER;
  return `${groups.slice(0, 4).join(':')}::/64`;
}
