import { DASHBOARD_PATH } from './dashboard.ts';
import { splitExtension } from './rest/exports/table-handler.ts';

const QUERIES = '/queries/';

export interface KnownRoutes {
  /** Paths that are always there. */
  readonly paths: readonly string[];
  /** Those of them that take an extension. */
  readonly tables: readonly string[];
  isQuery(name: string): boolean;
}

/**
 * What answers at a path, for logs and labels, which must not be as many as there are paths: `/devices.csv` is
 * `/devices`, each query file is `/queries/{name}`, all of the dashboard is `/dashboard`, and what nothing is served at is
 * `other`.
 */
export function routeNames({ paths, tables, isQuery }: KnownRoutes): (path: string) => string {
  const known = new Set(paths);
  const tabular = new Set(tables);
  return (path) => {
    if (known.has(path)) return path;
    if (path === DASHBOARD_PATH || path.startsWith(`${DASHBOARD_PATH}/`)) return DASHBOARD_PATH;
    const { base } = splitExtension(path);
    if (tabular.has(base)) return base;
    return base.startsWith(QUERIES) && isQuery(base.slice(QUERIES.length)) ? `${QUERIES}{name}` : 'other';
  };
}
