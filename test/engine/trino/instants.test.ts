import { expect, test } from 'vitest';
import { dayNumber, dayText, instantMicros, instantText } from '../../../src/engine/trino/instants.ts';

test.each([
  ['2026-03-29 00:30:00', '2026-03-29T00:30:00.000Z', 1_774_744_200_000_000n],
  ['2026-03-29 00:30:00.5', '2026-03-29T00:30:00.500Z', 1_774_744_200_500_000n],
  ['2026-03-29 00:30:00.000001 UTC', '2026-03-29T00:30:00.000001Z', 1_774_744_200_000_001n],
  ['1969-12-31 23:59:59.999999', '1969-12-31T23:59:59.999999Z', -1n],
  ['0001-01-01 00:00:00.000', '0001-01-01T00:00:00.000Z', -62_135_596_800_000_000n],
  ['2026-03-29 00:30:00.123456789012', '2026-03-29T00:30:00.123456789012Z', 1_774_744_200_123_456n],
  ['2026-03-29 02:30:00.000 +02:00', '2026-03-29T00:30:00.000Z', 1_774_744_200_000_000n],
  ['2026-03-28 19:00:00.000 -05:30', '2026-03-29T00:30:00.000Z', 1_774_744_200_000_000n],
  ['2026-03-29 01:30:00.000 Europe/Berlin', '2026-03-29T00:30:00.000Z', 1_774_744_200_000_000n],
  ['2026-07-01 12:00:00.000 America/New_York', '2026-07-01T16:00:00.000Z', 1_782_921_600_000_000n],
  ['+12345-01-02 03:04:05', '+012345-01-02T03:04:05.000Z', 327_403_479_845_000_000n],
  ['-0043-03-15 12:00:00', '-000043-03-15T12:00:00.000Z', -63_517_780_800_000_000n],
  ['294247-01-10 04:00:54.775807', null, null],
])('%s is %s', (text, expected, micros) => {
  expect(instantText(text)).toBe(expected);
  expect(instantMicros(text)).toBe(micros);
});

test('a time that clocks show twice is no instant', () => {
  expect(instantText('2026-10-25 01:59:59.000 Europe/Berlin')).toBe('2026-10-24T23:59:59.000Z');
  expect(() => instantText('2026-10-25 02:30:00.000 Europe/Berlin')).toThrow('Europe/Berlin show twice');
  expect(instantText('2026-10-25 03:00:00.000 Europe/Berlin')).toBe('2026-10-25T02:00:00.000Z');
});

test.each([
  ['2026-01-01', '2026-01-01', 20_454],
  ['1969-12-31', '1969-12-31', -1],
  ['+12345-01-02', '+012345-01-02', 3_789_392],
  ['+5881580-07-11', null, null],
])('the day %s is %s', (text, expected, days) => {
  expect(dayText(text)).toBe(expected);
  expect(dayNumber(text)).toBe(days);
});

test('what is no instant is refused without being repeated', () => {
  expect(() => instantText('secret')).toThrow(
    /^expected an instant as Trino writes it, but got another text$/,
  );
});
