import { createHash } from 'node:crypto';
import { version as duckDbVersion } from '@duckdb/node-api';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { printSchema } from 'graphql';
import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import type { Context, Limit } from '../../schema/context.ts';
import { schema } from '../../schema/index.ts';
import { LIMITS } from '../../schema/limit-values.ts';
import type { NamedQuery } from '../../schema/query-types.ts';
import type { RollupProgress } from '../dataset/rollup-keeper.ts';
import type { DatasetView } from '../dataset/view.ts';
import type { Logger } from '../log.ts';
import type { Observer } from '../observe/observer.ts';
import type { Storage } from '../storage/storage.ts';
import { Freshness } from './freshness.ts';
import { graphiqlTabs } from './graphiql/tabs.ts';
import { healthRoutes } from './health.ts';
import { type MetricsOptions, metricsRoutes } from './metrics.ts';
import { copyOf, namedSchema } from './named-schema.ts';
import type { Operations } from './operation.ts';
import { pageRoutes } from './pages.ts';
import type { PersistedDocuments } from './persisted-documents.ts';
import { useArgumentPaths } from './plugins/use-argument-paths.ts';
import { useCodedRefusals } from './plugins/use-coded-refusals.ts';
import { useCompression } from './plugins/use-compression.ts';
import { type MayExplain, useExplain } from './plugins/use-explain.ts';
import { useFreshness } from './plugins/use-freshness.ts';
import { useHonestStatus } from './plugins/use-honest-status.ts';
import { useLimits } from './plugins/use-limits.ts';
import { useObservation } from './plugins/use-observation.ts';
import { useOneSnapshot } from './plugins/use-one-snapshot.ts';
import { usePersistedDocuments } from './plugins/use-persisted-documents.ts';
import { usePlainRows } from './plugins/use-plain-rows.ts';
import { useResponseCache } from './plugins/use-response-cache.ts';
import { useRoutes } from './plugins/use-routes.ts';
import { presentGraphQLError } from './present-error.ts';
import { refreshRoutes } from './refresh.ts';
import { findTable, withFormats } from './rest/exports/find-table.ts';
import { openApiDocument } from './rest/openapi.ts';
import { restRoutes } from './rest/routes.ts';
import { routeNames } from './route-names.ts';

export interface ServerParts {
  readonly version: string;
  readonly log: Logger;
  readonly storage: Storage;
  readonly responseCacheBytes: number;
  readonly refreshToken: string | undefined;
  /** The documents that clients may name by an id. */
  readonly persisted: PersistedDocuments | undefined;
  /** Texts of documents are refused. */
  readonly persistedOnly: boolean;
  /** The view that a question would be answered from now, if there is one. */
  latestView(): DatasetView | undefined;
  progress(): RollupProgress | null;
  currentView(signal: AbortSignal): Promise<DatasetView>;
  /** Lists the objects again, and waits for what that finds for at most some seconds. */
  renew(): Promise<void>;
  readonly operations: Operations;
  /** How long the client of an export may take nothing. */
  readonly exportStallMs: number;
  readonly queries: ServedQueries;
  readonly limits: readonly Limit[];
  readonly observer: Observer;
  /** `hasOwnPort`: they are not told here. */
  readonly metrics: MetricsOptions & { readonly hasOwnPort: boolean };
  readonly mayExplain: MayExplain;
  /** Is handed what tells how full the response cache is. */
  onResponseCache(usage: () => { readonly bytes: number; readonly entries: number }): void;
}

/** The named queries, which come and go with their files. */
interface ServedQueries {
  /** Their version changes when what they answer to the same objects may. */
  readonly current: { readonly queries: readonly NamedQuery[]; readonly version: string };
  /** Those of now, once the types have been looked for that only this view tells. */
  upToDate(view: DatasetView | undefined): ServedQueries['current'] | Promise<ServedQueries['current']>;
}

const GRAPHQL = '/graphql';

/** GraphQL, REST and pages on one handler. The order of the plugins is the way of a request. */
export function createServer(parts: ServerParts): YogaServerInstance<object, Context> {
  const { log } = parts;
  const freshness = new Freshness();
  const queries = async () => (await parts.queries.upToDate(parts.latestView())).queries;
  const named = {
    operations: parts.operations,
    freshness,
    queries: () => parts.queries.current.queries,
  };
  const rest = restRoutes(parts.operations);
  const tables = findTable({ operations: parts.operations, log, stallMs: parts.exportStallMs }, rest, named);
  const actions = refreshRoutes({
    token: parts.refreshToken,
    renew: parts.renew,
    latestView: parts.latestView,
  });
  const reads = {
    ...pageRoutes({
      openApi: async () => openApiDocument(parts.version, await queries()),
      graphiql: !parts.persistedOnly,
    }),
    ...healthRoutes(parts),
    ...metricsRoutes(parts.metrics, parts.metrics.hasOwnPort),
    ...withFormats(rest, tables),
  };
  const routeOf = routeNames({
    paths: [GRAPHQL, '/livez', ...Object.keys(reads), ...Object.keys(actions)],
    tables: Object.keys(rest),
    isQuery: (name) => named.queries().some((query) => query.name === name),
  });
  return createYoga<object, Context>({
    schema: async () => namedSchema(await queries()),
    graphqlEndpoint: GRAPHQL,
    healthCheckEndpoint: '/livez',
    landingPage: false,
    // Answers are public to whoever reaches the port, and no cookie means anything here.
    cors: {
      origin: '*',
      credentials: false,
      methods: ['GET', 'HEAD', 'POST', 'OPTIONS'],
      exposedHeaders: [
        'content-disposition',
        'link',
        'retry-after',
        'x-dataset-coverage',
        'x-dataset-version',
        'x-explain',
        'x-request-id',
        'x-row-limit',
        'x-total-count',
        'x-truncated',
      ],
    },
    renderGraphiQL,
    // It asks in texts, so it would only show that these are refused.
    graphiql: parts.persistedOnly
      ? false
      : async () => ({ title: 'Telemetry Analytics API', defaultTabs: graphiqlTabs(await queries()) }),
    logging: false,
    // Questions come as JSON: a form of any page could send the other kinds without asking.
    multipart: false,
    maxRequestBodySize: LIMITS.requestBodyBytes.value,
    maskedErrors: { maskError: (error) => presentGraphQLError(error, log) },
    plugins: [
      useObservation({ observer: parts.observer, routeOf }),
      useCodedRefusals(GRAPHQL),
      useCompression((path) => path === GRAPHQL),
      useResponseCache({
        graphqlEndpoint: GRAPHQL,
        mayExplain: parts.mayExplain,
        onCreated: parts.onResponseCache,
        maxBytes: parts.responseCacheBytes,
        isKept: (path) => path === GRAPHQL || path in rest || tables(path) !== undefined,
        freshness,
        persisted: parts.persisted,
        software: softwareOf(parts.version, parts.limits),
        view: parts.latestView,
        queries: () => parts.queries.current,
        moment: () => JSON.stringify([parts.latestView()?.refreshedAt, parts.progress(), parts.limits]),
      }),
      useRoutes({
        graphqlEndpoint: GRAPHQL,
        log,
        actions,
        reads,
        findRead: tables,
      }),
      ...(parts.persisted === undefined ? [] : [usePersistedDocuments(parts.persisted, parts.persistedOnly)]),
      useArgumentPaths(),
      useLimits(parts.limits),
      useFreshness(freshness),
      usePlainRows(copyOf),
      useOneSnapshot(parts.operations),
      useExplain(GRAPHQL, parts.mayExplain),
      useHonestStatus(),
    ],
  });
}

/** Names what decides an answer besides the data: this package, its schema, DuckDB with its time-zone data, and the limits. */
function softwareOf(version: string, limits: readonly Limit[]): string {
  return createHash('sha256')
    .update([version, duckDbVersion(), printSchema(schema), JSON.stringify(limits)].join('\n'))
    .digest('base64url');
}
