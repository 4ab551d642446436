import { expect, test } from 'vitest';
import { bare, bytes, count, duration, measured, share, shortCount } from '../../dashboard/text/format.ts';
import {
  changesClocks,
  day,
  distinctInstant,
  exactInstant,
  instant,
  isZone,
  offset,
  stretch,
  tick,
} from '../../dashboard/text/instant.ts';

test('values have their unit and steps; a missing one is a dash', () => {
  expect(measured('voltage', 52.305)).toBe('52.30 V');
  expect(measured('temperature', -3)).toBe('-3.0 °C');
  expect(bare('soc', 0)).toBe('0.0');
  expect(measured('soc', null)).toBe('–');
});

test('counts, bytes and shares', () => {
  expect(count(1_019_016)).toBe('1,019,016');
  expect([shortCount(999_999), shortCount(1_019_016), shortCount(51_840_000_000)]).toEqual([
    '999,999',
    '1.019M',
    '51.84B',
  ]);
  expect([bytes(0), bytes(1023), bytes(1536), bytes(7_549_747), bytes(2 ** 50)]).toEqual([
    '0 B',
    '1023 B',
    '1.5 KiB',
    '7.2 MiB',
    '1.0 PiB',
  ]);
  // What is not all is never said to be all.
  expect([share(0), share(0.5), share(0.99999), share(1)]).toEqual(['0 %', '50 %', '99.9 %', '100 %']);
});

test('lengths of time in their two largest units', () => {
  expect([0, 59_999, 60_000, 3_600_000, 5_400_000, 86_400_000, 374_400_000].map(duration)).toEqual([
    '0 s',
    '59 s',
    '1 min',
    '1 h',
    '1 h 30 min',
    '1 d',
    '4 d 8 h',
  ]);
  expect(duration(-5)).toBe('0 s');
});

test('an instant as each zone has it, across a change of clocks', () => {
  const noon = '2026-03-28T23:30:15Z';
  expect(instant(noon, 'UTC')).toBe('28 Mar 2026, 23:30');
  expect(instant(noon, 'Europe/Berlin')).toBe('29 Mar 2026, 00:30');
  expect(exactInstant(noon, 'Asia/Kathmandu')).toBe('29 Mar 2026, 05:15:15');
  expect(instant('2026-03-29T01:00:00Z', 'Europe/Berlin')).toBe('29 Mar 2026, 03:00');
  expect(offset('Europe/Berlin', new Date('2026-03-28T00:00:00Z'))).toBe('UTC+01:00');
  expect(offset('Europe/Berlin', new Date('2026-03-30T00:00:00Z'))).toBe('UTC+02:00');
  expect(offset('UTC', new Date(0))).toMatch(/^UTC/);
});

const BERLIN = 'Europe/Berlin';
const at = (text: string) => Date.parse(text);

test('the hour that clocks show twice is told apart', () => {
  const [first, second] = [at('2026-10-25T00:30:00Z'), at('2026-10-25T01:30:00Z')];
  expect(exactInstant(first, BERLIN)).toBe(exactInstant(second, BERLIN));
  expect(distinctInstant(first, BERLIN, true)).toBe('25 Oct 2026, 02:30:00 UTC+02:00');
  expect(distinctInstant(second, BERLIN, true)).toBe('25 Oct 2026, 02:30:00 UTC+01:00');
  expect(distinctInstant(second, BERLIN, false)).toBe('25 Oct 2026, 02:30:00');
});

test('a stretch names its clock, and both where they are changed on the way', () => {
  const [winter, spring, summer] = [
    '2026-03-28T23:00:00Z',
    '2026-03-29T23:00:00Z',
    '2026-03-30T22:00:00Z',
  ].map(at);
  expect(stretch(spring ?? 0, summer ?? 0, BERLIN)).toBe(
    '30 Mar 2026, 01:00 to 31 Mar 2026, 00:00, Europe/Berlin (UTC+02:00)',
  );
  expect(stretch(winter ?? 0, summer ?? 0, BERLIN)).toBe(
    '29 Mar 2026, 00:00 (UTC+01:00) to 31 Mar 2026, 00:00 (UTC+02:00), Europe/Berlin',
  );
  expect(stretch(winter ?? 0, summer ?? 0, 'UTC')).toBe('28 Mar 2026, 23:00 to 30 Mar 2026, 22:00, UTC');
});

test('whether clocks are changed within a stretch, though both its ends have the same', () => {
  const year = [at('2026-01-10T00:00:00Z'), at('2026-12-10T00:00:00Z')] as const;
  expect([
    changesClocks(BERLIN, ...year),
    changesClocks('UTC', ...year),
    changesClocks('Asia/Tokyo', ...year),
  ]).toEqual([true, false, false]);
  expect(changesClocks(BERLIN, at('2026-03-28T00:00:00Z'), at('2026-03-29T02:00:00Z'))).toBe(true);
  expect(changesClocks(BERLIN, at('2026-04-01T00:00:00Z'), at('2026-10-01T00:00:00Z'))).toBe(false);
});

test('ticks say as much as their distance needs', () => {
  const at = Date.parse('2026-03-28T23:00:00Z');
  expect(tick(at, 30, 'UTC')).toBe('23:00:00');
  expect(tick(at, 3600, 'UTC')).toBe('23:00');
  // Midnight of the zone is the day that begins.
  expect(tick(at, 3600, 'Europe/Berlin')).toBe('29 Mar');
  expect(tick(at, 86_400, 'UTC')).toBe('28 Mar');
  expect(tick(at, 31 * 86_400, 'UTC')).toBe('Mar 2026');
  expect(tick(at, 366 * 86_400, 'UTC')).toBe('2026');
});

test('a day of the calendar is the same in every zone', () => {
  expect(day('2026-03-29')).toBe('Sun 29 Mar 2026');
});

test('zones', () => {
  expect(['UTC', 'Europe/Berlin', 'America/St_Johns'].every(isZone)).toBe(true);
  expect(['', 'Mars/Olympus', 'Europe/Berlin '].some(isZone)).toBe(false);
});
