import {
  DatasetChangedError,
  EngineAccessDeniedError,
  EngineFaultError,
  EngineUnavailableError,
  ObjectUnreadableError,
  OutOfMemoryError,
  OverloadedError,
  StatementCancelledError,
  StatementFailedError,
  StatementTimeoutError,
  StorageUnavailableError,
  type TelemetryError,
} from '../../errors.ts';

/** What Trino says of a query that failed. Its message holds SQL and paths, and stays in `cause`. */
export class TrinoQueryError extends Error {
  readonly queryId: string;
  readonly errorName: string;
  readonly errorType: string;

  constructor(
    queryId: string,
    { message, errorName, errorType }: { message: string; errorName: string; errorType: string },
  ) {
    super(`${errorName}: ${message}`);
    this.name = 'TrinoQueryError';
    this.queryId = queryId;
    this.errorName = errorName;
    this.errorType = errorType;
  }
}

interface ConnectionTrouble extends ErrorOptions {
  readonly status?: number;
  readonly mayPass?: boolean;
  readonly retryAfterMs?: number;
}

/** The coordinator does not answer, or not as the protocol has it. */
export class TrinoConnectionError extends Error {
  /** Of the answer, where there was one. */
  readonly status: number | undefined;
  /** Whether it is worth asking again, and after how long at least. */
  readonly mayPass: boolean;
  readonly retryAfterMs: number;

  constructor(
    message: string,
    { status, mayPass = false, retryAfterMs = 0, ...options }: ConnectionTrouble = {},
  ) {
    super(message, options);
    this.name = 'TrinoConnectionError';
    this.status = status;
    this.mayPass = mayPass;
    this.retryAfterMs = retryAfterMs;
  }
}

type Rule = readonly [names: RegExp, present: (statement: string, cause: Error) => TelemetryError];

/** Trino has no code of its own for pages that are damaged, and columns of other types than the table has. */
const UNREADABLE =
  /^(NOT_SUPPORTED: Unsupported Trino column type|GENERIC_INTERNAL_ERROR: .*org\.apache\.parquet\.|\w+_CANNOT_OPEN_SPLIT: .*cannot be cast)/s;

/** Of Delta Lake and of Iceberg: what `FOR VERSION AS OF` names is not kept any more, or not there. */
const VERSION_GONE = /^INVALID_ARGUMENTS: .*snapshot ID does not exist/;

const unreadable = (cause: Error) =>
  new ObjectUnreadableError('An object holds bytes that cannot be read as Parquet, or other columns', {
    cause,
  });

/** By the names of Trino's error codes; the first that matches decides. */
const RULES: readonly Rule[] = [
  [
    /^(EXCEEDED_(TIME|CPU|SCAN)_LIMIT|ABANDONED_QUERY)$/,
    (statement, cause) =>
      new StatementTimeoutError(`Trino stopped the statement ${statement} at a limit of its own`, { cause }),
  ],
  [
    /^(USER_CANCELED|ADMINISTRATIVELY_(KILLED|PREEMPTED))$/,
    (statement, cause) =>
      new StatementCancelledError(`The statement ${statement} was ended on the cluster`, { cause }),
  ],
  [
    /^(EXCEEDED_.*(MEMORY|SPILL).*|CLUSTER_OUT_OF_MEMORY|OUT_OF_SPILL_SPACE)$/,
    (statement, cause) =>
      new OutOfMemoryError(`The statement ${statement} needs more memory than the cluster gives it`, {
        cause,
      }),
  ],
  [
    /^(QUERY_QUEUE_FULL|QUERY_REJECTED)$/,
    () => new OverloadedError('Too many queries wait on the cluster already. Try again shortly'),
  ],
  [
    /^(PERMISSION_DENIED|ACCESS_DENIED)$/,
    (statement, cause) =>
      new EngineAccessDeniedError(`The cluster does not let the statement ${statement} be run`, { cause }),
  ],
  [
    /^(SERVER_(SHUTTING_DOWN|STARTING_UP)|NO_NODES_AVAILABLE|REMOTE_(TASK_ERROR|HOST_GONE|TASK_MISMATCH)|PAGE_TRANSPORT_(ERROR|TIMEOUT)|TOO_MANY_REQUESTS_FAILED)$/,
    (_, cause) =>
      new EngineUnavailableError('The cluster lost a node while it worked, or has none', { cause }),
  ],
  [
    /(BAD_DATA|CURSOR_ERROR|INVALID_(FILE|PARQUET).*|MALFORMED.*|UNSUPPORTED_FORMAT)$/,
    (_, cause) => unreadable(cause),
  ],
  [
    /(CANNOT_OPEN_SPLIT|FILESYSTEM_ERROR|FILE_NOT_FOUND|METASTORE_ERROR|S3_.*)$/,
    (_, cause) =>
      new StorageUnavailableError('The cluster could not read an object, or its catalog', { cause }),
  ],
];

export function classifyTrinoError(error: unknown, statement: string): TelemetryError {
  const cause = error instanceof Error ? error : new Error(String(error));
  if (cause instanceof TrinoConnectionError) {
    if (cause.status === 401 || cause.status === 403) {
      return new EngineAccessDeniedError('The cluster refuses the user or the credentials of this service', {
        cause,
      });
    }
    return new EngineUnavailableError('The cluster does not answer as Trino does', { cause });
  }
  if (!(cause instanceof TrinoQueryError))
    return new StatementFailedError(`The statement ${statement} failed`, { cause });
  if (UNREADABLE.test(cause.message)) return unreadable(cause);
  if (VERSION_GONE.test(cause.message))
    return new DatasetChangedError('The table no longer has the version that was listed', { cause });
  const rule = RULES.find(([names]) => names.test(cause.errorName));
  if (rule !== undefined) return rule[1](statement, cause);
  return cause.errorType === 'USER_ERROR'
    ? new StatementFailedError(`The statement ${statement} failed`, { cause })
    : new EngineFaultError('Trino, or a machine under it, is in trouble', { cause });
}
