import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEVICE_ORDER_FIELDS, type DeviceOrder } from '../../schema/context.ts';
import { InvalidCursorError } from '../../src/errors.ts';
import { decodeCursor, encodeCursor } from '../../src/loaders/device-cursor.ts';

const DEVICE = {
  deviceId: 'pack-7',
  firstSeen: '2026-01-01T00:00:00.000Z',
  lastSeen: '2026-01-02T00:00:00.000001Z',
  readingCount: 9_007_199_254_740_991,
  avgVoltage: 48.1,
  minVoltage: -0.5,
  maxVoltage: null,
  avgTemperature: 1e-300,
  minTemperature: -40,
  maxTemperature: 1.7976931348623157e308,
  avgSoc: 0.1 + 0.2,
  minSoc: 0,
  maxSoc: null,
  latestVoltage: 48.25,
  latestTemperature: null,
  latestSoc: 80,
};

const cursorOf = (
  order: DeviceOrder,
  device: typeof DEVICE | Record<string, string | number | null> = DEVICE,
) => encodeCursor(order, { value: device[order.field] ?? null, deviceId: String(device['deviceId']) });

const ORDERS: DeviceOrder[] = DEVICE_ORDER_FIELDS.flatMap((field) =>
  (['ASC', 'DESC'] as const).map((direction) => ({ field, direction })),
);

test('a cursor leads back to its place in its order, exactly', () => {
  for (const order of ORDERS) {
    const cursor = cursorOf(order);
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(decodeCursor('after', cursor, order)).toEqual({ value: DEVICE[order.field], deviceId: 'pack-7' });
  }
});

test('any id and any value survive the way', () => {
  const device = fc.record({
    deviceId: fc.string({ unit: 'grapheme' }),
    avgVoltage: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)),
  });
  fc.assert(
    fc.property(device, ({ deviceId, avgVoltage }) => {
      for (const field of ['deviceId', 'avgVoltage'] as const) {
        const order: DeviceOrder = { field, direction: 'DESC' };
        const summary = { ...DEVICE, deviceId, avgVoltage };
        expect(decodeCursor('before', cursorOf(order, summary), order)).toEqual({
          value: summary[field],
          deviceId,
        });
      }
    }),
  );
});

test('a cursor of another order is refused and told apart', () => {
  const orderBy: DeviceOrder = { field: 'avgSoc', direction: 'ASC' };
  for (const other of ORDERS.filter(({ field, direction }) => field !== 'avgSoc' || direction !== 'ASC')) {
    const decode = () => decodeCursor('after', cursorOf(other), orderBy);
    expect(decode).toThrow(InvalidCursorError);
    expect(decode).toThrow(
      `after: expected a cursor of the order avgSoc ASC, but got one of ${other.field} ${other.direction}`,
    );
  }
});

const forged = (payload: unknown) => Buffer.from(JSON.stringify(payload)).toString('base64url');

test.each([
  ['', 'deviceId'],
  ['pack-7', 'deviceId'],
  ['🔋', 'deviceId'],
  [Buffer.from('{').toString('base64url'), 'deviceId'],
  [forged(null), 'deviceId'],
  [forged({}), 'deviceId'],
  [forged([]), 'deviceId'],
  [forged(['deviceId', 'ASC', 'pack-7']), 'deviceId'],
  [forged(['deviceId', 'ASC', 'pack-7', 7]), 'deviceId'],
  [forged(['deviceId', 'ASC', 'pack-7', 'pack-7', 'more']), 'deviceId'],
  [forged(['deviceId', 'SIDEWAYS', 'pack-7', 'pack-7']), 'deviceId'],
  [forged(['deviceId', 'ASC', ['pack-7'], 'pack-7']), 'deviceId'],
  [forged(['deviceId', 'ASC', 7, 'pack-7']), 'deviceId'],
  [forged(['deviceId', 'ASC', null, 'pack-7']), 'deviceId'],
  [forged(['avgVoltage', 'ASC', "48' OR true --", 'pack-7']), 'avgVoltage'],
  [forged(['readingCount', 'ASC', 'many', 'pack-7']), 'readingCount'],
  [Buffer.from('["avgVoltage", "ASC", 1e999, "pack-7"]').toString('base64url'), 'avgVoltage'],
  [forged(['lastSeen', 'ASC', 'yesterday', 'pack-7']), 'lastSeen'],
  [forged(['lastSeen', 'ASC', '2026-13-45T00:00:00Z', 'pack-7']), 'lastSeen'],
  [forged(['firstSeen', 'ASC', 1767225600, 'pack-7']), 'firstSeen'],
] as [string, DeviceOrder['field']][])('%j is no cursor', (cursor, field) => {
  for (const argument of ['after', 'before'] as const) {
    const decode = () => decodeCursor(argument, cursor, { field, direction: 'ASC' });
    expect(decode).toThrow(InvalidCursorError);
    expect(decode).toThrow(`${argument}: expected a cursor that \`devices\` returned, but got: ${cursor}`);
    try {
      decode();
    } catch (error) {
      expect(error).toMatchObject({ code: 'INVALID_CURSOR', status: 400, details: { argument } });
    }
  }
});
