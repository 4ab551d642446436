import type { StoredObject } from './storage.ts';

/** @throws RangeError unless `start` (inclusive) to `end` (exclusive) is inside of the object. */
export function assertRange(object: StoredObject, start: number, end: number): void {
  const whole = Number.isSafeInteger(start) && Number.isSafeInteger(end);
  if (!whole || start < 0 || start > end || end > object.size) {
    throw new RangeError(`expected a range inside of 0 to ${object.size}, but got: ${start} to ${end}`);
  }
}
