import { PothosSchemaError, PothosValidationError } from '@pothos/core';
import { GraphQLError } from 'graphql';
import { ArgumentError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { tellArgument } from './argument-path.ts';
import { problemHeaders, problemOf } from './problem.ts';

/**
 * The last stop of every GraphQL error: our own classes become coded errors, errors of the language (syntax,
 * validation, variables) get a code if they lack one, and whatever else is logged and hidden.
 */
export function presentGraphQLError(error: unknown, log: Logger): GraphQLError {
  const located = error instanceof GraphQLError ? error : undefined;
  const thrown = rootCause(error);
  // What Pothos throws at run time is about a global id: not of its form, or of a type that there is not.
  const foreignId = thrown instanceof PothosValidationError || thrown instanceof PothosSchemaError;
  if (located !== undefined && thrown instanceof GraphQLError && !foreignId) return coded(located, thrown);

  const problem = problemOf(
    foreignId ? new ArgumentError('id', `expected the \`id\` of a Node. ${thrown.message}`) : thrown,
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

/** An error of the request itself. One without a code (an operation that there is not) is the caller's mistake. */
function coded(located: GraphQLError, thrown: GraphQLError): GraphQLError {
  const { extensions } = located;
  if ('originalError' in extensions) {
    // The parser's own words on a body that is no JSON; Yoga's mark for them made the answer a 400.
    delete extensions['originalError'];
    extensions['http'] = { status: 400 };
  }
  extensions['code'] ??= thrown.extensions['code'] ?? 'BAD_USER_INPUT';
  extensions['http'] ??= { status: 400 };
  tellArgument(located);
  return located;
}

/** What was thrown in the first place, below the GraphQL errors that only add where. */
export function rootCause(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError != null
    ? rootCause(error.originalError)
    : error;
}
