import type { ServerResponse } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import type { Gate } from '../../engine/gate.ts';
import { OverloadedError } from '../../errors.ts';
import { outgoingOf } from '../node-context.ts';
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
  isStreamed(response: Response): boolean;
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
  return {
    async onRequest({ request, url, endResponse }) {
      if (request.method === 'OPTIONS' || !isOperation(url.pathname)) return;
      try {
        const viewer = viewers.of(request);
        turns.set(request, gate.take(viewer) ?? (await waitFor(gate, viewer, request.signal, queueMs)));
      } catch (error) {
        endResponse(
          request.signal.aborted
            ? new Response(null, { status: 499 })
            : refusalResponse(request, problemOf(error), url.pathname === graphqlEndpoint),
        );
      }
    },
    onResponse({ request, response, serverContext }) {
      const outgoing = outgoingOf(serverContext);
      if (outgoing !== undefined && !isStreamed(response)) answered.set(request, outgoing);
    },
    instrumentation: {
      /** However it ends, with an answer or without one, the turn is over. */
      request: async ({ request }, answer) => {
        try {
          await answer();
        } finally {
          const turn = turns.get(request);
          const outgoing = answered.get(request);
          if (turn !== undefined) {
            if (outgoing === undefined || outgoing.closed) gate.leave(turn);
            else outgoing.once('close', () => gate.leave(turn));
          }
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
  const patience = AbortSignal.timeout(queueMs);
  try {
    return await gate.enter({ signal: AbortSignal.any([client, patience]), viewer });
  } catch (error) {
    if (!patience.aborted) throw error;
    const limit = 'queuedOperationSeconds';
    const allowed = queueMs / 1000;
    throw new OverloadedError(
      `expected a turn within ${allowed} s (limit ${limit}), but others took longer. Try again shortly`,
      { limit, asked: allowed, allowed },
    );
  }
}
