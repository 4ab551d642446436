/**
 * `exact_avg(v)`: the mean of doubles, the same to the last bit whatever order the threads finish in.
 *
 * Double additions round, so their sum depends on their order. Here each value is taken to a whole number of 2^-60
 * first (without loss from 2^-8 up, since a double has 53 bits) and whole numbers are added as HUGEINT, which is
 * exact. Below 2^27 no sum of fewer than 2^40 values overflows its 127 bits; where a group holds a greater value,
 * a compensated sum (`favg`) answers instead.
 */
const EXACT_AVG = `CREATE MACRO exact_avg(v) AS
  CASE
    WHEN max(abs(v)) < 134217728
    THEN sum(CAST(CASE WHEN abs(v) < 134217728 THEN v * 1152921504606846976 END AS HUGEINT))
      / 1152921504606846976.0 / count(v)
    ELSE favg(v)
  END`;

/** What every statement may call beside DuckDB's own functions. */
export const DUCKDB_MACROS = [EXACT_AVG];
