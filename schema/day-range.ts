import { builder } from './builder.ts';
import type { DayRange } from './context.ts';

interface DayRangeArgs {
  readonly from?: string | null | undefined;
  readonly to?: string | null | undefined;
  readonly timeZone?: string | null | undefined;
}

/** The arguments of every field that is cut into days. */
export const dayRangeArgs = builder.args((t) => ({
  from: t.field({
    type: 'Date',
    description: 'First day, inclusive, in `timeZone`. Unset: from the first reading.',
  }),
  to: t.field({
    type: 'Date',
    description: 'Last day, inclusive, in `timeZone`. Unset: to the last reading.',
  }),
  timeZone: t.field({
    type: 'TimeZone',
    defaultValue: 'UTC',
    description:
      'The IANA time zone in which days begin and end. A day of a clock change has 23 or 25 hours.',
  }),
}));

export function dayRange(args: DayRangeArgs): DayRange {
  return { from: args.from ?? null, to: args.to ?? null, timeZone: args.timeZone ?? 'UTC' };
}
