import { execute } from '@graphql-tools/executor';
import {
  createSourceEventStream,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  type SubscriptionArgs,
} from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Context } from '../../../schema/context.ts';
import type { Viewer } from '../../access/viewer.ts';
import { DatasetChangedError, NotAcceptableError } from '../../errors.ts';
import type { LiveSubscriptions } from '../../live/live.ts';
import type { LiveEvent } from '../../live/subscription.ts';
import { currentActivity } from '../../observe/scope.ts';
import { boundedText } from '../answer-size.ts';
import { eventStream } from '../event-stream.ts';
import { onceOver, outgoingOf } from '../node-context.ts';
import type { Operations } from '../operation.ts';
import { rootCause } from '../present-error.ts';
import type { Viewers } from '../viewer.ts';

export interface SubscriptionsOptions {
  readonly live: LiveSubscriptions;
  readonly operations: Operations;
  readonly viewers: Viewers;
  viewerOf(request: Request): Viewer;
  /** @throws what the viewer would be told now, unless they are still the one who was let in */
  checkAccess(request: Request): Promise<void>;
  /** The answer goes on after it has begun: it holds no turn. */
  onStream(request: Request): void;
}

/** What a request brings besides its document. */
interface Asked {
  readonly request: Request;
}

type LiveResult = ExecutionResult & { readonly extensions?: Record<string, unknown> };

/**
 * Subscriptions over Server-Sent Events. Each event is executed like an operation of its own, over the snapshot that it rests on;
 * one whose snapshot has gone meanwhile is made anew of the next.
 */
export function useSubscriptions(options: SubscriptionsOptions): Plugin<Context & Asked> {
  const { live, operations } = options;
  const versions = new WeakMap<object, string>();
  const texts = new WeakMap<object, string>();
  return {
    onSubscribe({ args, setSubscribeFn }) {
      // What Yoga hands on are the arguments of `subscribe` of graphql-js.
      const asked = args as unknown as SubscriptionArgs & { contextValue: Context & Asked };
      setSubscribeFn(() => subscribe(asked));
    },
    onResultProcess({ request, result, resultProcessor, setResultProcessor }) {
      if (resultProcessor === undefined || !isAsyncIterable(result)) return;
      const results = result as AsyncIterable<ExecutionResult>;
      options.onStream(request);
      const process = () =>
        eventStream(results, {
          heartbeatMs: live.heartbeatMs,
          idOf: (event) => versions.get(event),
          textOf: (event) => texts.get(event) ?? JSON.stringify(withoutInternals(event)),
        });
      setResultProcessor(process as unknown as typeof resultProcessor, 'text/event-stream');
    },
  };

  async function subscribe(args: SubscriptionArgs & { contextValue: Context & Asked }) {
    const { request } = args.contextValue;
    checkAccepts(request);
    const port = live.for({
      viewer: options.viewers.of(request),
      scope: options.viewerOf(request).devices,
      lastEventId: request.headers.get('last-event-id'),
      requestId: currentActivity()?.request?.id,
      check: () => options.checkAccess(request),
    });
    const source = await createSourceEventStream({
      ...args,
      contextValue: { ...args.contextValue, live: port },
    });
    if (!isAsyncIterable(source)) return source;
    const events = source[Symbol.asyncIterator]() as AsyncIterator<LiveEvent<unknown>>;
    const end = () => void events.return?.();
    const outgoing = outgoingOf(args.contextValue);
    if (outgoing !== undefined) onceOver(outgoing, end);
    return results(events, args);
  }

  function results(
    events: AsyncIterator<LiveEvent<unknown>>,
    args: ExecutionArgs & { contextValue: Context & Asked },
  ): AsyncIterableIterator<LiveResult, undefined> {
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      next: async () => {
        for (;;) {
          const { done, value: event } = await events.next();
          if (done === true) return { done, value: undefined };
          const result = await resultOf(event, args);
          if (result === undefined) continue;
          if (result.data == null) event.failed();
          else event.sent();
          return { done: false, value: result };
        }
      },
      return: async () => {
        await events.return?.();
        return { done: true, value: undefined };
      },
    };
  }

  /** undefined: the snapshot has gone. */
  async function resultOf(
    event: LiveEvent<unknown>,
    args: ExecutionArgs & { contextValue: Context & Asked },
  ): Promise<LiveResult | undefined> {
    const { request } = args.contextValue;
    const attempt = operations.begin(request, event.view);
    try {
      const contextValue = { ...args.contextValue, telemetry: attempt.telemetry };
      // The server's own, since lists of the schema come in slices.
      const result = (await execute({ ...args, rootValue: event, contextValue })) as LiveResult;
      if (result.errors?.some((error) => rootCause(error) instanceof DatasetChangedError)) return undefined;
      // Too much is noticed here, where it can still be told.
      if (result.errors === undefined) texts.set(result, boundedText(result, operations.maxAnswerBytes));
      if (result.data != null) versions.set(result, event.view.version);
      return result;
    } catch (error) {
      return { errors: [toGraphQLError(error)] };
    } finally {
      attempt.end();
    }
  }
}

function toGraphQLError(error: unknown): GraphQLError {
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
}

/** Before anything is begun: what nobody can take is never ended either. */
function checkAccepts(request: Request): void {
  const accept = request.headers.get('accept') ?? '*/*';
  if (/text\/(event-stream|\*)|\*\/\*/i.test(accept)) return;
  throw new NotAcceptableError(
    `expected to be asked for text/event-stream by a subscription, but got: ${accept.slice(0, 100)}`,
  );
}

/** What only this process reads of errors: see `presentGraphQLError`. */
function withoutInternals(result: ExecutionResult): object {
  if (result.errors === undefined) return result;
  const errors = result.errors.map((error) => {
    const { extensions: { http: _, ...extensions } = {}, ...told } = error.toJSON();
    return { ...told, extensions };
  });
  return { ...result, errors };
}
