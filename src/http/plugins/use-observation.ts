import { randomUUID } from 'node:crypto';
import { type ExecutionArgs, getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { RequestFacts } from '../../observe/activity.ts';
import type { Observer } from '../../observe/observer.ts';
import { currentActivity, inSpan } from '../../observe/scope.ts';
import { parameterNames } from '../parameter-names.ts';
import { urlOf } from '../request-url.ts';

const QUIET_ROUTES = new Set(['/health', '/ready', '/livez', '/metrics']);
const LONGEST_NAME = 100;

export interface ObservationOptions {
  readonly observer: Observer;
  /** What answers at a path; `other` for all that nothing is served at. */
  routeOf(path: string): string;
}

/**
 * Answers each request within an activity of its own, with an id (the caller's `x-request-id`, if it sends a sane one) to
 * find its line in the log by. It comes first, so that all other plugins run in it; `useObservedResponse` comes last.
 */
export function useObservation({ observer, routeOf }: ObservationOptions): Plugin {
  return {
    instrumentation: {
      request: ({ request }, answer) => observer.request(factsOf(request, routeOf), request.headers, answer),
    },
    onExecute({ args, executeFn, setExecuteFn }) {
      const name = noteOperation(args);
      if (name !== undefined) setExecuteFn((executed) => inSpan(name, async () => executeFn(executed)));
    },
    onSubscribe({ args }) {
      noteOperation(args);
    },
    onResultProcess({ result }) {
      if (result === undefined || Array.isArray(result) || !('errors' in result)) return;
      for (const { extensions } of result.errors ?? []) note(extensions?.['code']);
    },
  };
}

function noteOperation(args: Pick<ExecutionArgs, 'document' | 'operationName'>): string | undefined {
  const operation = getOperationAST(args.document, args.operationName);
  if (!operation) return undefined;
  const name = `${operation.operation} ${operation.name?.value.slice(0, LONGEST_NAME) ?? '(anonymous)'}`;
  const activity = currentActivity();
  if (activity !== undefined) activity.operation = name;
  return name;
}

function note(code: unknown): void {
  if (typeof code === 'string') currentActivity()?.codes.add(code);
}

function factsOf(request: Request, routeOf: ObservationOptions['routeOf']): RequestFacts {
  const { headers, method } = request;
  const { pathname, search } = urlOf(request);
  const route = routeOf(pathname);
  const given = headers.get('x-request-id');
  return {
    id: given !== null && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID(),
    method,
    route,
    query: search === '' ? '' : parameterNames(search),
    traceId: traceIdOf(headers.get('traceparent')),
    quiet: QUIET_ROUTES.has(route),
  };
}

/** Of W3C trace context, so that lines can be found by it even where this service sends no traces. */
function traceIdOf(traceparent: string | null): string | undefined {
  return /^[\da-f]{2}-((?!0{32})[\da-f]{32})-[\da-f]{16}-[\da-f]{2}$/.exec(traceparent ?? '')?.[1];
}
