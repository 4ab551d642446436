import { type Activity, rounded } from '../observe/activity.ts';
import { currentActivity } from '../observe/scope.ts';

/** Asks for an explanation of REST; the answer's header of the same name has it. */
export const EXPLAIN_HEADER = 'x-explain';

const MOST_IN_HEADER = 20;

/** What an answer has cost, as `extensions.explain` and the header tell it. No SQL, no values. */
export interface Explanation {
  readonly requestId: string;
  readonly traceId?: string;
  readonly durationMs: number;
  /** `hit` and `miss` of the response cache; `none`: it keeps no answers of this kind, or there is no snapshot yet. */
  readonly cache: 'hit' | 'miss' | 'none';
  /** null: no data was needed. */
  readonly snapshot: string | null;
  /** Rollups answer for the snapshot; null when no data was needed. */
  readonly rolledUp: boolean | null;
  /** More than one when objects changed meanwhile. */
  readonly attempts: number;
  readonly statementCount: number;
  /** Unset, as are `objects` and `storage`, for viewers of some devices: they would tell how much there is of others. */
  readonly rows?: number;
  /** The first hundred. */
  readonly statements: readonly {
    readonly name: string;
    readonly source: 'rollups' | 'objects';
    readonly rows?: number;
    readonly durationMs: number;
    readonly waitedMs: number;
    readonly error?: string;
  }[];
  /** Opened by statements; one that two statements open counts twice. Bytes are whole sizes: DuckDB reads parts. */
  readonly objects?: { readonly opened: number; readonly bytes: number };
  /** Requests that the service made itself, without those of DuckDB. */
  readonly storage?: { readonly requests: number; readonly bytes: number };
}

/** Clients and proxies take headers of some kilobytes: of the statements the first twenty. */
export function explanationHeader(): string {
  const told = explanation();
  return JSON.stringify({ ...told, statements: told?.statements.slice(0, MOST_IN_HEADER) });
}

/** @returns undefined outside of a request */
export function explanation(activity: Activity | undefined = currentActivity()): Explanation | undefined {
  if (activity?.request === undefined) return undefined;
  const { request, traceId, cache, snapshot, attempts, statementCount, seesPart } = activity;
  const amounts = <Amounts extends object>(told: Amounts) => (seesPart ? {} : told);
  return {
    requestId: request.id,
    ...(traceId === undefined ? {} : { traceId }),
    durationMs: rounded(activity.durationMs),
    cache: cache === 'not_modified' ? 'hit' : cache,
    snapshot: snapshot?.version ?? null,
    rolledUp: snapshot?.rolledUp ?? null,
    attempts,
    statementCount,
    ...amounts({ rows: activity.rows }),
    statements: activity.statements.map(({ engine, durationMs, waitedMs, rows, ...statement }) => ({
      ...statement,
      ...amounts({ rows }),
      source: engine === 'rollups' ? 'rollups' : 'objects',
      durationMs: rounded(durationMs),
      waitedMs: rounded(waitedMs),
    })),
    ...amounts({ objects: { ...activity.objects }, storage: { ...activity.storage } }),
  };
}

/** An answer of GraphQL as it is kept, with the explanation that goes with this request. */
export function withExplanation(body: string): string {
  const { extensions, ...answer } = JSON.parse(body);
  return JSON.stringify({ ...answer, extensions: { ...extensions, explain: explanation() } });
}

/** Whether the extensions of a GraphQL request ask for an explanation. */
export function asksForExplanation(extensions: unknown): boolean {
  return typeof extensions === 'object' && extensions !== null && Reflect.get(extensions, 'explain') === true;
}
