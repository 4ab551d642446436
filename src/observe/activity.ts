import type { StatementEvent } from '../engine/engine.ts';
import { codeOf } from './code-of.ts';

/** How the response cache has met a question; `none`: it keeps no answers of this kind, or not at this moment. */
export type CacheUse = 'hit' | 'not_modified' | 'miss' | 'none';

/** What is known of a request before it is answered. */
export interface RequestFacts {
  readonly id: string;
  readonly method: string;
  /** What answers at the path; `other` for all paths that nothing is served at. */
  readonly route: string;
  /** The names of the parameters without their values; empty when there are none. */
  readonly query: string;
  /** Of the caller's trace, where it told one. */
  readonly traceId?: string | undefined;
  /** Whoever watches the service asks all the time: logged at debug. */
  readonly quiet: boolean;
}

export interface StatementRecord {
  readonly name: string;
  /** `rollups`, or the objects: `asking` for questions, `building` for rollups, `trino` for what a cluster reads. */
  readonly engine: string;
  readonly rows: number;
  /** The wait for a connection included. */
  readonly durationMs: number;
  readonly waitedMs: number;
  readonly error?: string;
}

/** Later ones are counted, and not listed. */
const MOST_LISTED = 100;
/** A build of thousands of objects would drown all else. */
const MOST_SPANS = 1_000;

/** What one request, or one refresh, has cost so far. Log line, metrics, spans and explanation are all made of it. */
export class Activity {
  readonly startedMs = performance.now();
  /** Unset for the service's own work. */
  readonly request: RequestFacts | undefined;
  traceId: string | undefined;
  /** `query Devices`, of GraphQL. */
  operation: string | undefined;
  status: number | undefined;
  /** Who asks, where requests need a key or token. */
  viewer: string | undefined;
  /** Who asks may see some devices only, and is not to learn how much there is of others. */
  seesPart = false;
  /** Why the request was not let in, and from where it came. */
  refusal:
    | { readonly refused: string; readonly address: string | undefined; readonly caller?: string }
    | undefined;
  cache: CacheUse = 'none';
  /** The version of the snapshot that the answer rests on, and whether rollups answer for it. */
  snapshot: { readonly version: string; readonly rolledUp: boolean } | undefined;
  /** How often the question was asked, of one snapshot after the other. */
  attempts = 0;
  readonly codes = new Set<string>();
  readonly statements: StatementRecord[] = [];
  statementCount = 0;
  rows = 0;
  /** Openings by statements, and the sizes of what was opened: an object that two statements open counts twice. */
  readonly objects = { opened: 0, bytes: 0 };
  /** Requests to the store that this process made itself; DuckDB's own are not seen. */
  readonly storage = { requests: 0, bytes: 0 };
  /** Of the body of an export. */
  bytes: number | undefined;
  private spans = 0;
  private holds = 0;
  private isOver = false;
  private readonly onEnd: (activity: Activity) => void;

  constructor(request: RequestFacts | undefined, onEnd: (activity: Activity) => void) {
    this.request = request;
    this.traceId = request?.traceId;
    this.onEnd = onEnd;
  }

  ranStatement({ name, engine, rows, durationMs, waitedMs, error }: StatementEvent): void {
    this.statementCount++;
    this.rows += rows;
    if (this.statements.length === MOST_LISTED) return;
    const failed = error === undefined ? {} : { error: codeOf(error) };
    this.statements.push({ name, engine, rows, durationMs, waitedMs, ...failed });
  }

  /**
   * The request was not let in.
   * @param address the other end of its connection
   * @param caller whom it counts for, behind the proxies that are trusted; unset: nobody
   */
  refused(reason: string, address: string | undefined, caller?: string): void {
    this.refusal = { refused: reason, address, ...(caller !== undefined && { caller }) };
  }

  /** The answer tells of this error, and of no other that there was before. */
  endedBy(code: string): void {
    this.codes.clear();
    this.codes.add(code);
  }

  opened(objects: readonly { readonly size: number }[]): void {
    this.objects.opened += objects.length;
    for (const { size } of objects) this.objects.bytes += size;
  }

  askedStore(bytes: number): void {
    this.storage.requests++;
    this.storage.bytes += bytes;
  }

  mayHaveSpan(): boolean {
    return this.spans++ < MOST_SPANS;
  }

  /** Keeps it open beyond the response, for a body that goes on. @returns what lets it end */
  hold(): () => void {
    this.holds++;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.holds--;
      this.endIfOver();
    };
  }

  /** Its work is done, but for what holds it. */
  end(): void {
    this.isOver = true;
    this.endIfOver();
  }

  get durationMs(): number {
    return performance.now() - this.startedMs;
  }

  private endIfOver(): void {
    if (this.isOver && this.holds === 0) this.onEnd(this);
  }
}

/** Milliseconds with as many digits as a request of one needs. */
export function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
