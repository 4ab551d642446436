import { rm } from 'node:fs/promises';
import {
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBResult,
  StatementType,
} from '@duckdb/node-api';
import type { EngineConfig } from '../config.ts';
import {
  StatementCancelledError,
  StatementFailedError,
  StatementTimeoutError,
  TelemetryError,
} from '../errors.ts';
import { classifyDuckDbError } from './duckdb-errors.ts';
import { DUCKDB_MACROS } from './duckdb-macros.ts';
import { bindAll, readRows } from './duckdb-values.ts';
import type { Engine, EngineAdmin, Row, RunOptions, Statement, StatementListener } from './engine.ts';
import { Gate } from './gate.ts';
import { createSpillFolder } from './spill-folder.ts';
import { sqlString } from './sql-string.ts';

/** An interrupt that arrives before the query has begun is lost, so it is repeated until the query settles. */
const INTERRUPT_EVERY_MS = 5;

const never = new AbortController().signal;

export const IN_MEMORY = ':memory:';

/** Comments and brackets, then the word that says what kind of statement it is. */
const FIRST_WORD = /^(?:\s|--[^\n]*|\/\*[\s\S]*?\*\/|\()*(\w*)/;
const QUERY_WORDS = new Set('SELECT WITH FROM VALUES TABLE PIVOT UNPIVOT DESCRIBE SUMMARIZE'.split(' '));

/** Embedded DuckDB: one in-memory instance, a pool of connections, a queue before it. */
export class DuckDbEngine implements Engine, EngineAdmin {
  private readonly instance: DuckDBInstance;
  private readonly connections: readonly DuckDBConnection[];
  private readonly spill: string;
  private readonly gate: Gate<DuckDBConnection>;
  private readonly timeoutMs: number;
  private readonly onStatement: StatementListener | undefined;
  private readonly running = new Set<Promise<unknown>>();
  private readonly closing = new AbortController();

  private constructor(
    instance: DuckDBInstance,
    connections: readonly DuckDBConnection[],
    spill: string,
    config: EngineConfig,
    onStatement: StatementListener | undefined,
  ) {
    this.instance = instance;
    this.connections = connections;
    this.spill = spill;
    this.gate = new Gate(connections, config.maxQueued);
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
    const connections = await Promise.all(
      Array.from({ length: config.maxConcurrent }, () => instance.connect()),
    );
    const engine = new DuckDbEngine(instance, connections, spill, config, onStatement);
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
    return this.track(statement, options, readRows, (rows) => rows.length);
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

  /** Once closed, it stays so; a second call does nothing. */
  async close(): Promise<void> {
    if (this.closing.signal.aborted) return;
    this.gate.close();
    this.closing.abort();
    await Promise.allSettled(this.running);
    // Closing a connection whose query still runs would leave its promise pending for ever.
    for (const connection of this.connections) connection.closeSync();
    this.instance.closeSync();
    await rm(this.spill, { recursive: true, force: true });
  }

  private track<T>(
    statement: Statement,
    options: RunOptions,
    read: (result: DuckDBResult) => Promise<T>,
    count: (value: T) => number,
  ): Promise<T> {
    const settled = this.runAndReport(statement, options, read, count);
    this.running.add(settled);
    const forget = () => this.running.delete(settled);
    settled.then(forget, forget);
    return settled;
  }

  private async runAndReport<T>(
    statement: Statement,
    options: RunOptions,
    read: (result: DuckDBResult) => Promise<T>,
    count: (value: T) => number,
  ): Promise<T> {
    const { name } = statement;
    const started = performance.now();
    const deadline = AbortSignal.timeout(options.timeoutMs ?? this.timeoutMs);
    const stop = AbortSignal.any([deadline, options.signal ?? never, this.closing.signal]);
    try {
      const connection = await this.gate.enter(stop, options.unrefusable);
      try {
        const value = await interruptible(connection, stop, () => select(connection, statement, read));
        this.onStatement?.({ name, rows: count(value), durationMs: performance.now() - started });
        return value;
      } finally {
        this.gate.leave(connection);
      }
    } catch (cause) {
      const durationMs = performance.now() - started;
      const error = present(cause, name, { stop, timedOut: stop.reason === deadline.reason, durationMs });
      this.onStatement?.({ name, rows: 0, durationMs, error });
      throw error;
    }
  }
}

function present(
  cause: unknown,
  name: string,
  context: { stop: AbortSignal; timedOut: boolean; durationMs: number },
): TelemetryError {
  if (context.stop.aborted) {
    return context.timedOut
      ? new StatementTimeoutError(
          `The statement ${name} was stopped at its deadline after ${(context.durationMs / 1000).toFixed(1)} s`,
          { cause },
        )
      : new StatementCancelledError(`The statement ${name} was cancelled`, { cause });
  }
  return cause instanceof TelemetryError ? cause : classifyDuckDbError(cause, name);
}

async function select<T>(
  connection: DuckDBConnection,
  statement: Statement,
  read: (result: DuckDBResult) => Promise<T>,
): Promise<T> {
  // Parsing and binding have effects of their own in other kinds: EXPORT DATABASE makes its folder.
  const word = FIRST_WORD.exec(statement.sql)?.[1]?.toUpperCase() || 'nothing';
  if (!QUERY_WORDS.has(word)) {
    throw new StatementFailedError(`The statement ${statement.name}: expected a SELECT, but got ${word}`);
  }
  const extracted = await connection.extractStatements(statement.sql);
  if (extracted.count !== 1) {
    throw new StatementFailedError(
      `The statement ${statement.name}: expected exactly one SELECT, but got ${extracted.count} statements`,
    );
  }
  const prepared = await extracted.prepare(0);
  try {
    if (prepared.statementType !== StatementType.SELECT) {
      throw new StatementFailedError(
        `The statement ${statement.name}: expected a SELECT, but got ${StatementType[prepared.statementType]}`,
      );
    }
    bindAll(prepared, statement.params ?? {});
    return await read(await prepared.run());
  } finally {
    prepared.destroySync();
  }
}

/** Runs `work` and interrupts the connection's query when the signal aborts; settles only when the query has. */
async function interruptible<T>(
  connection: DuckDBConnection,
  stop: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const interrupt = () => {
    connection.interrupt();
    timer = setInterval(() => connection.interrupt(), INTERRUPT_EVERY_MS);
  };
  stop.addEventListener('abort', interrupt, { once: true });
  if (stop.aborted) interrupt();
  try {
    const result = await work();
    stop.throwIfAborted();
    return result;
  } finally {
    clearInterval(timer);
    stop.removeEventListener('abort', interrupt);
  }
}
