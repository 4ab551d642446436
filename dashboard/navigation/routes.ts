/** The pages and their addresses. `/devices` and `/queries` are REST, so all pages but the first lie below `/dashboard`. */

export type Route =
  | { readonly view: 'fleet' }
  | { readonly view: 'device'; readonly deviceId: string }
  | { readonly view: 'data' }
  | { readonly view: 'queries'; readonly name: string | null }
  | { readonly view: 'missing' };

const ROOT = '/dashboard';

export function routeOf(path: string): Route {
  const [page = '', name, ...more] = path
    .replace(/^\/dashboard(?=\/|$)/, '')
    .replace(/\/$/, '')
    .split('/')
    .slice(1);
  if (more.length > 0) return { view: 'missing' };
  const named = decoded(name);
  if (page === '' && name === undefined) return { view: 'fleet' };
  if (page === 'devices' && named) return { view: 'device', deviceId: named };
  if (page === 'data' && name === undefined) return { view: 'data' };
  if (page === 'queries') return { view: 'queries', name: named || null };
  return { view: 'missing' };
}

export const FLEET = '/';
export const DATA = `${ROOT}/data`;
export const QUERIES = `${ROOT}/queries`;

export function deviceAddress(deviceId: string): string {
  return `${ROOT}/devices/${encodeURIComponent(deviceId)}`;
}

export function queryAddress(name: string): string {
  return `${QUERIES}/${encodeURIComponent(name)}`;
}

/** Whether a link to it stays within this page. */
export function isPage(path: string): boolean {
  return path === FLEET || path === ROOT || path.startsWith(`${ROOT}/`);
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
