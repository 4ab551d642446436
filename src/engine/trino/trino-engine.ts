import { setTimeout as delay } from 'node:timers/promises';
import type { TrinoEndpoint } from '../../config/trino-settings.ts';
import { pause } from '../../pace.ts';
import type { ColumnBatch } from '../column-batch.ts';
import type { Engine, Row, RunOptions, Statement, StatementListener } from '../engine.ts';
import type { Gate } from '../gate.ts';
import { statementGate, streamGate } from '../gates.ts';
import { StatementRun } from '../statement-run.ts';
import { boundStatement } from './bind.ts';
import { TrinoClient, type TrinoPage } from './client.ts';
import { classifyTrinoError } from './trino-errors.ts';
import { batchOf, firstOf, TrinoStream } from './trino-stream.ts';
import { rowConverters } from './values.ts';

export interface TrinoEngineConfig {
  readonly endpoint: TrinoEndpoint;
  readonly timeoutMs: number;
  /** Statements at a time, of which the cluster may queue some. */
  readonly maxConcurrent: number;
  readonly maxQueued: number;
  readonly maxStreams: number;
  readonly maxStreamsOfViewer?: number | undefined;
  /** What finds the statements of a request in the cluster's list. */
  tags?(): readonly string[];
}

/** Before a statement is sent once more that a lost node has spoilt. */
const AGAIN_MS = 500;

/** A Trino cluster: it runs what is asked, and this process waits. */
export class TrinoEngine implements Engine {
  private readonly config: TrinoEngineConfig;
  private readonly client: TrinoClient;
  private readonly onStatement: StatementListener | undefined;
  private readonly gate: Gate<object>;
  private readonly streamGate: Gate<object>;
  private readonly closing = new AbortController();
  private readonly running = new Set<Promise<void>>();

  /** Asks nothing of the cluster yet. @throws TypeError for an endpoint that cannot be one */
  constructor(config: TrinoEngineConfig, onStatement?: StatementListener) {
    this.config = config;
    this.client = new TrinoClient(config.endpoint);
    this.onStatement = onStatement;
    this.gate = statementGate(places(config.maxConcurrent), config.maxQueued);
    this.streamGate = streamGate(places(config.maxStreams), config.maxStreamsOfViewer);
  }

  /** What a statement may take unless it is told otherwise. */
  get timeoutMs(): number {
    return this.config.timeoutMs;
  }

  /** How busy it is. */
  get load(): { readonly running: number; readonly queued: number; readonly streaming: number } {
    return { running: this.gate.taken, queued: this.gate.queued, streaming: this.streamGate.taken };
  }

  /** @throws EngineUnavailableError, EngineAccessDeniedError; else as `Engine.run` */
  run(statement: Statement, options: RunOptions = {}): Promise<Row[]> {
    return this.collect(statement, options, rowsOf);
  }

  /** The result of a SELECT column by column, some rows at a time: of many rows, an object each would take much memory. */
  fetchColumns(statement: Statement, options: RunOptions = {}): Promise<ColumnBatch[]> {
    return this.collect(statement, options, (page) => (page.rows.length === 0 ? [] : [batchOf(page)]));
  }

  /**
   * Begins one SELECT and gives its rows as they are asked for. A slow reader keeps the cluster waiting, and no other
   * statement. The cluster ends a query of which nobody asks for minutes (`query.client.timeout`).
   * @throws OverloadedError when all streams are taken; else what `run` throws, here or while the rows are read
   */
  async stream(statement: Statement, options: RunOptions = {}): Promise<TrinoStream> {
    const run = this.begin(statement, options);
    const { stop } = run;
    const ended = this.track();
    let leave = () => {};
    const onEnd = (rows: number, error?: Error) => {
      leave();
      run.end(rows, error);
      ended();
    };
    try {
      options.scope?.countStatement();
      const sql = boundStatement(statement);
      const place = await this.streamGate.enter({ signal: stop, viewer: options.scope?.viewer });
      leave = () => this.streamGate.leave(place);
      run.admit();
      const { first, pages } = await this.twice(statement, stop, () => this.firstRows(sql, stop));
      const { mostRows } = statement;
      return new TrinoStream({ first, pages, stop, mostRows, present: (cause) => run.present(cause), onEnd });
    } catch (cause) {
      const error = run.present(cause);
      onEnd(0, error);
      throw error;
    }
  }

  /** Ends what runs, here and on the cluster. */
  async close(): Promise<void> {
    this.gate.close();
    this.streamGate.close();
    this.closing.abort();
    await Promise.all(this.running);
    await this.client.close();
  }

  /** @param read what of a page goes into the result */
  private async collect<T>(
    statement: Statement,
    options: RunOptions,
    read: (page: TrinoPage) => readonly T[],
  ): Promise<T[]> {
    const { scope, unrefusable } = options;
    const run = this.begin(statement, options);
    const { stop } = run;
    const ended = this.track();
    try {
      scope?.countStatement();
      const sql = boundStatement(statement);
      const place = await this.gate.enter({ signal: stop, viewer: scope?.viewer, unrefusable });
      run.admit();
      try {
        const { rows, collected } = await this.twice(statement, stop, () =>
          this.collectPages(sql, stop, { ...options, mostRows: statement.mostRows }, read),
        );
        run.end(rows);
        return collected;
      } finally {
        this.gate.leave(place);
      }
    } catch (cause) {
      const error = run.present(cause);
      run.end(0, error);
      throw error;
    } finally {
      ended();
    }
  }

  private async collectPages<T>(
    sql: string,
    stop: AbortSignal,
    { scope, mostRows }: RunOptions & Pick<Statement, 'mostRows'>,
    read: (page: TrinoPage) => readonly T[],
  ): Promise<{ readonly rows: number; readonly collected: T[] }> {
    const collected: T[] = [];
    let rows = 0;
    for await (const page of this.pages(sql, stop)) {
      const taken = firstOf(page, mostRows, rows);
      rows += taken.rows.length;
      scope?.checkRows(rows);
      for (const part of read(taken)) collected.push(part);
      // Leaving ends the query on the cluster.
      if (rows === mostRows) break;
      await pause();
    }
    return { rows, collected };
  }

  /** Whoever asks for a stream is told at once that it cannot begin. */
  private async firstRows(sql: string, stop: AbortSignal) {
    const pages = this.pages(sql, stop);
    for (;;) {
      const first = await pages.next();
      if (first.done || first.value.rows.length > 0) return { first, pages };
    }
  }

  private pages(sql: string, signal: AbortSignal): AsyncGenerator<TrinoPage, void> {
    return this.client.pages(sql, { signal, tags: this.config.tags?.() ?? [] });
  }

  /** What a lost node has spoilt is asked once more, as long as nothing of it was handed out: statements only read. */
  private async twice<T>({ name }: Statement, stop: AbortSignal, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (cause) {
      if (stop.aborted || classifyTrinoError(cause, name).code !== 'ENGINE_UNAVAILABLE') throw cause;
    }
    await delay(AGAIN_MS, undefined, { signal: stop });
    return ask();
  }

  private begin(statement: Statement, options: RunOptions): StatementRun {
    return new StatementRun(statement, options, {
      engine: 'trino',
      timeoutMs: this.config.timeoutMs,
      closing: this.closing.signal,
      onStatement: this.onStatement,
      classify: classifyTrinoError,
    });
  }

  /** Lets `close` wait until it is called. */
  private track(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.running.add(promise);
    return () => {
      this.running.delete(promise);
      resolve();
    };
  }
}

const places = (count: number) => Array.from({ length: count }, () => ({}));

function rowsOf({ columns, rows }: TrinoPage): Row[] {
  const names = namesOf(columns);
  const converters = rowConverters(columns);
  return rows.map((values) => {
    const row: Record<string, unknown> = {};
    for (let column = 0; column < names.length; column++) {
      row[names[column] as string] = converters[column]?.(values[column]);
    }
    return row;
  });
}

/** As the other engine tells columns of one name apart. */
function namesOf(columns: TrinoPage['columns']): string[] {
  const times = new Map<string, number>();
  return columns.map(({ name }) => {
    const time = times.get(name) ?? 0;
    times.set(name, time + 1);
    return time === 0 ? name : `${name}:${time}`;
  });
}
