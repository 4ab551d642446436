import { mayBeBrokenObject } from '../dataset/object-fault.ts';
import { DatasetChangedError, ObjectCacheTooSmallError, OutOfMemoryError } from '../errors.ts';

/** One of several objects that were read together may be the reason, and the others be sound. */
export function mayBeOfOne(error: unknown): boolean {
  return (
    error instanceof DatasetChangedError ||
    error instanceof OutOfMemoryError ||
    error instanceof ObjectCacheTooSmallError ||
    mayBeBrokenObject(error)
  );
}
