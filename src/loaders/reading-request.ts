import type { ReadingsArgs, TimeRange } from '../../schema/context.ts';
import { DEFAULTS, LIMITS } from '../../schema/limit-values.ts';
import { PageTooLargeError } from '../errors.ts';
import { checkCount } from './check-limit.ts';
import { decodeReadingCursor, type ReadingPosition } from './reading-cursor.ts';
import { checkRange } from './time-range.ts';

/** The arguments of a page, checked. */
export interface ReadingRequest extends TimeRange {
  readonly direction: 'ASC' | 'DESC';
  readonly first: number | null;
  readonly last: number | null;
  readonly after: ReadingPosition | null;
  readonly before: ReadingPosition | null;
}

/** @throws ArgumentError, PageTooLargeError, InvalidCursorError */
export function readingRequest(deviceId: string, args: ReadingsArgs): ReadingRequest {
  const { direction } = args;
  const position = (argument: 'after' | 'before') => {
    const cursor = args[argument];
    return cursor === null ? null : decodeReadingCursor(argument, cursor, { deviceId, direction });
  };
  const first = checkSize('first', args.first);
  const last = checkSize('last', args.last);
  return {
    ...checkRange(args),
    direction,
    first: first ?? (last === null ? DEFAULTS.readingsPage : null),
    last,
    after: position('after'),
    before: position('before'),
  };
}

/** @throws PageTooLargeError when the pages of so many devices together are more than one answer may hold */
export function checkTogether(devices: number, { first, last }: ReadingRequest): void {
  const asked = Math.max(first ?? 0, last ?? 0);
  const allowed = Math.floor(LIMITS.readingsTogether.value / devices);
  if (asked <= allowed) return;
  throw new PageTooLargeError(
    asked === first ? 'first' : 'last',
    `expected at most ${allowed} readings of each of ${devices} devices at once (limit readingsTogether), but got: ${asked}`,
    { exceeded: { limit: 'readingsTogether', asked, allowed } },
  );
}

function checkSize(argument: 'first' | 'last', size: number | null): number | null {
  checkCount(argument, size);
  const allowed = LIMITS.readingsPage.value;
  if (size === null || size <= allowed) return size;
  throw new PageTooLargeError(
    argument,
    `expected at most ${allowed} readings a page (limit readingsPage), but got: ${size}`,
    { exceeded: { limit: 'readingsPage', asked: size, allowed } },
  );
}
