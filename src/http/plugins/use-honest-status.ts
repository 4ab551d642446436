import type { ExecutionResult, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/**
 * Which status a response gets from its errors. An answer that holds data is a success with errors beside it; only
 * when no field could be answered does the status of the error become that of the response (GraphQL over HTTP,
 * § 6.4.2). A bad argument is 400 wherever it is noticed, in a variable, a literal or a resolver.
 */
export function useHonestStatus(): Plugin {
  return {
    onResultProcess({ result }) {
      if (result === undefined || Array.isArray(result) || !('errors' in result)) return;
      const { data, errors } = result as ExecutionResult;
      const answered = data != null && Object.values(data).some((value) => value !== null);
      for (const error of errors ?? []) {
        const http = httpOf(error);
        if (answered) delete http?.status;
        else if (error.extensions['code'] === 'BAD_USER_INPUT') delete http?.spec;
      }
    },
  };
}

interface HttpExtension {
  status?: number;
  /** Yoga's mark for errors that the specification wants answered with 200 in `application/json`. */
  spec?: boolean;
}

function httpOf(error: GraphQLError): HttpExtension | undefined {
  const http = error.extensions['http'];
  return typeof http === 'object' && http !== null ? http : undefined;
}
