import { builder } from './builder.ts';

/** The arguments of every field that is cut at instants. */
export const timeRangeArgs = builder.args((t) => ({
  from: t.field({
    type: 'DateTime',
    description: 'From this instant, inclusive. Unset: from the first reading.',
  }),
  to: t.field({
    type: 'DateTime',
    description: 'Up to this instant, exclusive. Unset: to the last reading.',
  }),
}));
