import { LRUCache } from 'lru-cache';
import { isLoopback } from '../access/settings.ts';
import { HostNotAllowedError } from '../errors.ts';

/**
 * A page of the web may give its own name the address of this machine (DNS rebinding); only the name then tells that it is
 * a page of others that asks. Names of this machine alone are always good.
 * @param hostname as a URL has it: in small letters, without port, IPv6 in brackets
 * @param allowed further names
 * @throws HostNotAllowedError
 */
export function checkHost(hostname: string, allowed: readonly string[]): void {
  const name = hostname.replace(/\.$/, '');
  if (allowed.includes(name) || isThisMachine(name)) return;
  const expected = allowed.length === 0 ? 'localhost, 127.0.0.1 or [::1]' : 'a host that ALLOWED_HOSTS names';
  throw new HostNotAllowedError(
    `Host: expected ${expected}, but got: ${name}. The setting ALLOWED_HOSTS names further hosts`,
  );
}

/** No name of DNS is longer. */
const LONGEST_NAME = 253;
/** Every request is asked for its own, and most have the same. */
const known = new LRUCache<string, boolean>({ max: 100 });

function isThisMachine(name: string): boolean {
  let isIt = known.get(name);
  if (isIt === undefined) {
    isIt = name.endsWith('.localhost') || isLoopback(name.replace(/^\[(.*)\]$/, '$1'));
    if (name.length <= LONGEST_NAME) known.set(name, isIt);
  }
  return isIt;
}
