import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DASHBOARD_POLICY } from './content-security.ts';
import { bestEncoding, type Encoding } from './negotiation.ts';
import type { RouteHandler } from './plugins/use-routes.ts';

/** Below it lie the pages that the dashboard has addresses for, and its files. */
export const DASHBOARD_PATH = '/dashboard';
const FILES = `${DASHBOARD_PATH}/`;
/** Their names hold a hash of what is in them. */
const HASHED = `${FILES}assets/`;

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const SUFFIXES: Readonly<Record<Encoding, string>> = { br: '.br', gzip: '.gz' };

/** What the page has to know before it asks anything. */
export interface DashboardFacts {
  /** What a browser finds at /graphql; `persisted`: documents are named by their ids only. */
  readonly graphql: 'graphiql' | 'persisted' | 'plain';
  /** Questions need a key or token. */
  readonly secured: boolean;
  readonly version: string;
  /** How often subscriptions have a sign of life; null: there are none. */
  readonly heartbeatSeconds: number | null;
}

/**
 * The built dashboard. Every path below `/dashboard` that is no file is one of its pages. All of it is read at once: it is
 * small, and a build that replaces it takes nothing from a service that runs.
 * @param directory where the build lies
 * @returns undefined where there is none
 */
export function dashboardRoutes(
  directory: string,
  facts: DashboardFacts,
): { find(path: string): RouteHandler | undefined } | undefined {
  const files = new Set(filesIn(directory));
  if (!files.has('index.html')) return undefined;
  const page = pageOf(readFileSync(path.join(directory, 'index.html'), 'utf8'), facts);
  const known = new Map<string, RouteHandler>();
  for (const file of files) {
    const type = TYPES[path.extname(file)];
    if (type !== undefined) known.set(FILES + file, fileHandler(directory, file, type, files));
  }
  return {
    find: (asked) => {
      if (asked === '/' || asked === DASHBOARD_PATH) return page;
      if (!asked.startsWith(FILES)) return undefined;
      return known.get(asked) ?? (asked.startsWith(HASHED) ? undefined : page);
    },
  };
}

function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
      .map((file) => file.replaceAll(path.sep, '/'));
  } catch {
    return [];
  }
}

/** Fetched each time, so that a deployment is seen at once; its scripts and styles are fetched once. */
function pageOf(html: string, facts: DashboardFacts): RouteHandler {
  const told = html.replace(
    /(<meta name="telemetry-service" content=")[^"]*/,
    (_, start) => start + escaped(JSON.stringify(facts)),
  );
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': DASHBOARD_POLICY,
    'cache-control': 'no-cache',
  };
  return () => new Response(told, { headers });
}

function fileHandler(
  directory: string,
  file: string,
  type: string,
  files: ReadonlySet<string>,
): RouteHandler {
  const bodyOf = (name: string) => new Uint8Array(readFileSync(path.join(directory, name)));
  const plain = bodyOf(file);
  const packed: Partial<Record<Encoding, Uint8Array<ArrayBuffer>>> = {};
  for (const [encoding, suffix] of Object.entries(SUFFIXES) as [Encoding, string][]) {
    if (files.has(file + suffix)) packed[encoding] = bodyOf(file + suffix);
  }
  const cacheControl = (FILES + file).startsWith(HASHED)
    ? 'public, max-age=31536000, immutable'
    : 'public, max-age=3600';
  return (request) => {
    const encoding = bestEncoding(request.headers.get('accept-encoding'));
    const chosen = encoding === undefined ? undefined : packed[encoding];
    return new Response(chosen ?? plain, {
      headers: {
        'content-type': type,
        'cache-control': cacheControl,
        vary: 'Accept-Encoding',
        ...(chosen === undefined || encoding === undefined ? {} : { 'content-encoding': encoding }),
      },
    });
  };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
