import { LARGE, SCALE } from '../exact-sum.ts';

/** 2^30, twice of which make the scale. */
const HALF_SCALE = '1073741824';
/** 1.5 × 2^52: added and taken away again, it rounds as HUGEINT does, ties to even. */
const ROUNDING = '6755399441055744e0';

/** The sum of the other values; NULL without any. Additions of doubles round, so it may differ in its last bits. */
export const largeSum = (value: string) => `sum(CASE WHEN abs(${value}) >= ${LARGE} THEN ${value} END)`;

/**
 * The sum that `exactSum` has in DuckDB, to the last bit, as the text of its digits; NULL without any value. Trino's cast of a
 * double to a decimal goes by its shortest text, and would change bits: so each value is cut into its whole part and two times
 * 30 bits behind the point, which are exact, and summed as BIGINT without overflow up to 2^33 values.
 */
export function exactSum(value: string): string {
  const counts = `is_finite(${value}) AND abs(${value}) < ${LARGE}`;
  const sum = (part: string) => `sum(CASE WHEN ${counts} THEN CAST(${part} AS bigint) END)`;
  const wide = (part: string) => `CAST(${sum(part)} AS decimal(38,0))`;
  const first = `((${value} - truncate(${value})) * ${HALF_SCALE}e0)`;
  const second = `((${first} - truncate(${first})) * ${HALF_SCALE}e0)`;
  const parts = [
    `${wide(`truncate(${value})`)} * DECIMAL '${SCALE}'`,
    `${wide(`truncate(${first})`)} * DECIMAL '${HALF_SCALE}'`,
    wide(`${second} + ${ROUNDING} - ${ROUNDING}`),
  ];
  return `CAST(${parts.join(' + ')} AS varchar)`;
}
