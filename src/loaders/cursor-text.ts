import { InvalidCursorError } from '../errors.ts';

/** A cursor of these values: opaque to clients. */
export function cursorText(values: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** What a cursor holds; undefined for text that is none. */
export function cursorValues(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

/** @param list which one it should be of, as the schema has it */
export function unknownCursor(argument: string, list: string, cursor: string): InvalidCursorError {
  return new InvalidCursorError(
    argument,
    `expected a cursor that \`${list}\` returned, but got: ${cursor.slice(0, 100)}`,
  );
}

interface Order {
  readonly field: string;
  readonly direction: string;
}

/** @param order which one it should be of */
export function cursorOfOtherOrder(argument: string, order: Order, found: Order): InvalidCursorError {
  return new InvalidCursorError(
    argument,
    `expected a cursor of the order ${order.field} ${order.direction}, but got one of ${found.field} ${found.direction}`,
  );
}
