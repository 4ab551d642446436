import { PothosValidationError } from '@pothos/core';
import { GraphQLError } from 'graphql';
import { ArgumentError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { problemHeaders, problemOf } from './problem.ts';

/**
 * The last stop of every GraphQL error: our own classes become coded errors, errors of the language (syntax,
 * validation, variables) get a code if they lack one, and whatever else is logged and hidden.
 */
export function presentGraphQLError(error: unknown, log: Logger): GraphQLError {
  const located = error instanceof GraphQLError ? error : undefined;
  const thrown = rootCause(error);
  const malformedId = thrown instanceof PothosValidationError;
  if (located !== undefined && thrown instanceof GraphQLError && !malformedId) {
    located.extensions['code'] ??= thrown.extensions['code'] ?? 'BAD_USER_INPUT';
    return located;
  }

  const problem = problemOf(
    malformedId ? new ArgumentError('id', `expected the \`id\` of a Node. ${thrown.message}`) : thrown,
  );
  if (problem.unforeseen) log.error({ err: thrown, path: located?.path }, problem.message);
  return new GraphQLError(problem.message, {
    nodes: located?.nodes ?? null,
    source: located?.source ?? null,
    positions: located?.positions ?? null,
    path: located?.path ?? null,
    extensions: {
      ...problem.details,
      code: problem.code,
      http: { status: problem.status, headers: problemHeaders(problem) },
    },
  });
}

/** What was thrown in the first place, below the GraphQL errors that only add where. */
export function rootCause(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError != null
    ? rootCause(error.originalError)
    : error;
}
