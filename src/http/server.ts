import { version as duckDbVersion } from '@duckdb/node-api';
import { printSchema } from 'graphql';
import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import type { Context, Limit } from '../../schema/context.ts';
import { schema } from '../../schema/index.ts';
import type { NamedQuery } from '../../schema/query-types.ts';
import type { Access } from '../access/access.ts';
import type { Viewer } from '../access/viewer.ts';
import type { RequestLimits } from '../config/limit-settings.ts';
import type { RollupProgress } from '../dataset/rollup-keeper.ts';
import type { DatasetView } from '../dataset/view.ts';
import { Gate, overloaded } from '../engine/gate.ts';
import type { LiveSubscriptions } from '../live/live.ts';
import type { Logger } from '../log.ts';
import type { Observer } from '../observe/observer.ts';
import type { Storage } from '../storage/storage.ts';
import { corsOptions } from './cors.ts';
import { dashboardRoutes } from './dashboard.ts';
import { digestOf } from './digests.ts';
import { documentCaches } from './document-cache.ts';
import { Freshness } from './freshness.ts';
import { graphiqlTabs } from './graphiql/tabs.ts';
import { healthRoutes } from './health.ts';
import { type MetricsOptions, metricsRoutes } from './metrics.ts';
import { copyOf, namedSchema } from './named-schema.ts';
import type { Operations } from './operation.ts';
import { pageRoutes } from './pages.ts';
import type { PersistedDocuments } from './persisted-documents.ts';
import { useAccess } from './plugins/use-access.ts';
import { useAllowedHosts } from './plugins/use-allowed-hosts.ts';
import { useAnswerLimit } from './plugins/use-answer-limit.ts';
import { useArgumentPaths } from './plugins/use-argument-paths.ts';
import { useCodedRefusals } from './plugins/use-coded-refusals.ts';
import { useCompression } from './plugins/use-compression.ts';
import { useCostLimit } from './plugins/use-cost-limit.ts';
import { useDocumentLimits } from './plugins/use-document-limits.ts';
import { type MayExplain, useExplain } from './plugins/use-explain.ts';
import { useFreshness } from './plugins/use-freshness.ts';
import { useGraphiQL } from './plugins/use-graphiql.ts';
import { useHonestStatus } from './plugins/use-honest-status.ts';
import { useJsonBodies } from './plugins/use-json-bodies.ts';
import { useObservation } from './plugins/use-observation.ts';
import { useObservedResponse } from './plugins/use-observed-response.ts';
import { useOneSnapshot } from './plugins/use-one-snapshot.ts';
import { usePersistedDocuments } from './plugins/use-persisted-documents.ts';
import { usePersonalAnswers } from './plugins/use-personal-answers.ts';
import { usePiecewiseResults } from './plugins/use-piecewise-results.ts';
import { usePlainRows } from './plugins/use-plain-rows.ts';
import { useRateLimit } from './plugins/use-rate-limit.ts';
import { useResponseCache } from './plugins/use-response-cache.ts';
import { useRoutes } from './plugins/use-routes.ts';
import { useSecurityHeaders } from './plugins/use-security-headers.ts';
import { useServiceFacts } from './plugins/use-service-facts.ts';
import { useSubscriptions } from './plugins/use-subscriptions.ts';
import { useTurns } from './plugins/use-turns.ts';
import { useUnexplored } from './plugins/use-unexplored.ts';
import { useWholeBodies } from './plugins/use-whole-bodies.ts';
import { presentGraphQLError } from './present-error.ts';
import { RateLimit } from './rate-limit.ts';
import { refreshRoutes } from './refresh.ts';
import type { ExportServer } from './rest/exports/export-response.ts';
import { findTable, withFormats } from './rest/exports/find-table.ts';
import { openApiDocument } from './rest/openapi.ts';
import { restRoutes } from './rest/routes.ts';
import { routeNames } from './route-names.ts';
import type { Viewers } from './viewer.ts';

export interface ServerParts {
  readonly version: string;
  readonly log: Logger;
  now(): Date;
  readonly storage: Storage;
  readonly responseCacheBytes: number;
  readonly access: Access;
  /** Who has sent a request that was let in. */
  viewerOf(request: Request): Viewer;
  /** The documents that clients may name by an id. */
  readonly persisted: PersistedDocuments | undefined;
  /** Texts of documents are refused. */
  readonly persistedOnly: boolean;
  /** The view that a question would be answered from now, if there is one. */
  latestView(): DatasetView | undefined;
  progress(): RollupProgress | null;
  isStopping(): boolean;
  currentView(signal: AbortSignal): Promise<DatasetView>;
  /** Lists the objects again, and waits for what that finds for at most some seconds. */
  renew(signal: AbortSignal): Promise<void>;
  readonly operations: Operations;
  readonly live: LiveSubscriptions;
  /** How long the client of an export may take nothing, and how long all of it may take. */
  readonly exports: Pick<ExportServer, 'stallMs' | 'timeoutMs'>;
  /** Answers differ by who asks, so that nothing in between may give one to another. */
  readonly isPersonal: boolean;
  readonly queries: ServedQueries;
  /** As clients are told. */
  readonly limits: readonly Limit[];
  readonly requestLimits: RequestLimits;
  readonly viewers: Viewers;
  /** GraphiQL, introspection, and the names that errors suggest. */
  readonly explorer: boolean;
  /** Web origins whose scripts may read answers. */
  readonly corsOrigins: readonly string[];
  readonly observer: Observer;
  /** `hasOwnPort`: they are not told here. */
  readonly metrics: MetricsOptions & { readonly hasOwnPort: boolean };
  readonly mayExplain: MayExplain;
  /** Where the built dashboard lies, if it is built. */
  readonly dashboardDirectory: string;
  /** Is handed what tells how full the response cache is. */
  onResponseCache(usage: () => { readonly bytes: number; readonly entries: number }): void;
  /** Is handed what tells how many operations are under way, and how many wait. */
  onTurns(gate: Pick<Gate<object>, 'taken' | 'queued'>): void;
}

/** The named queries, which come and go with their files. */
interface ServedQueries {
  /** Their version changes when what they answer to the same objects may. */
  readonly current: { readonly queries: readonly NamedQuery[]; readonly version: string };
  /** Those of now, once the types have been looked for that only this view tells. */
  upToDate(view: DatasetView | undefined): ServedQueries['current'] | Promise<ServedQueries['current']>;
}

const GRAPHQL = '/graphql';
/** What tells of the service's state is answered whatever else goes on. */
const UNLIMITED = ['/livez', '/health', '/ready', '/metrics'];

/** GraphQL, REST and pages on one handler. The order of the plugins is the way of a request. */
export function createServer(parts: ServerParts): YogaServerInstance<object, Context> {
  const { log, viewers } = parts;
  const { bodyBytes, bodyBytesTogether, requestMs, document, operation, traffic } = parts.requestLimits;
  const freshness = new Freshness();
  const queries = async () => (await parts.queries.upToDate(parts.latestView())).queries;
  const named = {
    operations: parts.operations,
    freshness,
    queries: () => parts.queries.current.queries,
  };
  const rest = restRoutes(parts.operations);
  /** What rows are read for as they are sent. */
  const streams = new WeakSet<Request>();
  const onStream = (request: Request) => void streams.add(request);
  const tables = findTable({ operations: parts.operations, log, onStream, ...parts.exports }, rest, named);
  const isOperation = (path: string) => path === GRAPHQL || path in rest || tables(path) !== undefined;
  // It asks in texts, so where these are refused it would only show that.
  const graphiql = parts.explorer && !parts.persistedOnly;
  const { isOpen } = parts.access;
  const graphiqlOptions = async () => {
    const credentials = isOpen ? undefined : JSON.stringify({ Authorization: 'Bearer ' });
    return {
      title: 'Telemetry Analytics API',
      defaultTabs: graphiqlTabs(await queries(), parts.now(), credentials),
      ...(credentials === undefined ? {} : { defaultHeaders: credentials }),
    };
  };
  const { metrics, token, hasOwnPort } = parts.metrics;
  const metricsRoute = metricsRoutes(parts.metrics, hasOwnPort);
  // They have a token of their own.
  const servesMetrics = metrics !== undefined && token !== undefined && !hasOwnPort;
  const facts = {
    graphql: graphiql ? 'graphiql' : parts.persistedOnly ? 'persisted' : 'plain',
    secured: !isOpen,
  } as const;
  const { version, live } = parts;
  const heartbeatSeconds = live.isOffered ? live.heartbeatMs / 1000 : null;
  const dashboard = dashboardRoutes(parts.dashboardDirectory, { ...facts, version, heartbeatSeconds });
  const home = dashboard?.find('/');
  const open = {
    ...pageRoutes({
      ...facts,
      openApi: async () => openApiDocument(parts.version, await queries(), { secured: !isOpen }),
    }),
    ...(home === undefined ? {} : { '/': home }),
    ...healthRoutes({ ...parts, brief: !isOpen }),
    ...(servesMetrics ? metricsRoute : {}),
  };
  const reads = { ...metricsRoute, ...open, ...withFormats(rest, tables) };
  const actions = refreshRoutes({ renew: parts.renew, latestView: parts.latestView });
  const routeOf = routeNames({
    paths: [GRAPHQL, '/livez', ...Object.keys(reads), ...Object.keys(actions)],
    tables: Object.keys(rest),
    isQuery: (name) => named.queries().some((query) => query.name === name),
  });
  const rate = traffic.requestsPerSecond === 0 ? undefined : new RateLimit(traffic);
  const turns = turnsOf(traffic);
  parts.onTurns(turns);
  return createYoga<object, Context>({
    schema: async () => namedSchema(await queries()),
    graphqlEndpoint: GRAPHQL,
    healthCheckEndpoint: '/livez',
    landingPage: false,
    cors: corsOptions(parts.corsOrigins),
    graphiql: false,
    logging: false,
    multipart: false,
    maxRequestBodySize: bodyBytes,
    parserAndValidationCache: { ...documentCaches(), validationCache: true },
    maskedErrors: { maskError: (error) => presentGraphQLError(error, log) },
    plugins: [
      useObservation({ observer: parts.observer, routeOf }),
      useCodedRefusals(GRAPHQL, bodyBytes),
      usePiecewiseResults(operation.answerBytes),
      useAllowedHosts({
        access: parts.access,
        graphqlEndpoint: GRAPHQL,
        isFree: (path) => path === '/livez' || path === '/health',
        log,
      }),
      ...(graphiql ? [useGraphiQL(GRAPHQL, graphiqlOptions)] : []),
      useAccess({
        access: parts.access,
        isPublic: (path) => Object.hasOwn(open, path) || dashboard?.find(path) !== undefined,
        graphqlEndpoint: GRAPHQL,
        viewers,
        rate,
        log,
      }),
      useRateLimit({
        viewers,
        rate,
        graphqlEndpoint: GRAPHQL,
        isFree: (path) => UNLIMITED.includes(path),
      }),
      useWholeBodies({
        graphqlEndpoint: GRAPHQL,
        maxBytes: bodyBytes,
        maxBytesTogether: bodyBytesTogether,
        timeoutMs: requestMs,
      }),
      useCompression((path) => path === GRAPHQL),
      useResponseCache({
        graphqlEndpoint: GRAPHQL,
        mayExplain: parts.mayExplain,
        onCreated: parts.onResponseCache,
        maxBytes: parts.responseCacheBytes,
        isKept: isOperation,
        freshness,
        persisted: parts.persisted,
        software: softwareOf(parts.version, parts.limits),
        view: parts.latestView,
        scope: (request) => parts.viewerOf(request).devices,
        queries: () => parts.queries.current,
        moment: () => JSON.stringify([parts.latestView()?.refreshedAt, parts.progress(), parts.limits]),
      }),
      useSecurityHeaders(parts.corsOrigins),
      useTurns({
        viewers,
        gate: turns,
        queueMs: traffic.queueMs,
        graphqlEndpoint: GRAPHQL,
        isOperation,
        isStreamed: (request) => streams.has(request),
      }),
      useRoutes({
        graphqlEndpoint: GRAPHQL,
        log,
        actions,
        reads,
        findRead: (path) => dashboard?.find(path) ?? tables(path),
      }),
      ...(parts.persisted === undefined ? [] : [usePersistedDocuments(parts.persisted, parts.persistedOnly)]),
      useJsonBodies(),
      useDocumentLimits(document),
      ...(parts.explorer ? [] : [useUnexplored()]),
      useArgumentPaths(),
      useServiceFacts(() => ({ limits: parts.limits, queries: named.queries() })),
      useSubscriptions({
        live: parts.live,
        operations: parts.operations,
        viewers,
        viewerOf: parts.viewerOf,
        checkAccess: (request) => parts.access.checkAgain(request),
        onStream,
      }),
      useCostLimit(operation.cost),
      useFreshness(freshness),
      usePlainRows(copyOf),
      useOneSnapshot(parts.operations),
      useAnswerLimit(operation.answerBytes),
      useExplain(GRAPHQL, parts.mayExplain),
      useHonestStatus(),
      ...(parts.isPersonal ? [usePersonalAnswers()] : []),
      useObservedResponse(),
    ],
  });
}

function turnsOf({ concurrent, queued, concurrentOfViewer }: RequestLimits['traffic']): Gate<object> {
  const turns = Array.from({ length: concurrent }, () => ({}));
  return new Gate(turns, {
    maxPerViewer: concurrentOfViewer,
    queue: {
      most: queued,
      refusal: ({ waiting }) =>
        overloaded(
          'operations',
          { limit: 'queuedOperations', asked: waiting + 1, allowed: queued },
          'Try again shortly',
        ),
    },
  });
}

/** Names what decides an answer besides the data: this package, its schema, DuckDB with its time-zone data, and the limits. */
function softwareOf(version: string, limits: readonly Limit[]): string {
  return digestOf([version, duckDbVersion(), printSchema(schema), limits]);
}
