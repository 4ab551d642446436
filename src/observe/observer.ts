import type { StatementEvent, StatementListener } from '../engine/engine.ts';
import type { Logger } from '../log.ts';
import type { StoreRequestEvent } from '../storage/s3-requests.ts';
import { Activity, type RequestFacts, rounded } from './activity.ts';
import type { Metrics } from './metrics.ts';
import { addSpan, currentActivity, inScope } from './scope.ts';
import type { Span, Tracer } from './span.ts';

export interface ObserverParts {
  readonly log: Logger;
  /** Unset: nothing is counted. */
  readonly metrics?: Metrics | undefined;
  /** Unset: nothing is traced. */
  readonly tracer?: Tracer | undefined;
  readonly onStatement?: StatementListener | undefined;
}

/**
 * The one seam of observation: engines and storage report to it, requests and refreshes run in it. What it hears goes
 * to the activity that it was done for, and from there into log, metrics, spans and explanations.
 */
export class Observer {
  private readonly parts: ObserverParts;

  constructor(parts: ObserverParts) {
    this.parts = parts;
  }

  /** Answers a request; its line is logged when the answer is out. */
  async request(facts: RequestFacts, headers: Headers, answer: () => Promise<void> | void): Promise<void> {
    const { metrics, tracer } = this.parts;
    const span = tracer?.start(
      `${facts.method} ${facts.route}`,
      { 'http.request.method': facts.method, 'http.route': facts.route },
      headers,
    );
    const activity = new Activity(facts, (ended) => {
      metrics?.ended(ended);
      endSpan(span, ended);
      this.log(ended);
    });
    if (span !== undefined) activity.traceId = span.traceId;
    metrics?.began();
    try {
      await inScope({ activity, span }, answer);
    } catch (error) {
      activity.status = 500;
      throw error;
    } finally {
      activity.end();
    }
  }

  /**
   * Runs a refresh as work of its own: what it costs is not the cost of the question that set it off.
   * @param work answers with its failure, and does not throw
   */
  async refresh(work: () => Promise<Error | undefined>): Promise<void> {
    const { metrics, tracer } = this.parts;
    const span = tracer?.start('refresh', {});
    const activity = new Activity(undefined, () => undefined);
    activity.traceId = span?.traceId;
    const failure = await inScope({ activity, span }, work);
    span?.set({ 'telemetry.statements': activity.statementCount });
    span?.end(failure);
    metrics?.refreshed(activity.durationMs, failure);
  }

  readonly statement = (event: StatementEvent): void => {
    const { metrics, onStatement } = this.parts;
    const { engine, name, rows, durationMs, waitedMs, error } = event;
    currentActivity()?.ranStatement(event);
    metrics?.statement(event);
    addSpan(`duckdb ${name}`, {
      durationMs,
      error,
      attributes: {
        'db.system.name': 'duckdb',
        'telemetry.engine': engine,
        'telemetry.rows': rows,
        'telemetry.waited_ms': waitedMs,
      },
    });
    onStatement?.(event);
  };

  readonly storeRequest = (event: StoreRequestEvent): void => {
    const { operation, status, durationMs, attempts, bytes, failed } = event;
    currentActivity()?.askedStore(bytes);
    this.parts.metrics?.storeRequest(event);
    addSpan(`S3 ${operation}`, {
      durationMs,
      error: failed ? `HTTP ${status}` : undefined,
      attributes: {
        'rpc.system': 'aws-api',
        'rpc.service': 'S3',
        'rpc.method': operation,
        'http.response.status_code': status,
        'telemetry.attempts': attempts,
        'telemetry.bytes': bytes,
      },
    });
  };

  /** After everything that reports to it. */
  async close(): Promise<void> {
    await this.parts.tracer?.close();
  }

  private log(activity: Activity): void {
    const { request, status, operation, codes, cache, snapshot, attempts, objects, bytes } = activity;
    const { viewer, refusal } = activity;
    if (request === undefined) return;
    const { id, method, route, query, quiet } = request;
    const level = refusal !== undefined ? 'warn' : quiet ? 'debug' : 'info';
    if (!this.parts.log.isLevelEnabled(level)) return;
    this.parts.log[level](
      {
        requestId: id,
        ...(activity.traceId === undefined ? {} : { traceId: activity.traceId }),
        method,
        route,
        ...(query === '' ? {} : { query }),
        ...(operation === undefined ? {} : { operation }),
        ...(viewer === undefined ? {} : { viewer }),
        status,
        ...(codes.size === 0 ? {} : { codes: [...codes] }),
        durationMs: rounded(activity.durationMs),
        cache,
        statements: activity.statementCount,
        rows: activity.rows,
        ...(objects.opened === 0 ? {} : { objects: objects.opened }),
        ...(snapshot === undefined ? {} : { snapshot: snapshot.version }),
        ...(attempts > 1 ? { attempts } : {}),
        ...(bytes === undefined ? {} : { bytes }),
        ...refusal,
      },
      'Request',
    );
  }
}

function endSpan(span: Span | undefined, activity: Activity): void {
  if (span === undefined) return;
  const { status = 0, cache, statementCount, rows, snapshot } = activity;
  span.set({
    'http.response.status_code': status,
    'telemetry.cache': cache,
    'telemetry.statements': statementCount,
    'telemetry.rows': rows,
    ...(snapshot === undefined ? {} : { 'telemetry.snapshot': snapshot.version }),
  });
  // The caller's mistakes are no errors of the server.
  span.end(status >= 500 ? ([...activity.codes][0] ?? `HTTP ${status}`) : undefined);
}
