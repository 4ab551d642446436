import { ForbiddenError, TelemetryError, UnauthorizedError } from '../errors.ts';

/** Overload and storage faults pass; clients are told when it is worth asking again. */
const RETRY_AFTER_SECONDS = 2;

/** What a client is told of an error: its code, its message and facts to act on. Anything unforeseen stays inside. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
  /** How to say who one is, for the header `WWW-Authenticate`. */
  readonly challenge?: string;
  readonly retryAfterSeconds: number | undefined;
  /** Not one of our own classes: a defect to log, not to show. */
  readonly unforeseen: boolean;
}

export function problemOf(error: unknown): Problem {
  if (error instanceof TelemetryError) {
    const { status, code, message, details, retryAfterSeconds } = error;
    const challenged = error instanceof UnauthorizedError || error instanceof ForbiddenError;
    return {
      status,
      code,
      message,
      details,
      retryAfterSeconds,
      ...(challenged ? { challenge: error.challenge } : {}),
      unforeseen: status === 500,
    };
  }
  return {
    status: 500,
    code: 'INTERNAL_SERVER_ERROR',
    message: 'Unexpected error. The log of the server has the details',
    details: {},
    retryAfterSeconds: undefined,
    unforeseen: true,
  };
}

export function problemHeaders({ status, challenge, retryAfterSeconds }: Problem): Record<string, string> {
  const seconds = retryAfterSeconds ?? (status === 503 ? RETRY_AFTER_SECONDS : undefined);
  return {
    ...(seconds === undefined ? {} : { 'retry-after': String(seconds) }),
    ...(challenge === undefined ? {} : { 'www-authenticate': challenge }),
  };
}

/** RFC 9457 problem details, the shape of every error of REST. */
export function problemJson({ status, code, message, details }: Problem): object {
  return { ...details, status, code, detail: message };
}

/** The answer that has it. */
export function problemResponse(problem: Problem, headers: Record<string, string> = {}): Response {
  return Response.json(problemJson(problem), {
    status: problem.status,
    headers: { ...headers, ...problemHeaders(problem), 'content-type': 'application/problem+json' },
  });
}
