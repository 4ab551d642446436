import {
  DatasetChangedError,
  ObjectUnreadableError,
  StorageAccessDeniedError,
  StorageUnavailableError,
} from '../errors.ts';

/** The kinds of errors that name an object by its key, and what they say without it. */
const UNNAMED = [
  [DatasetChangedError, 'An object was replaced or removed since it was listed'],
  [ObjectUnreadableError, 'An object holds bytes that are not what its store or its footer says'],
  [StorageAccessDeniedError, 'The store refused to let an object be read'],
  [StorageUnavailableError, 'The store did not answer while an object was read'],
] as const;

/** The same error without the key of an object in its message; the original stays in `cause`, for the log. */
export function withoutNames(error: unknown): unknown {
  // Kinds below these name no object.
  const known = UNNAMED.find(([Kind]) => error instanceof Error && error.constructor === Kind);
  return known === undefined ? error : new known[0](known[1], { cause: error });
}
