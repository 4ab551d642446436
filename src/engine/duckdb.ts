import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBMaterializedResult,
} from '@duckdb/node-api';
import type { EngineConfig } from '../config/config.ts';
import { StatementFailedError } from '../errors.ts';
import { orAbandoned } from './abandon.ts';
import { classifyDuckDbError } from './duckdb-errors.ts';
import { DUCKDB_MACROS } from './duckdb-macros.ts';
import { DuckDbStream, withEnd, withoutRows } from './duckdb-stream.ts';
import { readRows } from './duckdb-values.ts';
import type { Engine, EngineAdmin, Row, RunOptions, Statement, StatementListener } from './engine.ts';
import type { Gate } from './gate.ts';
import { statementGate, streamGate } from './gates.ts';
import { interruptible } from './interruptible.ts';
import { prepareSelect } from './select.ts';
import { createSpillFolder } from './spill-folder.ts';
import { sqlString } from './sql-string.ts';
import { StatementRun } from './statement-run.ts';

/** How long `close` waits for statements that it has interrupted. */
const CLOSE_MS = 1_000;

export const IN_MEMORY = ':memory:';

/** Embedded DuckDB: one in-memory instance, a pool of connections, a queue before it. */
export class DuckDbEngine implements Engine, EngineAdmin {
  private readonly instance: DuckDBInstance;
  private readonly connections: readonly DuckDBConnection[];
  private readonly spill: string;
  private readonly gate: Gate<DuckDBConnection>;
  private readonly streamGate: Gate<DuckDBConnection>;
  private readonly name: string;
  /** What a statement may take unless it is told otherwise. */
  readonly timeoutMs: number;
  private readonly onStatement: StatementListener | undefined;
  private readonly running = new Set<Promise<unknown>>();
  private readonly closing = new AbortController();

  private constructor(
    instance: DuckDBInstance,
    connections: readonly DuckDBConnection[],
    streaming: readonly DuckDBConnection[],
    spill: string,
    config: EngineConfig,
    onStatement: StatementListener | undefined,
  ) {
    this.instance = instance;
    this.connections = [...connections, ...streaming];
    this.spill = spill;
    this.gate = statementGate(connections, config.maxQueued);
    this.streamGate = streamGate(streaming, config.maxStreamsOfViewer);
    this.name = config.name ?? 'engine';
    this.timeoutMs = config.timeoutMs;
    this.onStatement = onStatement;
  }

  /** @param file of a database that is kept; unset: in memory. Only one process can have it open. */
  static async create(
    config: EngineConfig,
    onStatement?: StatementListener,
    file = IN_MEMORY,
  ): Promise<DuckDbEngine> {
    const spill = await createSpillFolder(config.tempDirectory);
    const instance = await DuckDBInstance.create(file, {
      threads: String(config.threads),
      memory_limit: `${config.memoryBytes}B`,
      temp_directory: spill,
      allow_persistent_secrets: 'false',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    }).catch(async (error) => {
      await rm(spill, { recursive: true, force: true });
      throw error;
    });
    const connect = (length: number) => Promise.all(Array.from({ length }, () => instance.connect()));
    const connections = await connect(config.maxConcurrent);
    const streaming = await connect(config.maxStreams ?? 0);
    const engine = new DuckDbEngine(instance, connections, streaming, spill, config, onStatement);
    try {
      // The process's own time zone must not leak into arithmetic on TIMESTAMPTZ.
      await engine.execute("SET GLOBAL TimeZone = 'UTC'");
      // In a file they would be written anew at each opening.
      if (file === IN_MEMORY) for (const macro of DUCKDB_MACROS) await engine.execute(macro);
      return engine;
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  /**
   * Closes the sandbox for good: from here on statements reach nothing but these folders or S3 prefixes,
   * and no setting changes any more.
   */
  async lock(allowedDirectories: readonly string[]): Promise<void> {
    const list = allowedDirectories.map(sqlString).join(', ');
    await this.execute(`SET GLOBAL allowed_directories = [${list}]`);
    await this.execute('SET GLOBAL enable_external_access = false');
    await this.execute('SET GLOBAL lock_configuration = true');
  }

  async execute(sql: string): Promise<void> {
    const connection = await this.instance.connect();
    try {
      await connection.run(sql);
    } finally {
      connection.closeSync();
    }
  }

  run(statement: Statement, options: RunOptions = {}): Promise<Row[]> {
    return this.track(
      statement,
      options,
      (result) => {
        options.scope?.checkRows(result.rowCount);
        return readRows(result);
      },
      (rows) => rows.length,
    );
  }

  /** The result of a SELECT as DuckDB holds it, for another instance to append: see `RollupStore`. */
  fetchChunks(statement: Statement, options: RunOptions = {}): Promise<readonly DuckDBDataChunk[]> {
    return this.track(
      statement,
      options,
      (result) => result.fetchAllChunks(),
      (chunks) => chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0),
    );
  }

  /**
   * Begins one SELECT and gives its rows as they are asked for, in memory that does not grow with them. Streams have
   * connections of their own, `maxStreams`, so that slow readers keep no other statement waiting.
   * @throws OverloadedError when all are taken; else what `run` throws, here or while the rows are read
   */
  async stream(statement: Statement, options: RunOptions = {}): Promise<DuckDbStream> {
    const run = this.begin(statement, options);
    const { stop } = run;
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    this.running.add(ended);
    const onEnd = (rows: number, error?: Error) => {
      run.end(rows, error);
      this.running.delete(ended);
      resolve();
    };
    try {
      options.scope?.countStatement();
      const connection = await this.streamGate.enter({ signal: stop, viewer: options.scope?.viewer });
      run.admit();
      const begun = interruptible(connection, stop, () => beginStream(connection, stop, statement));
      begun.catch(() => this.streamGate.leave(connection));
      const { prepared, result } = await orAbandoned(this.untilSettled(begun), stop);
      return new DuckDbStream({
        connection,
        result,
        stop,
        diagnose: () => diagnose(connection, stop, statement),
        present: (cause) => run.present(cause),
        onEnd: (rows, error) => {
          prepared.destroySync();
          this.streamGate.leave(connection);
          onEnd(rows, error);
        },
      });
    } catch (cause) {
      const error = run.present(cause);
      onEnd(0, error);
      throw error;
    }
  }

  /** Runs trusted writes as one transaction on a connection of their own: all of it counts, or nothing. */
  async transaction(write: (connection: DuckDBConnection) => Promise<void>): Promise<void> {
    const connection = await this.instance.connect();
    try {
      await connection.run('BEGIN');
      await write(connection);
      await connection.run('COMMIT');
    } catch (error) {
      // After an error that a statement was not bound for, COMMIT would commit the half.
      await connection.run('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      connection.closeSync();
    }
  }

  /** How busy its connections are. */
  get load(): { readonly running: number; readonly queued: number; readonly streaming: number } {
    return { running: this.gate.taken, queued: this.gate.queued, streaming: this.streamGate.taken };
  }

  /** Statements that heed no interrupt, since they wait for the store. Each holds a thread until its request ends. */
  get hanging(): number {
    return this.closing.signal.aborted ? this.running.size : 0;
  }

  /** Once closed, it stays so; a second call does nothing. What hangs is left to itself, and let go when it ends. */
  async close(): Promise<void> {
    if (this.closing.signal.aborted) return;
    this.gate.close();
    this.streamGate.close();
    this.closing.abort();
    const settled = Promise.allSettled(this.running).then(() => true);
    const patience = new AbortController();
    const hangs = delay(CLOSE_MS, false, { signal: patience.signal }).catch(() => true);
    const isSettled = await Promise.race([settled, hangs]);
    patience.abort();
    // Closing a connection whose query still runs would leave its promise pending for ever.
    if (isSettled) this.dispose();
    else void settled.then(() => this.dispose());
    await rm(this.spill, { recursive: true, force: true });
  }

  private dispose(): void {
    for (const connection of this.connections) connection.closeSync();
    this.instance.closeSync();
  }

  private track<T>(
    statement: Statement,
    options: RunOptions,
    read: (result: DuckDBMaterializedResult) => Promise<T>,
    count: (value: T) => number,
  ): Promise<T> {
    return this.untilSettled(this.runAndReport(statement, options, read, count));
  }

  /** Lets `close` wait for it. */
  private untilSettled<T>(work: Promise<T>): Promise<T> {
    this.running.add(work);
    const forget = () => this.running.delete(work);
    work.then(forget, forget);
    return work;
  }

  private async runAndReport<T>(
    statement: Statement,
    options: RunOptions,
    read: (result: DuckDBMaterializedResult) => Promise<T>,
    count: (value: T) => number,
  ): Promise<T> {
    const { scope, unrefusable } = options;
    const run = this.begin(statement, options);
    const { stop } = run;
    try {
      scope?.countStatement();
      const connection = await this.gate.enter({ signal: stop, viewer: scope?.viewer, unrefusable });
      run.admit();
      const work = interruptible(connection, stop, () => select(connection, statement, read)).finally(() =>
        this.gate.leave(connection),
      );
      const value = await orAbandoned(this.untilSettled(work), stop);
      run.end(count(value));
      return value;
    } catch (cause) {
      const error = run.present(cause);
      run.end(0, error);
      throw error;
    }
  }

  private begin(statement: Statement, options: RunOptions): StatementRun {
    const { name: engine, timeoutMs, onStatement } = this;
    const closing = this.closing.signal;
    return new StatementRun(statement, options, {
      engine,
      timeoutMs,
      closing,
      onStatement,
      classify: classifyDuckDbError,
    });
  }
}

/** Why a statement broke off. When it does not do so again, nobody knows. */
async function diagnose(
  connection: DuckDBConnection,
  stop: AbortSignal,
  statement: Statement,
): Promise<unknown> {
  const again = { ...statement, sql: withoutRows(statement.sql) };
  return interruptible(connection, stop, () => select(connection, again, readRows)).then(
    () => new StatementFailedError(`The statement ${statement.name} broke off, and does not do so again`),
    (cause: unknown) => cause,
  );
}

async function beginStream(connection: DuckDBConnection, stop: AbortSignal, statement: Statement) {
  const prepared = await prepareSelect(connection, { ...statement, sql: withEnd(statement.sql) });
  try {
    const result = await prepared.stream();
    stop.throwIfAborted();
    return { prepared, result };
  } catch (error) {
    prepared.destroySync();
    throw error;
  }
}

async function select<T>(
  connection: DuckDBConnection,
  statement: Statement,
  read: (result: DuckDBMaterializedResult) => Promise<T>,
): Promise<T> {
  const prepared = await prepareSelect(connection, statement);
  try {
    return await read(await prepared.run());
  } finally {
    prepared.destroySync();
  }
}
