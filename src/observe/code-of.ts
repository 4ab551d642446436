import { TelemetryError } from '../errors.ts';

/** The code of an error, for labels and lists: there are few, and none holds a value. */
export function codeOf(error: unknown): string {
  return error instanceof TelemetryError ? error.code : 'INTERNAL_SERVER_ERROR';
}
