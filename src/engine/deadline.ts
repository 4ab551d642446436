import type { TelemetryError } from '../errors.ts';

export interface Deadline {
  /** Aborts with the error when the time is over, and with the caller's signal. */
  readonly signal: AbortSignal;
  /** For when the work is over: the timer must not outlive it. */
  clear(): void;
}

/** One that is cleared lets go of what hangs on its signal; `AbortSignal.timeout` holds all of it until its time is over. */
export function startTimeout(timeoutMs: number): Deadline {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), timeoutMs).unref();
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}

/** @param late the error of those who were too slow */
export function startDeadline(timeoutMs: number, late: () => TelemetryError, caller?: AbortSignal): Deadline {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(late()), timeoutMs).unref();
  return {
    signal: caller === undefined ? controller.signal : AbortSignal.any([controller.signal, caller]),
    clear: () => clearTimeout(timer),
  };
}
