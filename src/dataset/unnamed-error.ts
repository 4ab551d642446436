import {
  DatasetChangedError,
  ObjectCacheTooSmallError,
  ObjectUnreadableError,
  StorageAccessDeniedError,
  StorageUnavailableError,
} from '../errors.ts';

/** The kinds of errors that name an object by its key, or tell how much there is, and what they say without it. */
const UNNAMED = [
  [DatasetChangedError, 'An object was replaced or removed since it was listed'],
  [ObjectUnreadableError, 'An object holds bytes that are not what its store or its footer says'],
  [ObjectCacheTooSmallError, 'The objects of this question do not fit into the cache folder together'],
  [StorageAccessDeniedError, 'The store refused to let an object be read'],
  [StorageUnavailableError, 'The store did not answer while an object was read'],
] as const;

/** The same error without the key of an object in its message; the original stays in `cause`, for the log. */
export function withoutNames(error: unknown): unknown {
  // Kinds below these name no object.
  const known = UNNAMED.find(([Kind]) => error instanceof Error && error.constructor === Kind);
  return known === undefined ? error : new known[0](known[1], { cause: error });
}
