import type { Plugin } from 'graphql-yoga';
import { OperationTooComplexError } from '../../errors.ts';
import { costOf } from '../document-limits/cost.ts';

const LIMIT = 'operationCost';

/** Refuses operations that could have too large an answer. It stands before execution, where variables have values. */
export function useCostLimit(allowed: number): Plugin {
  return {
    onExecute({ args }) {
      const cost = Math.ceil(costOf(args));
      if (cost <= allowed) return;
      const asked = Math.min(cost, Number.MAX_SAFE_INTEGER);
      throw new OperationTooComplexError(
        `expected an operation of at most ${allowed} values (limit ${LIMIT}), but this one may have: ${asked}. Ask for fewer fields, or for smaller pages`,
        { limit: LIMIT, asked, allowed },
      );
    },
  };
}
