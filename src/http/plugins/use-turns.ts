import type { ServerResponse } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { startTimeout } from '../../engine/deadline.ts';
import type { Gate } from '../../engine/gate.ts';
import { OverloadedError } from '../../errors.ts';
import { clientGone } from '../client-gone.ts';
import { onceOver, outgoingOf } from '../node-context.ts';
import { problemOf } from '../problem.ts';
import { refusalResponse } from '../refusal.ts';
import type { Viewers } from '../viewer.ts';

export interface TurnsOptions {
  readonly viewers: Viewers;
  /** One resource for each operation that may be under way. */
  readonly gate: Gate<object>;
  /** The longest wait for a turn. */
  readonly queueMs: number;
  readonly graphqlEndpoint: string;
  /** Whether what is asked for at a path costs enough to wait for its turn. */
  isOperation(path: string): boolean;
  /** Whether the answer is made as it is sent, under limits of its own: the turn ends where it begins. */
  isStreamed(request: Request): boolean;
}

/**
 * So many operations at a time, and so many that wait; the next is refused at once. It stands behind the response cache,
 * which goes on answering from memory however much is asked. An operation lasts until its client has taken the answer,
 * since that is in memory until then.
 */
export function useTurns(options: TurnsOptions): Plugin {
  const { viewers, gate, queueMs, graphqlEndpoint, isOperation, isStreamed } = options;
  const turns = new WeakMap<Request, object>();
  const answered = new WeakMap<Request, ServerResponse>();
  const endTurn = (request: Request) => {
    const turn = turns.get(request);
    if (turn !== undefined) gate.leave(turn);
  };
  return {
    async onRequest({ request, url, endResponse }) {
      if (request.method === 'OPTIONS' || !isOperation(url.pathname)) return;
      try {
        const viewer = viewers.of(request);
        turns.set(request, gate.take(viewer) ?? (await waitFor(gate, viewer, clientGone(request), queueMs)));
      } catch (error) {
        endResponse(
          clientGone(request).aborted
            ? new Response(null, { status: 499 })
            : refusalResponse(request, problemOf(error), url.pathname === graphqlEndpoint),
        );
      }
    },
    onResponse({ request, serverContext }) {
      if (!turns.has(request)) return;
      const outgoing = outgoingOf(serverContext);
      if (outgoing !== undefined && !isStreamed(request)) answered.set(request, outgoing);
    },
    instrumentation: {
      /** However it ends, with an answer or without one, the turn is over. */
      request: async ({ request }, answer) => {
        try {
          await answer();
        } finally {
          const outgoing = answered.get(request);
          if (outgoing === undefined) endTurn(request);
          else onceOver(outgoing, () => endTurn(request));
        }
      },
    },
  };
}

async function waitFor(
  gate: Gate<object>,
  viewer: string,
  client: AbortSignal,
  queueMs: number,
): Promise<object> {
  const began = performance.now();
  const patience = startTimeout(queueMs);
  try {
    return await gate.enter({ signal: AbortSignal.any([client, patience.signal]), viewer });
  } catch (error) {
    if (!patience.signal.aborted) throw error;
    const limit = 'queuedOperationSeconds';
    const allowed = queueMs / 1000;
    const asked = Math.ceil(performance.now() - began) / 1000;
    throw new OverloadedError(
      `expected a turn within ${allowed} s (limit ${limit}), but got none for ${asked} s. Try again shortly`,
      { limit, asked, allowed },
    );
  } finally {
    patience.clear();
  }
}
