/**
 * One class per reason. The code is the contract that clients program against; the status is the one
 * that HTTP answers carry. `http/present-error.ts` is the only place that turns these into responses.
 */
export abstract class TelemetryError extends Error {
  abstract readonly code: string;
  abstract readonly status: number;
  /** Extra facts a client may act on; never secrets, paths of the server or SQL. */
  readonly details: Readonly<Record<string, unknown>> = {};
  /** When it is worth asking again, where that is known better than for all errors of this status. */
  readonly retryAfterSeconds: number | undefined = undefined;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

const BEARER = 'Bearer realm="telemetry"';

/** A setting is missing or malformed. Lists every mistake, not just the first. */
export class ConfigError extends TelemetryError {
  readonly code = 'CONFIG_INVALID';
  readonly status = 500;
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    );
    this.problems = problems;
  }
}

/** More, or less, than a limit allows. */
export interface Excess {
  /** Its name among the `limits`. */
  readonly limit: string;
  /** At least so much: what is far too large is not counted to its end. */
  readonly asked: number;
  readonly allowed: number;
}

/** A client's argument is out of its domain. The message says what was expected and what came. */
export class ArgumentError extends TelemetryError {
  readonly code: string = 'BAD_USER_INPUT';
  readonly status = 400;
  override readonly details: { readonly argument: string } & Partial<Excess>;

  constructor(
    argument: string,
    message: string,
    { exceeded, ...options }: ErrorOptions & { exceeded?: Excess | undefined } = {},
  ) {
    super(`${argument}: ${message}`, options);
    this.details = { argument, ...exceeded };
  }
}

/** A cursor that this connection did not hand out, or handed out for another order. */
export class InvalidCursorError extends ArgumentError {
  override readonly code = 'INVALID_CURSOR';
}

/** More rows are asked for at once than an answer may hold. */
export class PageTooLargeError extends ArgumentError {
  override readonly code = 'PAGE_TOO_LARGE';
}

/** More than a limit allows. */
abstract class LimitError extends TelemetryError {
  override readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, excess?: Excess, options?: ErrorOptions) {
    super(message, options);
    this.details = { ...excess };
  }
}

/** The text of a GraphQL document, its fragments put in place, holds too much. */
export class DocumentTooLargeError extends LimitError {
  readonly code = 'DOCUMENT_TOO_LARGE';
  readonly status = 400;
}

/** An operation could have an answer of too many values. */
export class OperationTooComplexError extends LimitError {
  readonly code = 'OPERATION_TOO_COMPLEX';
  readonly status = 400;
}

/** An operation needs too many statements. */
export class TooManyStatementsError extends LimitError {
  readonly code = 'TOO_MANY_STATEMENTS';
  readonly status = 400;
}

/** An answer has too many rows or bytes. */
export class AnswerTooLargeError extends LimitError {
  readonly code = 'ANSWER_TOO_LARGE';
  readonly status = 400;
}

/** A request does not come to its end. */
export class RequestTimeoutError extends TelemetryError {
  readonly code = 'REQUEST_TIMEOUT';
  readonly status = 408;
  override readonly details: Readonly<Record<string, unknown>>;

  /** @param late without what was asked where Node.js does not tell how long it has waited */
  constructor(message: string, late?: Omit<Excess, 'asked'> & Partial<Excess>) {
    super(message);
    this.details = { ...late };
  }
}

/** The URL and the headers of a request are too long together. */
export class HeadTooLargeError extends LimitError {
  readonly code = 'HEAD_TOO_LARGE';
  readonly status = 431;
}

/** What came is no request of HTTP. */
export class MalformedRequestError extends TelemetryError {
  readonly code = 'BAD_REQUEST';
  readonly status = 400;
}

/** The header `Expect` asks for what there is not. */
export class ExpectationFailedError extends TelemetryError {
  readonly code = 'EXPECTATION_FAILED';
  readonly status = 417;
}

/** A viewer asks too often. */
export class RateLimitedError extends LimitError {
  readonly code = 'RATE_LIMITED';
  readonly status = 429;
  override readonly retryAfterSeconds: number;

  constructor(message: string, excess?: Excess, retryAfterSeconds = 1) {
    super(message, excess);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** A viewer, or all together, have as many subscriptions as they may. */
export class TooManySubscriptionsError extends LimitError {
  readonly code = 'TOO_MANY_SUBSCRIPTIONS';
  readonly status = 429;
  override readonly retryAfterSeconds = 5;
}

/** Nothing is served at this path. */
export class NotFoundError extends TelemetryError {
  readonly code = 'NOT_FOUND';
  readonly status = 404;
}

/** The document that a request names is not in the manifest. The code is the one that Apollo's clients know. */
export class PersistedDocumentNotFoundError extends TelemetryError {
  readonly code = 'PERSISTED_QUERY_NOT_FOUND';
  readonly status = 400;
}

/** Only persisted documents are answered, and the request names none. */
export class PersistedDocumentRequiredError extends TelemetryError {
  readonly code = 'PERSISTED_QUERY_ID_REQUIRED';
  readonly status = 400;
}

/** The caller accepts none of the formats that there are. */
export class NotAcceptableError extends TelemetryError {
  readonly code = 'NOT_ACCEPTABLE';
  readonly status = 406;
}

/** The caller does not say who they are, or not so that it counts. No message repeats what was given. */
export class UnauthorizedError extends TelemetryError {
  readonly code: string = 'UNAUTHORIZED';
  readonly status = 401;
  /** What the header `WWW-Authenticate` tells (RFC 6750, § 3): no error where nothing was given. */
  readonly challenge: string;

  /** @param given whether there was a credential at all */
  constructor(message: string, { given = true, ...options }: ErrorOptions & { given?: boolean } = {}) {
    super(message, options);
    this.challenge = given ? `${BEARER}, error="invalid_token"` : BEARER;
  }
}

/** The key or token was good once. */
export class TokenExpiredError extends UnauthorizedError {
  override readonly code = 'TOKEN_EXPIRED';
}

/** The caller is known, and may not do this. */
export class ForbiddenError extends TelemetryError {
  readonly code = 'FORBIDDEN';
  readonly status = 403;
  readonly challenge = `${BEARER}, error="insufficient_scope"`;
}

/** Whether a token is good cannot be told: the keys that sign tokens are not known, and cannot be fetched. */
export class SigningKeysUnavailableError extends TelemetryError {
  readonly code = 'SIGNING_KEYS_UNAVAILABLE';
  readonly status = 503;
}

/** The token names a key that the issuer may have made a moment ago, and it is not asked again yet. */
export class SigningKeyUnknownError extends TelemetryError {
  readonly code = 'SIGNING_KEY_UNKNOWN';
  readonly status = 503;
  override readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds = 1) {
    super(message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The request is for a host that this service does not go by. */
export class HostNotAllowedError extends TelemetryError {
  readonly code = 'HOST_NOT_ALLOWED';
  readonly status = 421;
}

export class MethodNotAllowedError extends TelemetryError {
  readonly code = 'METHOD_NOT_ALLOWED';
  readonly status = 405;
}

/** The bucket or folder does not answer: network, time-out, 5xx. */
export class StorageUnavailableError extends TelemetryError {
  readonly code: string = 'STORAGE_UNAVAILABLE';
  readonly status = 503;
}

/**
 * Why a store refuses, as far as it tells: what they may do (`policy`), which region a request was signed for, the credentials
 * themselves (none, expired, an unknown key, a wrong secret), or this machine's clock.
 */
export type Refusal =
  | 'policy'
  | 'region'
  | 'no-credentials'
  | 'expired'
  | 'unknown-key'
  | 'wrong-secret'
  | 'clock'
  | 'untold';

/** The store answers, and refuses: wrong, expired or insufficient credentials. */
export class StorageAccessDeniedError extends StorageUnavailableError {
  override readonly code = 'STORAGE_ACCESS_DENIED';
  readonly refusal: Refusal;
  /** The region that a request has to be signed for, where the store tells. */
  readonly region: string | undefined;

  constructor(
    message: string,
    {
      refusal = 'untold',
      region,
      ...options
    }: ErrorOptions & { refusal?: Refusal; region?: string | undefined } = {},
  ) {
    super(message, options);
    this.refusal = refusal;
    this.region = region;
  }
}

/** There is no such bucket or folder. */
export class StorageNotFoundError extends StorageUnavailableError {
  override readonly code = 'STORAGE_NOT_FOUND';
}

/** Nothing to answer from: the prefix holds no Parquet object, or none that can be read. */
export class DatasetEmptyError extends TelemetryError {
  readonly code = 'DATASET_EMPTY';
  readonly status = 503;
}

/** An object is not the one that the snapshot lists any more. Asking again answers from the next snapshot. */
export class DatasetChangedError extends TelemetryError {
  readonly code: string = 'DATASET_CHANGED';
  readonly status = 503;
}

/** The first rollups are being built, and summaries wait for them. Asking again answers once they are there. */
export class WarmingUpError extends DatasetChangedError {
  override readonly code = 'WARMING_UP';
  override readonly details: Readonly<Record<string, unknown>>;

  /** @param details how far they are, under the names of the API that is asked */
  constructor(message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.details = details;
  }
}

/** An object's bytes are not what its store or its footer say. Names the keys, so that they can be quarantined. */
export class ObjectUnreadableError extends TelemetryError {
  readonly code = 'OBJECT_UNREADABLE';
  readonly status = 503;
}

/** The objects that one statement reads do not fit into the cache folder together. */
export class ObjectCacheTooSmallError extends TelemetryError {
  readonly code = 'OBJECT_CACHE_TOO_SMALL';
  readonly status = 503;
}

/** The process was told to end: it finishes what runs, and no new requests are to be sent to it. */
export class ShuttingDownError extends TelemetryError {
  readonly code = 'SHUTTING_DOWN';
  readonly status = 503;
}

/** A statement ran past its deadline and was interrupted. */
export class StatementTimeoutError extends TelemetryError {
  readonly code = 'STATEMENT_TIMEOUT';
  readonly status = 504;
}

/** The caller went away; its statement was interrupted. */
export class StatementCancelledError extends TelemetryError {
  readonly code = 'STATEMENT_CANCELLED';
  readonly status = 499;
}

/** Too much goes on already: operations, statements or exports. */
export class OverloadedError extends LimitError {
  readonly code = 'OVERLOADED';
  readonly status = 503;
}

export class OutOfMemoryError extends TelemetryError {
  readonly code = 'OUT_OF_MEMORY';
  readonly status = 503;
}

/** The engine or the machine under it is in trouble: no fault of a statement, nor of an object. */
export class EngineFaultError extends TelemetryError {
  readonly code = 'ENGINE_FAULT';
  readonly status = 503;
}

/** The cluster that runs the statements does not answer, or not as it should, or has lost a node. */
export class EngineUnavailableError extends TelemetryError {
  readonly code: string = 'ENGINE_UNAVAILABLE';
  readonly status = 503;
}

/** The cluster answers, and refuses: wrong or expired credentials, or a user who may not run this. */
export class EngineAccessDeniedError extends EngineUnavailableError {
  override readonly code = 'ENGINE_ACCESS_DENIED';
}

/** A named query that only the embedded engine could answer, where a cluster reads the objects. */
export class QueryNotOnClusterError extends TelemetryError {
  readonly code = 'QUERY_NOT_ON_CLUSTER';
  readonly status = 501;
}

/** A statement that is refused or fails for a reason of its own: SQL that does not bind, a cast that fails. */
export class StatementFailedError extends TelemetryError {
  readonly code = 'STATEMENT_FAILED';
  readonly status = 500;
}
