import fc from 'fast-check';
import { GraphQLError } from 'graphql';
import { expect, test } from 'vitest';
import { durationMs } from '../../schema/duration.ts';
import { DateTime, Duration, LocalDate, NumberColumn, TimeColumn, TimeZone } from '../../schema/scalars.ts';
import { Column } from '../../schema/series-types.ts';

test('DateTime: any offset becomes UTC, no digit is lost, nothing else comes out', () => {
  expect(DateTime.parseValue('2026-03-01T12:00:00+02:00')).toBe('2026-03-01T10:00:00.000Z');
  expect(DateTime.parseValue('2026-03-01T00:30:00.123456-05:30')).toBe('2026-03-01T06:00:00.123456Z');
  expect(DateTime.parseValue('2026-03-01T12:00:00Z')).toBe('2026-03-01T12:00:00.000Z');
  fc.assert(
    fc.property(
      fc.date({ min: new Date('0001-01-02'), max: new Date('9999-12-30'), noInvalidDate: true }),
      fc.integer({ min: -14 * 60, max: 14 * 60 }),
      (date, offset) => {
        const sign = offset < 0 ? '-' : '+';
        const digits = (number: number) => String(number).padStart(2, '0');
        const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1);
        const suffix = `${sign}${digits(Math.floor(Math.abs(offset) / 60))}:${digits(Math.abs(offset) % 60)}`;
        expect(DateTime.parseValue(`${local}${suffix}`)).toBe(date.toISOString());
      },
    ),
  );
});

test.each([
  ['DateTime', DateTime, '9999-12-31T23:59:59-12:00'],
  ['DateTime', DateTime, '0001-01-01T00:00:00+14:00'],
  ['DateTime', DateTime, '2026-02-30T00:00:00Z'],
  ['DateTime', DateTime, 1_767_225_600],
  ['Date', LocalDate, '2026-2-3'],
  ['Date', LocalDate, '2026-02-30'],
  ['Duration', Duration, '2h'],
  ['Duration', Duration, 'P1M'],
  ['Duration', Duration, 'P1Y'],
  ['Duration', Duration, '-PT1H'],
  ['Duration', Duration, 'P'],
  ['Duration', Duration, 'PT'],
  ['Duration', Duration, 'PT1.5H'],
  ['Duration', Duration, 'P9999999D'],
  ['Duration', Duration, 7200],
  ['TimeZone', TimeZone, '+05:30'],
  ['TimeZone', TimeZone, '-0530'],
  ['TimeZone', TimeZone, 'Mars/Base'],
])('%s refuses %s %s with a coded error that repeats it', (_, scalar, value) => {
  const parse = () => scalar.parseValue(value);
  expect(parse).toThrow(GraphQLError);
  expect(parse).toThrow(`but got: ${JSON.stringify(value)}`);
  try {
    parse();
  } catch (error) {
    expect(error).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } } });
  }
});

test('what came is repeated, but not at any length', () => {
  expect(() => LocalDate.parseValue('x'.repeat(100_000))).toThrow(/^.{0,200}…$/);
});

test.each([
  ['PT2H', 7_200_000],
  ['P1DT12H', 129_600_000],
  ['P2W', 1_209_600_000],
  ['PT90M', 5_400_000],
  ['PT0.5S', 500],
  ['PT0S', 0],
  ['P1W1DT1H1M1.001S', 694_861_001],
])('Duration: %s is %i ms', (text, ms) => {
  expect(Duration.parseValue(text)).toBe(text);
  expect(durationMs(text)).toBe(ms);
});

test('columns leave as they are, and are no input', () => {
  const column = new Column(Float64Array.of(1, Number.NaN, 2.5));
  expect(NumberColumn.serialize(column)).toBe(column);
  expect(JSON.stringify(TimeColumn.serialize(column))).toBe('[1,null,2.5]');
  expect(() => NumberColumn.serialize([1])).toThrow(/expected a column/);
  expect(() => NumberColumn.parseValue([1])).toThrow(/for answers only/);
});
