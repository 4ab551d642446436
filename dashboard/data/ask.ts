import type { TypedDocumentString } from '../generated/graphql.ts';
import { Failure, NOT_UNDERSTOOD, UNREACHABLE } from './failure.ts';
import { service } from './service.ts';
import { authorization, signOut } from './session.ts';

/** An answer, and which snapshot of the objects it rests on. */
export interface Answered<Data> {
  readonly data: Data;
  /** Null where the service did not say. */
  readonly version: string | null;
}

/** As GraphQL answers, or sends an event. */
export interface AnswerBody<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
  readonly extensions?: { readonly dataset?: { readonly version: string } };
}

const JSON_ANSWER = 'application/graphql-response+json, application/json';

/**
 * Asks one typed document.
 * @param sent as `postQuestion` has it
 * @throws Failure with the code of the first error; AbortError when the signal says so
 */
export async function ask<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  signal: AbortSignal,
  sent: { readonly isOfSnapshot?: boolean } = {},
): Promise<Answered<Data>> {
  const response = await postQuestion(document, variables, signal, { accept: JSON_ANSWER, ...sent });
  const body = await jsonOf<AnswerBody<Data>>(response, signal);
  const failure = errorOf(response, body);
  if (failure !== undefined) throw failure;
  if (body.data === undefined || body.data === null) throw notUnderstood(response);
  return { data: body.data, version: body.extensions?.dataset?.version ?? null };
}

/**
 * Sends one typed document, as the service takes them.
 * @param sent.accept in which form an answer is understood
 * @param sent.isOfSnapshot false: the answer is the same whatever the objects are, so it is not asked on which it rests
 */
export function postQuestion<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  signal: AbortSignal,
  { accept, isOfSnapshot = true }: { readonly accept: string; readonly isOfSnapshot?: boolean },
): Promise<Response> {
  const named =
    service.graphql === 'persisted'
      ? { documentId: document.__meta__?.['hash'] }
      : { query: document.toString() };
  return fetched('/graphql', signal, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ ...named, variables, ...(isOfSnapshot && { extensions: { dataset: true } }) }),
  });
}

/** The whole of an export, for those that a link cannot fetch since it shows no key. @throws as `ask` */
export async function askFile(path: string, signal: AbortSignal): Promise<Blob> {
  const response = await fetched(path, signal, {});
  if (!response.ok) throw await restFailure(response, signal);
  return response.blob();
}

async function fetched(path: string, signal: AbortSignal, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { ...init, signal, headers: { ...init.headers, ...authorization() } });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Failure(UNREACHABLE, 'There was no answer', { cause: error });
  }
}

/** @throws Failure when it is no JSON */
export async function jsonOf<Body>(response: Response, signal: AbortSignal): Promise<Body> {
  try {
    return await response.json();
  } catch (error) {
    if (signal.aborted) throw error;
    throw notUnderstood(response);
  }
}

/** What GraphQL says is wrong, if anything is. */
export function errorOf(response: Response, { errors }: AnswerBody<unknown>): Failure | undefined {
  const [error] = errors ?? [];
  return error && failureOf(response, error.extensions?.code, error.message);
}

async function restFailure(response: Response, signal: AbortSignal): Promise<Failure> {
  const problem = await jsonOf<{ readonly code?: string; readonly detail?: string }>(response, signal);
  return failureOf(response, problem.code, problem.detail ?? response.statusText);
}

function failureOf(response: Response, code: string | undefined, message: string): Failure {
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  const requestId = response.headers.get('x-request-id');
  if (code === 'UNAUTHORIZED' || code === 'TOKEN_EXPIRED') signOut(message);
  return new Failure(code ?? NOT_UNDERSTOOD, message, {
    ...(Number.isFinite(retryAfter) ? { retryAfter } : {}),
    ...(requestId === null ? {} : { requestId }),
  });
}

export function notUnderstood({ status }: Response): Failure {
  return new Failure(NOT_UNDERSTOOD, `expected an answer of GraphQL or JSON, but got: status ${status}`);
}
