/**
 * Sums of doubles that do not depend on their order, as SQL. Double additions round; so each value is taken to a whole
 * number of 2^-60 first (without loss from 2^-8 up, since a double has 53 bits) and whole numbers are added as HUGEINT,
 * which is exact. Below 2^27 no sum of fewer than 2^40 values overflows its 127 bits; greater values are added as doubles
 * (`fsum`, with compensation) beside them.
 */

/** 2^27: values from here on are summed as doubles. */
export const LARGE = '134217728';
/** 2^60. */
export const SCALE = '1152921504606846976';

/** The exact sum, in 2^-60, of the values below `LARGE`; NULL without any. */
export const exactSum = (value: string) =>
  `sum(CAST(CASE WHEN abs(${value}) < ${LARGE} THEN ${value} * ${SCALE} END AS HUGEINT))`;

/** The sum of the other values; NULL without any. */
export const largeSum = (value: string) => `fsum(CASE WHEN abs(${value}) >= ${LARGE} THEN ${value} END)`;
