import type { Plugin } from 'graphql-yoga';
import type { Gate } from '../../engine/gate.ts';
import { OverloadedError } from '../../errors.ts';
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
}

/**
 * So many operations at a time, and so many that wait; the next is refused at once. It stands behind the response cache,
 * which goes on answering from memory however much is asked.
 */
export function useTurns({ viewers, gate, queueMs, graphqlEndpoint, isOperation }: TurnsOptions): Plugin {
  const turns = new WeakMap<Request, object>();
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
    instrumentation: {
      /** However it ends, with an answer or without one, the turn is over. */
      request: async ({ request }, answer) => {
        try {
          await answer();
        } finally {
          const turn = turns.get(request);
          if (turn !== undefined) gate.leave(turn);
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
