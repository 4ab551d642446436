import { z } from 'zod';
import type { ObjectOrder } from '../../schema/dataset-types.ts';
import { cursorOfOtherOrder, cursorText, cursorValues, unknownCursor } from './cursor-text.ts';

/** Where an object stands in an order: its value there, and its key to tell equals apart. */
export interface ObjectPlace {
  readonly value: string | number;
  readonly key: string;
}

const DIRECTION = z.enum(['ASC', 'DESC']);
const LIST = z.literal('objects');
const payload = z.union([
  z.tuple([LIST, z.literal('key'), DIRECTION, z.string(), z.string()]),
  z.tuple([LIST, z.literal('size'), DIRECTION, z.number(), z.string()]),
  z.tuple([LIST, z.literal('lastModified'), DIRECTION, z.iso.datetime(), z.string()]),
]);

/** Opaque to clients. It holds the order, so that a cursor of another order is refused and not misread. */
export function encodeCursor({ field, direction }: ObjectOrder, { value, key }: ObjectPlace): string {
  return cursorText([LIST.value, field, direction, value, key]);
}

/** @throws InvalidCursorError for text that is no cursor of this order. */
export function decodeCursor(argument: 'after' | 'before', cursor: string, order: ObjectOrder): ObjectPlace {
  const parsed = payload.safeParse(cursorValues(cursor));
  if (!parsed.success) throw unknownCursor(argument, LIST.value, cursor);
  const [, field, direction, value, key] = parsed.data;
  if (field !== order.field || direction !== order.direction) {
    throw cursorOfOtherOrder(argument, order, { field, direction });
  }
  return { value, key };
}
