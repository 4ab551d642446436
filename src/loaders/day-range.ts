import type { DayRange } from '../../schema/context.ts';
import type { QueryParams } from '../catalog/query-catalog.ts';
import { ArgumentError } from '../errors.ts';
import type { ReadingRange } from './holdings.ts';

const DAY_MS = 86_400_000;

type Days = Omit<DayRange, 'timeZone'>;

/**
 * @param within the argument that holds the days, as `first.`; empty for days that are arguments themselves
 * @throws ArgumentError when the days are in the wrong order
 */
export function checkDays<T extends Days>(days: T, within = ''): T {
  if (days.from !== null && days.to !== null && days.from > days.to) {
    throw new ArgumentError(
      `${within}from`,
      `expected a day not after \`to\` (${days.to}), but got: ${days.from}`,
    );
  }
  return days;
}

/** Days of any zone begin and end within a day of those of UTC. */
export function instantsOf({ device_ids, from, to }: QueryParams): ReadingRange {
  const day = (date: unknown, offset: number) => {
    if (typeof date !== 'string') return null;
    const instant = new Date(Date.parse(date) + offset * DAY_MS).toISOString();
    // At the ends of what RFC 3339 can tell there is no day beyond.
    return /^(?!0000)\d/.test(instant) ? instant : null;
  };
  return {
    deviceIds: Array.isArray(device_ids) ? device_ids : null,
    from: day(from, -1),
    to: day(to, 2),
  };
}

/** The days that hold both. */
export function spanOf(a: Days, b: Days): Days {
  const bound = (side: 'from' | 'to', pick: 0 | 1) =>
    a[side] === null || b[side] === null ? null : ([a[side], b[side]].sort()[pick] ?? null);
  return { from: bound('from', 0), to: bound('to', 1) };
}
