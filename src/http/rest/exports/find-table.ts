import type { RouteHandler, Routes } from '../../plugins/use-routes.ts';
import { type NamedQueryRoutes, namedQueryTable } from '../named-queries.ts';
import type { ExportServer } from './export-response.ts';
import { splitExtension, tableHandler } from './table-handler.ts';
import { tableRoutes } from './table-routes.ts';

/** What answers at the path of a table, with an extension or without; undefined for all other paths. */
export function findTable(
  server: ExportServer,
  json: Routes,
  named: NamedQueryRoutes,
): (path: string) => RouteHandler | undefined {
  const tables = tableRoutes(json);
  const tableAt = (path: string) =>
    Object.hasOwn(tables, path) ? tables[path] : namedQueryTable(path, named);
  return (path) => {
    const { base, extension } = splitExtension(path);
    const table = tableAt(base);
    return table && tableHandler(server, table, extension);
  };
}

/** The routes of JSON, with those that have other formats, too, choosing by what the client accepts. */
export function withFormats(json: Routes, tables: (path: string) => RouteHandler | undefined): Routes {
  return Object.fromEntries(Object.entries(json).map(([path, handler]) => [path, tables(path) ?? handler]));
}
