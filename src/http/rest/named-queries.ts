import { exactWhole } from '../../../schema/query-scalars.ts';
import type { NamedQuery, QueryTable } from '../../../schema/query-types.ts';
import { searchArguments } from '../../catalog/arguments.ts';
import { NotFoundError } from '../../errors.ts';
import type { Freshness } from '../freshness.ts';
import type { Operations } from '../operation.ts';
import type { RouteHandler } from '../plugins/use-routes.ts';
import { answerOver } from './answer.ts';

export const QUERIES_PATH = '/queries/';

export interface NamedQueryRoutes {
  readonly operations: Operations;
  readonly freshness: Freshness;
  /** The queries that are served now. */
  queries(): readonly NamedQuery[];
}

/** `GET /queries/<name>`: the rows of a query file. */
export function findNamedQuery(
  path: string,
  { operations, freshness, queries }: NamedQueryRoutes,
): RouteHandler | undefined {
  if (!path.startsWith(QUERIES_PATH)) return undefined;
  const name = path.slice(QUERIES_PATH.length);
  const query = queries().find((known) => known.name === name);
  if (query === undefined) {
    const names = queries().map((known) => known.name);
    return () => {
      throw new NotFoundError(
        `There is no query of this name. There are: ${names.length === 0 ? 'none' : names.join(', ')}`,
      );
    };
  }
  return (request, url) => {
    const args = searchArguments(query, url.searchParams);
    freshness.limit(request, query.cacheSeconds);
    const answer = answerOver(operations, async (telemetry) =>
      jsonResponse(await telemetry.namedQuery(query, args)),
    );
    return answer(request, url);
  };
}

/** The first of the formats of a table: the others take the same `QueryTable`. */
function jsonResponse({ rows, truncated, rowLimit }: QueryTable): Response {
  const body = JSON.stringify({ rows, truncated, row_limit: rowLimit }, (_key, value) =>
    typeof value === 'bigint' ? exactWhole(value) : value,
  );
  return new Response(body, { headers: { 'content-type': 'application/json' } });
}
