import { setTimeout as delay } from 'node:timers/promises';
import type { TrinoEndpoint } from '../../config/trino-settings.ts';
import { startTimeout } from '../deadline.ts';
import { parseResults, type QueryResults, type TrinoColumn } from './protocol.ts';
import { TrinoConnectionError, TrinoQueryError } from './trino-errors.ts';

export interface QueryOptions {
  /** Aborting it ends the query on the cluster. */
  readonly signal: AbortSignal;
  /** Whoever looks at the cluster's list of queries finds them there. */
  readonly tags?: readonly string[];
}

/** Some rows, and what their columns are. */
export interface TrinoPage {
  readonly columns: readonly TrinoColumn[];
  readonly rows: readonly (readonly unknown[])[];
}

interface Request {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: URL;
  readonly headers?: Headers;
  readonly body?: string;
}

/** The protocol asks clients to try again after 50 to 100 ms; longer and longer, for those who have more trouble. */
const PAUSES_MS = [50, 100, 200, 400, 800, 1_600, 3_200];
const TRY_AGAIN = new Set([429, 502, 503, 504]);
/** The cluster answers within a second or so: with rows, or with where to ask again. */
const REQUEST_MS = 30_000;
const CANCEL_MS = 5_000;
/** Of a page: parsing it takes some 10 ms, in which nobody else is answered. The cluster's own is 16 times as much. */
const PAGE_SIZE = '1MB';

/**
 * A client of Trino's protocol for queries: POST a statement, follow `nextUri`, DELETE it to cancel. Every request may be sent
 * again: a query runs only once its first `nextUri` is asked, and a page stays until the next one is.
 */
export class TrinoClient {
  private readonly endpoint: TrinoEndpoint;
  private readonly session: Headers;
  private readonly authorization: Headers;
  private readonly cancelling = new Set<Promise<void>>();

  /** @throws TypeError for a URL or text that cannot be sent */
  constructor(endpoint: TrinoEndpoint) {
    this.endpoint = endpoint;
    const { user, catalog, schema } = endpoint;
    this.authorization = authorizationOf(endpoint);
    this.session = new Headers([
      ...this.authorization,
      ['content-type', 'text/plain; charset=utf-8'],
      ['x-trino-user', user],
      ['x-trino-source', 'telemetry-analytics-api'],
      ['x-trino-catalog', catalog],
      ['x-trino-schema', schema],
      ['x-trino-time-zone', 'UTC'],
      // Else instants are cut to milliseconds.
      ['x-trino-client-capabilities', 'PARAMETRIC_DATETIME'],
    ]);
    this.at('/v1/statement');
  }

  /**
   * Runs a statement, and gives its pages as they are asked for: the cluster waits for whoever is slow. Leaving before the end
   * ends the query, too. Pages may be without rows; every one has columns.
   * @throws TrinoQueryError, TrinoConnectionError; the signal's reason
   */
  async *pages(sql: string, { signal, tags = [] }: QueryOptions): AsyncGenerator<TrinoPage, void> {
    let results = await this.ask(this.statement(sql, tags), signal);
    let isOver = false;
    try {
      for (;;) {
        const { id, error, columns, data, nextUri } = results;
        isOver = nextUri === undefined || error !== undefined;
        if (error !== undefined) throw new TrinoQueryError(id, error);
        if (columns !== undefined) yield { columns, rows: data ?? [] };
        if (nextUri === undefined) return;
        results = await this.ask({ method: 'GET', url: this.next(nextUri) }, signal);
      }
    } finally {
      if (!isOver) this.cancel(results);
    }
  }

  /** Waits for queries that are being cancelled. */
  async close(): Promise<void> {
    await Promise.all(this.cancelling);
  }

  private statement(sql: string, tags: readonly string[]): Request {
    const headers = new Headers(this.session);
    if (tags.length > 0) headers.set('x-trino-client-tags', tags.map(encodeURIComponent).join(','));
    return { method: 'POST', url: this.at('/v1/statement'), headers, body: sql };
  }

  private next(nextUri: string): URL {
    const { pathname, search } = new URL(nextUri);
    const url = this.at(pathname, search);
    url.searchParams.set('targetResultSize', PAGE_SIZE);
    return url;
  }

  /**
   * The cluster may know itself by another name than the one that it is reached by, and an answer may be forged: credentials
   * go nowhere else.
   */
  private at(pathname: string, search = ''): URL {
    const url = new URL(this.endpoint.url);
    // Unlike `new URL(path, base)`, this makes no host of what begins with two slashes.
    url.pathname = pathname;
    url.search = search;
    return url;
  }

  private async ask(request: Request, signal: AbortSignal): Promise<QueryResults> {
    const text = await this.answer(request, signal);
    try {
      return parseResults(text);
    } catch (cause) {
      throw new TrinoConnectionError('expected an answer of Trino, but got something else', { cause });
    }
  }

  /** Tries again what may pass. */
  private async answer(request: Request, signal: AbortSignal): Promise<string> {
    for (const pauseMs of PAUSES_MS) {
      try {
        return await this.attempt(request, signal);
      } catch (error) {
        if (!(error instanceof TrinoConnectionError && error.mayPass)) throw error;
        await delay(Math.max(pauseMs, error.retryAfterMs), undefined, { signal }).catch(() =>
          signal.throwIfAborted(),
        );
      }
    }
    return this.attempt(request, signal);
  }

  private async attempt(
    { method, url, headers = this.authorization, body }: Request,
    signal: AbortSignal,
  ): Promise<string> {
    const { signal: late, clear } = startTimeout(REQUEST_MS);
    try {
      const response = await fetch(url, {
        method,
        headers,
        redirect: 'manual',
        signal: AbortSignal.any([late, signal]),
        ...(body === undefined ? {} : { body }),
      });
      const text = await response.text();
      if (response.ok) return text;
      throw new TrinoConnectionError(`Trino answered ${response.status}`, {
        status: response.status,
        mayPass: TRY_AGAIN.has(response.status),
        retryAfterMs: Number(response.headers.get('retry-after')) * 1_000 || 0,
      });
    } catch (cause) {
      signal.throwIfAborted();
      if (cause instanceof TrinoConnectionError) throw cause;
      throw new TrinoConnectionError('Trino cannot be reached', { cause, mayPass: true });
    } finally {
      clear();
    }
  }

  /** Nobody waits for it but `close`. What cannot be cancelled the cluster itself gives up, when nobody asks for minutes. */
  private cancel({ nextUri }: QueryResults): void {
    if (nextUri === undefined) return;
    const { signal, clear } = startTimeout(CANCEL_MS);
    const cancelled = this.answer({ method: 'DELETE', url: this.next(nextUri) }, signal)
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => {
        clear();
        this.cancelling.delete(cancelled);
      });
    this.cancelling.add(cancelled);
  }
}

function authorizationOf({ user, credentials }: TrinoEndpoint): Headers {
  if (credentials === undefined) return new Headers();
  const authorization =
    'token' in credentials
      ? `Bearer ${credentials.token}`
      : `Basic ${Buffer.from(`${user}:${credentials.password}`, 'latin1').toString('base64')}`;
  return new Headers({ authorization });
}
