import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { boundedText } from '../answer-size.ts';

/** Where the server writes the answer after it has begun to send, and an error then would leave the client waiting. */
const STREAMED = /text\/(event-stream|\*)|multipart\/(mixed|\*)/i;

/** Refuses answers of GraphQL that are too large, whatever they are sent as. */
export function useAnswerLimit(maxBytes: number): Plugin {
  return {
    onExecutionResult({ request, result, setResult }) {
      if (result === undefined || Array.isArray(result) || !('data' in result)) return;
      if (STREAMED.test(request.headers.get('accept') ?? '')) {
        boundedText(result, maxBytes);
        return;
      }
      const answer: ExecutionResult & { stringify?: unknown } = result;
      setResult(
        Object.assign({ ...answer }, { stringify: (value: unknown) => boundedText(value, maxBytes) }),
      );
    },
  };
}
