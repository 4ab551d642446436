import { AsyncLocalStorage } from 'node:async_hooks';
import type { Activity } from './activity.ts';
import type { Attributes, Span } from './span.ts';

interface Scope {
  readonly activity: Activity;
  /** The innermost that work belongs to; undefined while nothing is traced. */
  readonly span: Span | undefined;
}

const scopes = new AsyncLocalStorage<Scope>();

/** What the work under way is for; undefined outside of requests and refreshes. */
export function currentActivity(): Activity | undefined {
  return scopes.getStore()?.activity;
}

/** Does work for an activity. Whatever it starts, at once or later, counts as its own. */
export function inScope<T>(scope: Scope, work: () => T): T {
  return scopes.run(scope, work);
}

/** Does work in a span of its own. Costs next to nothing while nothing is traced. */
export async function inSpan<T>(name: string, work: () => Promise<T>): Promise<T> {
  const { within, end } = beginSpan(name);
  try {
    const result = await within(work);
    end();
    return result;
  } catch (error) {
    end(error);
    throw error;
  }
}

/** The same for work that comes in pieces, and has to be ended by hand; only the first end counts. */
export function beginSpan(name: string): {
  within<T>(work: () => T): T;
  end(error?: unknown): void;
} {
  const scope = scopes.getStore();
  const span = childSpan(name);
  if (scope === undefined) return { within: (work) => work(), end: () => undefined };
  const own = span === undefined ? scope : { ...scope, span };
  let ended = false;
  return {
    within: (work) => scopes.run(own, work),
    end: (error) => {
      if (!ended) span?.end(error);
      ended = true;
    },
  };
}

/** Adds a span of what is over already. */
export function addSpan(
  name: string,
  { durationMs, error, attributes }: { durationMs: number; error?: unknown; attributes: Attributes },
): void {
  const endMs = performance.now();
  childSpan(name, attributes, endMs - durationMs)?.end(error, endMs);
}

function childSpan(name: string, attributes?: Attributes, startMs?: number): Span | undefined {
  const scope = scopes.getStore();
  if (scope?.span === undefined || !scope.activity.mayHaveSpan()) return undefined;
  return scope.span.child(name, attributes, startMs);
}
