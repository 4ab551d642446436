import { AsyncResource } from 'node:async_hooks';
import { StatementCancelledError, StatementTimeoutError, TelemetryError } from '../errors.ts';
import { startTimeout } from './deadline.ts';
import type { RunOptions, Statement, StatementListener } from './engine.ts';

const never = new AbortController().signal;

export interface StatementRunOptions {
  /** The instance that runs it. */
  readonly engine: string;
  /** What it may take unless it is told otherwise. */
  readonly timeoutMs: number;
  /** Aborts when the engine closes. */
  readonly closing: AbortSignal;
  readonly onStatement: StatementListener | undefined;
  /** What the engine has thrown, as one of our errors. */
  classify(cause: unknown, name: string): TelemetryError;
}

/** One statement under way, whatever runs it: what stops it, how its errors are told, and the report of its end. */
export class StatementRun {
  /** Aborts when it is to end before it is done: at its deadline, with its caller, with the engine. */
  readonly stop: AbortSignal;
  /** Tells the listener. A stream ends wherever its reader is, or goes away: the context is that of the beginning. */
  readonly end: (rows: number, error?: Error) => void;
  private readonly startedMs = performance.now();
  private admittedMs: number | undefined;
  private readonly statement: Statement;
  private readonly options: StatementRunOptions;
  private readonly timedOut: () => boolean;

  constructor(statement: Statement, { signal = never, timeoutMs }: RunOptions, options: StatementRunOptions) {
    const deadline = startTimeout(timeoutMs ?? options.timeoutMs);
    this.statement = statement;
    this.options = options;
    this.stop = AbortSignal.any([deadline.signal, signal, options.closing]);
    this.timedOut = () => this.stop.reason === deadline.signal.reason;
    this.end = AsyncResource.bind((rows: number, error?: Error) => {
      deadline.clear();
      this.report(rows, error);
    });
  }

  /** It has waited for its turn, and begins. */
  admit(): void {
    this.admittedMs = performance.now();
  }

  /** What is thrown in place of what the engine has thrown. */
  present(cause: unknown): TelemetryError {
    const { name } = this.statement;
    if (!this.stop.aborted)
      return cause instanceof TelemetryError ? cause : this.options.classify(cause, name);
    if (this.stop.reason instanceof TelemetryError) return this.stop.reason;
    if (!this.timedOut()) {
      return new StatementCancelledError(`The statement ${name} was cancelled`, { cause });
    }
    const seconds = ((performance.now() - this.startedMs) / 1000).toFixed(1);
    return new StatementTimeoutError(`The statement ${name} was stopped at its deadline after ${seconds} s`, {
      cause,
    });
  }

  private report(rows: number, error: Error | undefined): void {
    const { name, params = {} } = this.statement;
    const now = performance.now();
    this.options.onStatement?.({
      engine: this.options.engine,
      name,
      params,
      rows,
      durationMs: now - this.startedMs,
      waitedMs: (this.admittedMs ?? now) - this.startedMs,
      ...(error === undefined ? {} : { error }),
    });
  }
}
