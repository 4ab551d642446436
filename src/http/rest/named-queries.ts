import { exactWhole } from '../../../schema/query-scalars.ts';
import type { NamedQuery, QueryTable } from '../../../schema/query-types.ts';
import { searchArguments } from '../../catalog/arguments.ts';
import { NotFoundError } from '../../errors.ts';
import type { Freshness } from '../freshness.ts';
import type { Operations } from '../operation.ts';
import { jsonResponse } from '../piecewise.ts';
import { answerOver } from './answer.ts';
import type { TableRoute } from './exports/table-route.ts';

const QUERIES_PATH = '/queries/';

export interface NamedQueryRoutes {
  readonly operations: Operations;
  readonly freshness: Freshness;
  /** The queries that are served now. */
  queries(): readonly NamedQuery[];
}

/** `/queries/<name>`: the rows of a query file. @returns undefined for other paths */
export function namedQueryTable(
  path: string,
  { operations, freshness, queries }: NamedQueryRoutes,
): TableRoute | undefined {
  if (!path.startsWith(QUERIES_PATH)) return undefined;
  const name = path.slice(QUERIES_PATH.length);
  const query = queries().find((known) => known.name === name);
  if (query === undefined) {
    const names = queries().map((known) => known.name);
    const refuse = () => {
      throw new NotFoundError(
        `There is no query of this name. There are: ${names.length === 0 ? 'none' : names.join(', ')}`,
      );
    };
    return { name, json: refuse, open: refuse };
  }
  const argumentsOf = (request: Request, url: URL) => {
    const args = searchArguments(query, url.searchParams);
    freshness.limit(request, query.cacheSeconds);
    return args;
  };
  return {
    name,
    json: (request, url) => {
      const args = argumentsOf(request, url);
      const answer = answerOver(operations, async (telemetry) =>
        presentTable(await telemetry.namedQuery(query, args)),
      );
      return answer(request, url);
    },
    open: ({ exports }, url, request) => exports.namedQuery(query, argumentsOf(request, url)),
  };
}

/** In JSON it is put together in memory, up to the row limit; the formats of `exports/` give all. */
function presentTable({ rows, truncated, rowLimit }: QueryTable): Response {
  const headers = { 'x-truncated': String(truncated), 'x-row-limit': String(rowLimit) };
  return jsonResponse({ rows, truncated, row_limit: rowLimit }, headers, (_key, value) =>
    typeof value === 'bigint' ? exactWhole(value) : value,
  );
}
