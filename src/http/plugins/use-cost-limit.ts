import type { Plugin } from 'graphql-yoga';
import { OperationTooComplexError } from '../../errors.ts';
import { type CostedOperation, costOf } from '../document-limits/cost.ts';

const LIMIT = 'operationCost';

/** Refuses operations that could have too large an answer. It stands before execution, where variables have values. */
export function useCostLimit(allowed: number): Plugin {
  const check = (operation: CostedOperation) => {
    const cost = Math.ceil(costOf(operation));
    if (cost <= allowed) return;
    const asked = Math.min(cost, Number.MAX_SAFE_INTEGER);
    throw new OperationTooComplexError(
      `expected an operation of at most ${allowed} values (limit ${LIMIT}), but this one may have: ${asked}. Ask for fewer fields, or for smaller pages`,
      { limit: LIMIT, asked, allowed },
    );
  };
  return {
    onExecute: ({ args }) => check(args),
    // Of a subscription it is the cost of one event.
    onSubscribe: ({ args }) => check(args),
  };
}
