import {
  ArgumentError,
  DatasetChangedError,
  EngineFaultError,
  ObjectUnreadableError,
  OutOfMemoryError,
  StatementFailedError,
  StorageAccessDeniedError,
  StorageUnavailableError,
  type TelemetryError,
} from '../errors.ts';

type Rule = readonly [pattern: RegExp, present: (message: string, cause: Error) => TelemetryError];

/** The statement is at fault, whatever else the message says. */
const STATEMENT_FAULT = /^(Parser|Syntax|Binder|Catalog|Permission) Error/;

/** What DuckDB adds around the message: a step before it, the line of SQL after it. */
const SURROUNDINGS = /^Failed to extract statements: |\n\nLINE \d+:[\s\S]*$/g;

/** Names, paths and values that a message quotes: any word may occur in them. */
const QUOTED = /"[^"]*"|'[^']*'/g;

/**
 * DuckDB throws plain errors whose message begins with the kind (`HTTP Error: …`): the only thing to tell them
 * apart by. The first pattern that matches decides. The messages we show are our own, since DuckDB's hold
 * paths, URLs and SQL; the original stays in `cause`.
 */
const rules: readonly Rule[] = [
  [
    /^(INTERNAL|FATAL) Error|has been invalidated|too many open files|no space left|input\/output error|could not write|failed to create directory|cannot allocate memory/i,
    (_, cause) => new EngineFaultError('DuckDB, or the machine under it, is in trouble', { cause }),
  ],
  [
    /^(HTTP|IO) Error.*(ETag on reading file|HTTP 4(04|12|16)|404 \(Not Found\)|No files found that match|No such file or directory)/is,
    (_, cause) => new DatasetChangedError('An object was replaced or removed while it was read', { cause }),
  ],
  [
    /^(HTTP|IO) Error.*(HTTP 40[013]|40[013] \((Forbidden|Bad Request|Unauthorized)\)|authentication failure)/is,
    (_, cause) => new StorageAccessDeniedError('The store refused to let an object be read', { cause }),
  ],
  [
    /^(HTTP|IO) Error.*(HTTP|connection|connect to URL|timed? ?out|Could not establish|Could not resolve|curl|SSL)/is,
    (_, cause) => new StorageUnavailableError('The store did not answer while an object was read', { cause }),
  ],
  [
    /^HTTP Error/,
    (_, cause) => new StorageUnavailableError('The store failed while an object was read', { cause }),
  ],
  [
    /^Out of Memory Error/i,
    (_, cause) =>
      new OutOfMemoryError('The statement needs more memory than ENGINE_MEMORY_LIMIT allows', { cause }),
  ],
  [
    /Unknown TimeZone/,
    (message, cause) =>
      new ArgumentError(
        'timeZone',
        `expected an IANA time zone like Europe/Berlin, but got: ${/'([^']*)'/.exec(message)?.[1]}`,
        { cause },
      ),
  ],
  [
    // `Invalid Error` is what the decoders throw: Thrift, the codecs, the page readers.
    /^Invalid Error|magic bytes|decompress|parquet|footer length|page header|corrupt|schema mismatch|read enough bytes|while reading file/i,
    (_, cause) =>
      new ObjectUnreadableError('An object holds bytes that cannot be read as Parquet', { cause }),
  ],
];

export function classifyDuckDbError(error: unknown, statementName: string): TelemetryError {
  const cause = error instanceof Error ? error : new Error(String(error));
  const message = cause.message.replaceAll(SURROUNDINGS, '');
  if (!STATEMENT_FAULT.test(message)) {
    const words = message.replaceAll(QUOTED, '…');
    for (const [pattern, present] of rules) {
      if (pattern.test(words)) return present(message, cause);
    }
  }
  return new StatementFailedError(`The statement ${statementName} failed`, { cause });
}
