import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { boundedText } from '../answer-size.ts';

/** Refuses answers of GraphQL that are too large, whatever they are sent as. */
export function useAnswerLimit(maxBytes: number): Plugin {
  return {
    onExecutionResult({ result, setResult }) {
      if (result === undefined || Array.isArray(result) || !('data' in result)) return;
      const answer: ExecutionResult & { stringify?: unknown } = result;
      setResult(
        Object.assign({ ...answer }, { stringify: (value: unknown) => boundedText(value, maxBytes) }),
      );
    },
  };
}
