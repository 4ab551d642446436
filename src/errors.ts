/**
 * One class per reason. The code is the contract that clients program against; the status is the one
 * that HTTP answers carry. `http/present-error.ts` is the only place that turns these into responses.
 */
export abstract class TelemetryError extends Error {
  abstract readonly code: string;
  abstract readonly status: number;
  /** Extra facts a client may act on; never secrets, paths of the server or SQL. */
  readonly details: Readonly<Record<string, unknown>> = {};

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

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

/** A client's argument is out of its domain. The message says what was expected and what came. */
export class ArgumentError extends TelemetryError {
  readonly code: string = 'BAD_USER_INPUT';
  readonly status = 400;
  override readonly details: Readonly<Record<string, unknown>>;

  constructor(argument: string, message: string, options?: ErrorOptions) {
    super(`${argument}: ${message}`, options);
    this.details = { argument };
  }
}

/** A cursor that this connection did not hand out, or handed out for another order. */
export class InvalidCursorError extends ArgumentError {
  override readonly code = 'INVALID_CURSOR';
}

/** More rows are asked for at once than an answer may hold. */
export class PageTooLargeError extends ArgumentError {
  override readonly code = 'PAGE_TOO_LARGE';
  override readonly details: Readonly<Record<string, unknown>>;

  constructor(
    argument: string,
    message: string,
    limits?: { readonly asked: number; readonly allowed: number },
  ) {
    super(argument, message);
    this.details = { argument, ...limits };
  }
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

/** The caller does not show the token that this needs. */
export class UnauthorizedError extends TelemetryError {
  readonly code = 'UNAUTHORIZED';
  readonly status = 401;
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

/** The store answers, and refuses: wrong, expired or insufficient credentials. */
export class StorageAccessDeniedError extends StorageUnavailableError {
  override readonly code = 'STORAGE_ACCESS_DENIED';
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

/** The queue of waiting statements is full. */
export class EngineOverloadedError extends TelemetryError {
  readonly code = 'OVERLOADED';
  readonly status = 503;
}

export class OutOfMemoryError extends TelemetryError {
  readonly code = 'OUT_OF_MEMORY';
  readonly status = 503;
}

/** DuckDB or the machine under it is in trouble: no fault of a statement, nor of an object. */
export class EngineFaultError extends TelemetryError {
  readonly code = 'ENGINE_FAULT';
  readonly status = 503;
}

/** A statement that is refused or fails for a reason of its own: SQL that does not bind, a cast that fails. */
export class StatementFailedError extends TelemetryError {
  readonly code = 'STATEMENT_FAILED';
  readonly status = 500;
}
