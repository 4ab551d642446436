import fc from 'fast-check';
import { expect, expectTypeOf, test } from 'vitest';
import { DEVICE_ORDER_FIELDS } from '../../schema/context.ts';
import { type CamelKeys, camelCase, camelKeys, snakeCase, snakeKeys } from '../../src/loaders/camel-case.ts';

test.each([
  ['soc', 'soc'],
  ['device_id', 'deviceId'],
  ['first_seen', 'firstSeen'],
  ['avg_temperature', 'avgTemperature'],
  ['a_b_c', 'aBC'],
])('%s is %s, and back', (snake, camel) => {
  expect(camelCase(snake)).toBe(camel);
  expect(snakeCase(camel)).toBe(snake);
});

test('every name of the schema and every name like them finds its way back', () => {
  for (const field of DEVICE_ORDER_FIELDS) expect(camelCase(snakeCase(field))).toBe(field);
  const names = fc.stringMatching(/^[a-z]+(_[a-z]+)*$/);
  fc.assert(
    fc.property(names, (name) => {
      expect(snakeCase(camelCase(name))).toBe(name);
    }),
  );
});

test('the keys of a row change, its values do not', () => {
  const values = { inner_key: 1 };
  const given = { device_id: 'a_b', reading_count: 2, soc: null, nested_value: values };
  const row = camelKeys<typeof given>(Object.keys(given))(given);
  expect(row).toEqual({ deviceId: 'a_b', readingCount: 2, soc: null, nestedValue: values });
  expect(row.nestedValue).toBe(values);
  expect(camelKeys([])({})).toEqual({});
  expect(snakeKeys(row)).toEqual(given);
  expect(snakeKeys({ nestedValue: 1, other: 2 })).toEqual({ nested_value: 1, other: 2 });
  expectTypeOf(row.readingCount).toEqualTypeOf<number>();
  expectTypeOf<keyof CamelKeys<{ max_temperature: 1 }>>().toEqualTypeOf<'maxTemperature'>();
});
