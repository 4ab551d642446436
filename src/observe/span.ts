export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** A stretch of work in a trace; the port that `otlp-tracer.ts` fulfils. */
export interface Span {
  /** 32 hexadecimal digits, as W3C trace context has it. */
  readonly traceId: string;
  /** @param startMs as `performance.now()` counts; unset: now */
  child(name: string, attributes?: Attributes, startMs?: number): Span;
  set(attributes: Attributes): void;
  /** @param error its code is told, never its message, which may hold values. @param endMs unset: now */
  end(error?: unknown, endMs?: number): void;
}

export interface Tracer {
  /** @param headers of a request, whose W3C trace context is continued; unset: a trace of its own */
  start(name: string, attributes: Attributes, headers?: Headers): Span;
  /** Sends what is left, for at most some seconds. */
  close(): Promise<void>;
}
