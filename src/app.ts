import type { RequestListener } from 'node:http';
import path from 'node:path';
import type { YogaServerInstance } from 'graphql-yoga';
import type { z } from 'zod';
import type { Context } from '../schema/context.ts';
import type { QueryArguments } from '../schema/query-types.ts';
import { Access } from './access/access.ts';
import type { Viewer } from './access/viewer.ts';
import { QueryCatalog } from './catalog/query-catalog.ts';
import { watchQueries } from './catalog/watch.ts';
import { clusterOf } from './cluster.ts';
import type { Config } from './config/config.ts';
import { Dataset } from './dataset/dataset.ts';
import { ObjectReader } from './dataset/object-reader.ts';
import type { RollupProgress } from './dataset/rollup-keeper.ts';
import { Scanner } from './dataset/scanner.ts';
import type { Row, StatementListener } from './engine/engine.ts';
import { memoryShare } from './engine/memory-share.ts';
import { ReadingEngines } from './engine/reading-engines.ts';
import { prepareFolders } from './folders.ts';
import { type PersistedDocuments, readPersistedDocuments } from './http/persisted-documents.ts';
import { requestListener } from './http/request-listener.ts';
import { createServer } from './http/server.ts';
import { Viewers } from './http/viewer.ts';
import { limitsOf } from './limits/limits.ts';
import { LiveSubscriptions } from './live/live.ts';
import { datasetFigures, newestReadingOf } from './loaders/figures.ts';
import { Holdings } from './loaders/holdings.ts';
import { ReadingSource } from './loaders/reading-source.ts';
import { SeriesSource } from './loaders/series-source.ts';
import { SummarySource } from './loaders/summary-source.ts';
import { createLogger, type Logger } from './log.ts';
import type { Figures } from './observe/figures.ts';
import type { Metrics } from './observe/metrics.ts';
import { Observer } from './observe/observer.ts';
import type { Tracer } from './observe/span.ts';
import { operationsOver } from './operations.ts';
import { PACKAGE_ROOT, packageVersion } from './package-root.ts';
import { Rollups } from './rollup/rollups.ts';
import { RollupStore } from './rollup/store.ts';
import { generateSample, lastMidnight, SAMPLE_DEFAULTS } from './sample/generate-sample.ts';
import { createStorage } from './storage/create-storage.ts';

/** What a caller may put in place of the usual; each stands on its own. */
export interface Overrides {
  readonly log?: Logger;
  readonly now?: () => Date;
  /** Told of every statement, as tests that count them want it. */
  readonly onStatement?: StatementListener;
  readonly queriesDirectory?: string;
  /** Of the built dashboard. */
  readonly dashboardDirectory?: string;
  /** Who asks. Unset: `ANYONE`. */
  readonly viewerOf?: (request: Request) => Viewer;
}

export interface App {
  /** Handles a request of the Fetch API, or of node:http. */
  readonly handler: YogaServerInstance<object, Context>;
  /** The same for node:http, and safe from what only its requests can be. */
  readonly listener: RequestListener;
  /** Runs a named query over the current snapshot and checks its rows; see `QueryCatalog.execute`. */
  executeQuery<T = Row>(name: string, params?: QueryArguments, rowSchema?: z.ZodType<T>): Promise<T[]>;
  /** Lists the objects again; resolves when that is done. */
  refresh(): Promise<void>;
  /** How far the rollups are; null while none are built. */
  progress(): RollupProgress | null;
  /** Unset when nothing asks for them: see `Config.metrics`. */
  readonly metrics: Metrics | undefined;
  /** Has `/ready` refuse from now on; all else goes on until `close`. */
  beginStop(): void;
  /** Completes every subscription, and refuses new ones. */
  endSubscriptions(): void;
  /** After `close`: a request to the store hangs, and with it a thread without whose end the process has none. */
  hangs(): boolean;
  close(): Promise<void>;
}

/**
 * The composition root: every part is made here, and handed what it needs.
 * The first listing runs in the background, so the caller can open its port at once.
 * @throws ConfigError for settings that cannot be carried out
 */
export async function createApp(config: Config, overrides: Overrides = {}): Promise<App> {
  const { log = createLogger(config.logLevel), now = () => new Date() } = overrides;
  const persisted =
    config.persistedDocuments === undefined ? undefined : readPersistedDocuments(config.persistedDocuments);
  const { access: accessConfig, refreshToken } = config;
  const access = await Access.create({ config: accessConfig, refreshToken, log, now });
  const opened: Closable[] = [access];
  try {
    const usable = await prepareFolders(config, log);
    await prepareSample(usable, log, now());
    const metrics = await metricsOf(usable);
    const tracer = await tracerOf(usable, log);
    const observer = new Observer({ log, metrics, tracer, onStatement: overrides.onStatement });
    opened.push(observer);
    const engines = await ReadingEngines.create(usable.engine, observer.statement);
    opened.push(engines);
    const parts = { ...overrides, log, now, persisted, access, observer, metrics };
    return await assemble(engines, opened, usable, parts);
  } catch (error) {
    for (const part of opened.toReversed()) await part.close();
    throw error;
  }
}

interface Closable {
  close(): Promise<void>;
}

/** @param opened gets what has to be closed when the start fails */
async function assemble(
  engines: ReadingEngines,
  opened: Closable[],
  config: Config,
  {
    log,
    now,
    queriesDirectory = path.join(PACKAGE_ROOT, 'queries'),
    dashboardDirectory = path.join(PACKAGE_ROOT, 'dashboard/dist'),
    viewerOf,
    persisted,
    access,
    observer,
    metrics,
  }: Overrides & {
    log: Logger;
    now: () => Date;
    persisted: PersistedDocuments | undefined;
    access: Access;
    observer: Observer;
    metrics: Metrics | undefined;
  },
): Promise<App> {
  const created = await createStorage(config, engines, log, observer.storeRequest);
  const { readable } = created;
  opened.push(created.storage);
  await engines.lock(readable);

  const store = await RollupStore.open({
    directory: config.stateDirectory,
    grain: config.rollupGrain,
    engine: memoryShare(config.engine, 'rollups'),
    log,
    onStatement: observer.statement,
  });
  opened.push(store);
  const cluster = clusterOf(config, created.storage, observer.statement);
  if (cluster !== undefined) opened.push(cluster.engine);
  const storage = cluster?.storage ?? created.storage;
  const building = new ObjectReader(engines.building, storage);
  const rollups = new Rollups({
    store,
    reader: building,
    cluster: cluster?.reader,
    log,
  });
  const dataset = new Dataset({
    storage,
    rollups,
    answerFromPart: config.warmup === 'partial',
    refreshMs: config.refreshMs,
    log,
    now,
    observe: (refresh) => observer.refresh(refresh),
  });
  const scanner = new Scanner(
    { kept: new ObjectReader(engines.asking, storage), fresh: building, cluster: cluster?.reader },
    dataset,
  );
  const catalog = await QueryCatalog.load({
    directory: queriesDirectory,
    tempDirectory: config.engine.tempDirectory,
    scanner,
    store,
    onCluster: cluster !== undefined,
    rowLimit: config.queryMaxRows,
    log,
  });
  const holdings = new Holdings({ store, scanner });
  const summaries = new SummarySource({ catalog, engine: engines.asking, scanner, store, holdings });
  const readings = new ReadingSource({ scanner, store, holdings });
  const series = new SeriesSource({ engine: engines.asking, scanner, store, holdings });

  const viewers = new Viewers(config.limits.traffic.trustedProxies);
  const whoAsks = viewerOf ?? ((request: Request) => access.viewerOf(request));
  const data = { source: storage.source, store, holdings, summaries, catalog, readings, series };
  const operations = operationsOver({
    config,
    dataset,
    viewers,
    whoAsks,
    data,
    exports: { catalog, scanner, holdings },
  });
  const live = new LiveSubscriptions({
    dataset,
    answers: data,
    limits: config.limits.subscriptions,
    statements: config.engine.maxConcurrent,
    log,
    ...(metrics && { count: metrics.subscriptions }),
  });
  let responseCache: Figures['responseCache'] = () => ({ bytes: 0, entries: 0 });
  let turns: ReturnType<Figures['operations']> = { taken: 0, queued: 0 };
  let stopping = false;
  const handler = createServer({
    version: packageVersion(),
    log,
    now,
    storage,
    responseCacheBytes: config.responseCacheBytes,
    access,
    persisted,
    persistedOnly: config.persistedOnly,
    latestView: () => dataset.latest,
    isStopping: () => stopping,
    progress: () => dataset.progress,
    currentView: (signal) => dataset.current(signal),
    renew: (signal) => dataset.renew(signal),
    operations,
    live,
    exports: { timeoutMs: config.exports.timeoutMs, stallMs: config.responseStallMs },
    viewerOf: whoAsks,
    isPersonal: viewerOf !== undefined || !access.isOpen,
    queries: catalog,
    limits: limitsOf(config),
    requestLimits: config.limits,
    viewers,
    explorer: config.explorer,
    corsOrigins: config.corsOrigins,
    observer,
    metrics: { metrics, token: config.metrics.token, hasOwnPort: config.metrics.port !== undefined },
    // Whoever was not let in may still have asked for it: of a page, or of a refusal.
    mayExplain: (request) =>
      access.isOpen ? config.explain : access.knownViewerOf(request)?.permissions.has('explain') === true,
    dashboardDirectory,
    onResponseCache: (usage) => {
      responseCache = usage;
    },
    onTurns: (gate) => {
      turns = gate;
    },
  });
  metrics?.watch({
    engines: () => ({
      asking: engines.asking.load,
      building: engines.building.load,
      rollups: store.load,
      ...(cluster && { trino: cluster.engine.load }),
    }),
    operations: () => turns,
    access: () => access.figures,
    subscriptions: () => live.size,
    dataset: () => datasetFigures(dataset.latest),
    newestReading: newestReadingOf(() => dataset.latest, summaries),
    build: () => dataset.progress,
    responseCache: () => responseCache(),
    objectCache: () => storage.cacheUse,
  });
  const watching = config.watchQueries
    ? await watchQueries({
        directory: queriesDirectory,
        tempDirectory: config.engine.tempDirectory,
        log,
        current: () => catalog.current,
        onChange: (set) => catalog.replace(set),
      })
    : undefined;
  dataset.start();

  return {
    handler,
    listener: requestListener(handler, log),
    executeQuery: async (name, params, rowSchema) =>
      catalog.execute(await dataset.current(), name, params, rowSchema),
    refresh: () => dataset.refresh(),
    progress: () => dataset.progress,
    metrics,
    beginStop: () => {
      stopping = true;
    },
    endSubscriptions: () => live.end(),
    hangs: () => engines.hanging > 0,
    close: async () => {
      live.close();
      await watching?.close();
      await handler.dispose();
      await access.close();
      await dataset.stop();
      await cluster?.engine.close();
      await engines.close();
      await store.close();
      await storage.close();
      await observer.close();
    },
  };
}

/** Loaded only where somebody asks for them: they take their part of the start. */
async function metricsOf({ metrics }: Config): Promise<Metrics | undefined> {
  if (metrics.token === undefined && metrics.port === undefined) return undefined;
  const { Metrics } = await import('./observe/metrics.ts');
  return new Metrics();
}

async function tracerOf({ tracing }: Config, log: Logger): Promise<Tracer | undefined> {
  if (tracing === undefined) return undefined;
  const { createTracer } = await import('./observe/otlp-tracer.ts');
  return createTracer(tracing, packageVersion(), log);
}

async function prepareSample({ data }: Config, log: Logger, now: Date): Promise<void> {
  if (data.kind !== 'sample') return;
  log.info('Neither S3_BUCKET nor DATA_DIR is set: answering from generated sample data');
  const { directory, generated, end } = await generateSample({
    ...SAMPLE_DEFAULTS,
    directory: data.directory,
    end: lastMidnight(now),
  });
  log.info({ directory, until: end.toISOString() }, generated ? 'Sample data generated' : 'Sample data kept');
}
