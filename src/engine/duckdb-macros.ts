/**
 * `exact_avg(v)`: the mean of doubles, the same to the last bit whatever order the threads finish in.
 *
 * Double additions round, so their sum depends on their order. Here each value is taken to a whole number of 2^-60
 * first (without loss from 2^-8 up, since a double has 53 bits) and whole numbers are added as HUGEINT, which is
 * exact. Below 2^27 no sum of fewer than 2^40 values overflows its 127 bits; greater values are added as doubles
 * (`fsum`, with compensation) beside them. The rollups hold the same two sums: see `src/rollup/layout.ts`.
 */
const EXACT_AVG = `CREATE OR REPLACE MACRO exact_avg(v) AS (
  coalesce(sum(CAST(CASE WHEN abs(v) < 134217728 THEN v * 1152921504606846976 END AS HUGEINT)), 0)
    / 1152921504606846976.0
  + CASE WHEN max(abs(v)) < 134217728 THEN 0 ELSE coalesce(fsum(CASE WHEN abs(v) >= 134217728 THEN v END), 0) END
) / nullif(count(v), 0)`;

/** What every statement may call beside DuckDB's own functions. */
export const DUCKDB_MACROS = [EXACT_AVG];
