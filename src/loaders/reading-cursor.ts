import { z } from 'zod';
import { InvalidCursorError } from '../errors.ts';
import { cursorText, cursorValues, unknownCursor } from './cursor-text.ts';

/**
 * The place of a row in the order of one device's readings: by time, then object key (UTF-8 bytes), then row. It is the
 * key and not the ordinal, since ordinals shift when objects come and go. A place stays one when its row is no more: what
 * follows it goes on from there.
 */
export interface ReadingPosition {
  /** RFC 3339 in UTC, to the microsecond. */
  readonly at: string;
  readonly key: string;
  /** Of the row in its object, from 0. */
  readonly row: number;
}

/** What a cursor is good for. */
export interface ReadingOrder {
  readonly deviceId: string;
  readonly direction: 'ASC' | 'DESC';
}

const payload = z.tuple([
  z.literal('reading'),
  z.string(),
  z.enum(['ASC', 'DESC']),
  z.iso.datetime(),
  z.string(),
  z.int().nonnegative(),
]);

/** Opaque to clients. It holds device and direction, so that a cursor of others is refused and not misread. */
export function encodeReadingCursor(
  { deviceId, direction }: ReadingOrder,
  { at, key, row }: ReadingPosition,
): string {
  return cursorText(['reading', deviceId, direction, at, key, row]);
}

/** @throws InvalidCursorError for text that is no cursor of this device and direction. */
export function decodeReadingCursor(
  argument: 'after' | 'before',
  cursor: string,
  order: ReadingOrder,
): ReadingPosition {
  const parsed = payload.safeParse(cursorValues(cursor));
  if (!parsed.success) throw unknownCursor(argument, 'readings', cursor);
  const [, deviceId, direction, at, key, row] = parsed.data;
  if (deviceId !== order.deviceId) {
    throw new InvalidCursorError(
      argument,
      `expected a cursor of the device ${order.deviceId}, but got one of ${deviceId}`,
    );
  }
  if (direction !== order.direction) {
    throw new InvalidCursorError(
      argument,
      `expected a cursor of the direction ${order.direction}, but got one of ${direction}`,
    );
  }
  return { at, key, row };
}
