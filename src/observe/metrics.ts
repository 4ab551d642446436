import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { StatementEvent } from '../engine/engine.ts';
import type { StoreRequestEvent } from '../storage/s3-requests.ts';
import type { Activity } from './activity.ts';
import { codeOf } from './code-of.ts';
import type { Figures } from './figures.ts';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const REFRESH_SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1800];
const METHODS = new Set(['GET', 'HEAD', 'POST', 'OPTIONS']);

/**
 * Prometheus metrics. Every label has few values: methods and routes that are known, names of statements and query files,
 * codes of errors. docs/OPERATIONS.md has a row for each; a test keeps it so.
 */
export class Metrics {
  private readonly registry = new Registry();
  readonly contentType = this.registry.contentType;

  private readonly http = this.histogram(
    'telemetry_http_request_duration_seconds',
    'From a request to the end of its answer, the body of an export included',
    ['method', 'route', 'status'],
  );
  private readonly inFlight = this.gauge(
    'telemetry_http_requests_in_flight',
    'Requests that are being answered, exports included',
  );
  private readonly errors = this.counter('telemetry_errors_total', 'Answers that tell of an error', ['code']);
  private readonly cacheUse = this.counter(
    'telemetry_response_cache_requests_total',
    'Questions that the response cache may keep, by what became of them: hit, not_modified, miss',
    ['result'],
  );
  private readonly exported = this.counter(
    'telemetry_export_bytes_total',
    'Bytes in the bodies of exports, compressed as they are sent',
  );
  private readonly statements = this.histogram(
    'telemetry_statement_duration_seconds',
    'Statements, the wait for a connection included',
    ['engine', 'name'],
  );
  private readonly statementEnds = this.counter(
    'telemetry_statements_total',
    'Statements by outcome: ok, or the code of the error',
    ['engine', 'name', 'outcome'],
  );
  private readonly statementRows = this.counter('telemetry_statement_rows_total', 'Rows of statements', [
    'engine',
    'name',
  ]);
  private readonly waits = this.histogram(
    'telemetry_statement_wait_seconds',
    'The wait of statements for a connection',
    ['engine'],
  );
  private readonly storage = this.histogram(
    'telemetry_storage_request_duration_seconds',
    'Requests to the store that this process makes itself, retries included; the status is 0 without an answer',
    ['operation', 'status'],
  );
  private readonly retries = this.counter(
    'telemetry_storage_retries_total',
    'Further attempts at requests to the store',
    ['operation'],
  );
  private readonly received = this.counter(
    'telemetry_storage_received_bytes_total',
    'Bytes of objects that the store sent to this process; what DuckDB reads itself is not seen',
  );
  private readonly credentials = this.gauge(
    'telemetry_storage_credentials_expiry_timestamp_seconds',
    'When the credentials used last expire; none while they do not',
  );
  private readonly refreshes = this.histogram(
    'telemetry_refresh_duration_seconds',
    'Listings of the objects with what they lead to, by outcome: ok, or the code of the error',
    ['outcome'],
    REFRESH_SECONDS,
  );

  private readonly events = this.counter(
    'telemetry_subscription_events_total',
    'Events that subscriptions were sent, by the field of the schema',
    ['field'],
  );
  private readonly subscriptionEnds = this.counter(
    'telemetry_subscriptions_ended_total',
    'Subscriptions that are over, by reason: client, shutdown, access, error',
    ['field', 'reason'],
  );
  /** What subscriptions tell of themselves. */
  readonly subscriptions = {
    event: (field: string): void => this.events.inc({ field }),
    end: (field: string, reason: string): void => this.subscriptionEnds.inc({ field, reason }),
  };

  constructor() {
    this.credentials.remove();
    collectDefaultMetrics({ register: this.registry });
  }

  /** In Prometheus' text format. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  /** What there is, for documents. */
  get all(): readonly { readonly name: string; readonly labelNames: readonly string[] }[] {
    return this.registry.getMetricsAsArray().map((metric) => ({
      name: metric.name,
      labelNames: 'labelNames' in metric && Array.isArray(metric.labelNames) ? metric.labelNames : [],
    }));
  }

  began(): void {
    this.inFlight.inc();
  }

  ended({ request, status = 0, cache, codes, bytes, durationMs }: Activity): void {
    if (request === undefined) return;
    this.inFlight.dec();
    const method = METHODS.has(request.method) ? request.method : 'other';
    this.http.observe({ method, route: request.route, status: String(status) }, durationMs / 1000);
    if (cache !== 'none') this.cacheUse.inc({ result: cache });
    for (const code of codes) this.errors.inc({ code });
    if (bytes !== undefined) this.exported.inc(bytes);
  }

  statement({ engine, name, rows, durationMs, waitedMs, error }: StatementEvent): void {
    this.statements.observe({ engine, name }, durationMs / 1000);
    this.statementEnds.inc({ engine, name, outcome: error === undefined ? 'ok' : codeOf(error) });
    this.statementRows.inc({ engine, name }, rows);
    this.waits.observe({ engine }, waitedMs / 1000);
  }

  storeRequest(event: StoreRequestEvent): void {
    const { operation, status, durationMs, attempts, bytes, credentialsExpire } = event;
    this.storage.observe({ operation, status: String(status) }, durationMs / 1000);
    this.retries.inc({ operation }, attempts - 1);
    this.received.inc(bytes);
    if (credentialsExpire === null) this.credentials.remove();
    else if (credentialsExpire !== undefined) this.credentials.set(credentialsExpire.getTime() / 1000);
  }

  refreshed(durationMs: number, error: unknown): void {
    this.refreshes.observe({ outcome: error === undefined ? 'ok' : codeOf(error) }, durationMs / 1000);
  }

  /** Adds what is looked up at each scrape. */
  watch(figures: Figures): void {
    const each = (name: string, help: string, read: () => number | undefined) => {
      const gauge = this.gauge(name, help, () => {
        const value = read();
        if (value === undefined) gauge.remove();
        else gauge.set(value);
      });
    };
    const ofEngines = (name: string, help: string, key: 'running' | 'queued' | 'streaming') => {
      const gauge = new Gauge({
        name,
        help,
        labelNames: ['engine'],
        registers: [this.registry],
        collect: () => {
          for (const [engine, load] of Object.entries(figures.engines())) gauge.set({ engine }, load[key]);
        },
      });
    };
    ofEngines('telemetry_engine_statements_running', 'Statements that run', 'running');
    ofEngines('telemetry_engine_statements_queued', 'Statements that wait for a connection', 'queued');
    ofEngines('telemetry_engine_streams', 'Exports that read from the engine', 'streaming');

    each(
      'telemetry_operations_running',
      'Operations of GraphQL and REST that have their turn',
      () => figures.operations().taken,
    );
    each(
      'telemetry_operations_queued',
      'Operations that wait for their turn',
      () => figures.operations().queued,
    );
    each(
      'telemetry_response_cache_bytes',
      'Bytes that are reckoned for kept answers',
      () => figures.responseCache().bytes,
    );
    each('telemetry_subscriptions_open', 'GraphQL subscriptions that are open', () =>
      figures.subscriptions(),
    );
    each('telemetry_response_cache_entries', 'Answers that are kept', () => figures.responseCache().entries);
    each(
      'telemetry_object_cache_bytes',
      'Bytes of objects in the cache folder',
      () => figures.objectCache()?.bytes,
    );
    const objectUse = new Counter({
      name: 'telemetry_object_cache_requests_total',
      help: 'Objects that statements asked the cache folder for, by result: hit, miss',
      labelNames: ['result'],
      registers: [this.registry],
      collect: () => {
        const use = figures.objectCache();
        objectUse.reset();
        if (use === undefined) return;
        objectUse.inc({ result: 'hit' }, use.hits);
        objectUse.inc({ result: 'miss' }, use.misses);
      },
    });

    const { access, dataset, build } = figures;
    each(
      'telemetry_access_keys_checked_timestamp_seconds',
      'When the file of API keys was last as the keys are that count; it is looked at every 5 s',
      () => seconds(access().keysCheckedAt),
    );
    each(
      'telemetry_access_signing_keys_fetched_timestamp_seconds',
      'When the keys that sign tokens were last fetched',
      () => seconds(access().signingKeys?.fetchedAt),
    );
    each(
      'telemetry_access_signing_keys_failed',
      'Whether the last attempt to fetch the keys that sign tokens came to nothing: 1, else 0',
      () => {
        const keys = access().signingKeys;
        return keys && Number(keys.hasFailed);
      },
    );
    each('telemetry_dataset_objects', 'Objects of the snapshot', () => dataset()?.objects);
    each('telemetry_dataset_bytes', 'Bytes of the objects of the snapshot', () => dataset()?.bytes);
    each(
      'telemetry_dataset_rows',
      'Rows of the objects that answers rest on, by their footers',
      () => dataset()?.rows,
    );
    each(
      'telemetry_dataset_objects_quarantined',
      'Objects that cannot be read, whose rows are in no answer',
      () => dataset()?.quarantined,
    );
    each(
      'telemetry_dataset_coverage_ratio',
      'Share of the readings that summaries rest on, below 1 during the first build',
      () => dataset()?.coverage,
    );
    each(
      'telemetry_dataset_refreshed_timestamp_seconds',
      'When the listing began that the answers rest on',
      () => seconds(dataset()?.refreshedAt),
    );
    const newest = this.gauge(
      'telemetry_dataset_newest_reading_timestamp_seconds',
      'Time of the newest reading; none while only a scan could tell',
      async () => {
        const at = seconds(await figures.newestReading());
        if (at === undefined) newest.remove();
        else newest.set(at);
      },
    );
    each(
      'telemetry_rollup_build_objects',
      'Objects that the rollups under way have to read; none while none are built',
      () => build()?.objects,
    );
    each('telemetry_rollup_build_objects_done', 'Those of them that are read', () => build()?.objectsDone);
    each(
      'telemetry_rollup_build_bytes',
      'Bytes of the objects that the rollups under way have to read',
      () => build()?.bytes,
    );
    each('telemetry_rollup_build_bytes_done', 'Those of them that are read', () => build()?.bytesDone);
  }

  private histogram<L extends string>(name: string, help: string, labelNames: L[], buckets = SECONDS) {
    return new Histogram({ name, help, labelNames, buckets, registers: [this.registry] });
  }

  private counter<L extends string>(name: string, help: string, labelNames: L[] = []) {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  private gauge(name: string, help: string, collect?: () => void | Promise<void>) {
    return new Gauge({ name, help, registers: [this.registry], ...(collect && { collect }) });
  }
}

function seconds(date: Date | undefined): number | undefined {
  return date && date.getTime() / 1000;
}
