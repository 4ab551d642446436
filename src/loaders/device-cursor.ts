import { z } from 'zod';
import type { DeviceOrder } from '../../schema/context.ts';
import { cursorOfOtherOrder, cursorText, cursorValues, unknownCursor } from './cursor-text.ts';

/** Where a device stands in an order: its value there, and its id to tell equals apart. */
export interface DevicePosition {
  readonly value: string | number | null;
  readonly deviceId: string;
}

const payload = z.tuple([
  z.string(),
  z.enum(['ASC', 'DESC']),
  z.union([z.string(), z.number(), z.null()]),
  z.string(),
]);

/** Opaque to clients. It holds the order, so that a cursor of another order is refused and not misread. */
export function encodeCursor({ field, direction }: DeviceOrder, { value, deviceId }: DevicePosition): string {
  return cursorText([field, direction, value, deviceId]);
}

/** @throws InvalidCursorError for text that is no cursor of this order. */
export function decodeCursor(
  argument: 'after' | 'before',
  cursor: string,
  order: DeviceOrder,
): DevicePosition {
  const parsed = payload.safeParse(cursorValues(cursor));
  if (!parsed.success) throw unknownCursor(argument, 'devices', cursor);
  const [field, direction, value, deviceId] = parsed.data;
  if (field !== order.field || direction !== order.direction) {
    throw cursorOfOtherOrder(argument, order, { field, direction });
  }
  // A forged value would fail in the engine only, as if the data were at fault.
  if (!valueSchema(order.field).safeParse(value).success) throw unknownCursor(argument, 'devices', cursor);
  return { value, deviceId };
}

function valueSchema(field: DeviceOrder['field']): z.ZodType {
  if (field === 'deviceId') return z.string();
  if (field === 'firstSeen' || field === 'lastSeen') return z.iso.datetime();
  return z.number().nullable();
}
