import { ObjectUnreadableError, StatementFailedError, type TelemetryError } from '../errors.ts';

/** An engine's error rarely says whether the statement or an object is at fault, and never which one. */
export function mayBeBrokenObject(error: unknown): error is TelemetryError {
  return error instanceof ObjectUnreadableError || error instanceof StatementFailedError;
}

export function describeFault(error: TelemetryError): string {
  const detail = error.cause instanceof Error ? error.cause.message.split('\n', 1)[0] : error.message;
  return `Its data cannot be read: ${detail?.replace(SERVER_PATH, 'the object')}`;
}

/** From where a path or URL begins to the end of the file's name: paths of the server stay in the server. */
const SERVER_PATH = /(?<![\w.)])["']?(s3:\/\/|https?:\/\/|\/|[A-Z]:\\)(.*\.parquet|\S+)["']?/gi;
