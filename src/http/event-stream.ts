import { ReadableStream } from 'node:stream/web';
import type { ExecutionResult } from 'graphql';

/** What goes between events, so that nothing in between takes the connection for dead, and a client that is gone is noticed. */
const SIGN_OF_LIFE = ':\n\n';

export interface EventStreamOptions {
  readonly heartbeatMs: number;
  /** Names an event for `Last-Event-ID`; undefined: it has no name. */
  idOf(result: ExecutionResult): string | undefined;
  /** As JSON. */
  textOf(result: ExecutionResult): string;
}

/**
 * Results as Server-Sent Events, as the GraphQL over SSE protocol has them for distinct connections: `next` for each, `complete`
 * at the end. Each is asked for when the client has taken the one before.
 */
export function eventStream(
  results: AsyncIterable<ExecutionResult>,
  { heartbeatMs, idOf, textOf }: EventStreamOptions,
): Response {
  const iterator = results[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  let heartbeat: NodeJS.Timeout | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const live = () => controller.enqueue(encoder.encode(SIGN_OF_LIFE));
      // Some clients hold back the head until something comes after it.
      live();
      heartbeat = setInterval(() => {
        if ((controller.desiredSize ?? 0) > 0) live();
      }, heartbeatMs).unref();
    },
    async pull(controller) {
      try {
        const { done, value } = await iterator.next();
        if (done === true) {
          clearInterval(heartbeat);
          controller.enqueue(encoder.encode('event: complete\ndata:\n\n'));
          controller.close();
          return;
        }
        const id = idOf(value);
        const named = id === undefined ? '' : `id: ${id}\n`;
        controller.enqueue(encoder.encode(`${named}event: next\ndata: ${textOf(value)}\n\n`));
      } catch (error) {
        clearInterval(heartbeat);
        throw error;
      }
    },
    async cancel() {
      clearInterval(heartbeat);
      await iterator.return?.();
    },
  });
  return new Response(body as BodyInit, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // Proxies such as nginx would collect events otherwise.
      'x-accel-buffering': 'no',
    },
  });
}
