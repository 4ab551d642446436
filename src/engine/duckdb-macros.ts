import { exactSum, LARGE, largeSum, SCALE } from './exact-sum.ts';

/**
 * `exact_avg(v)`: the mean of doubles, the same to the last bit whatever order the threads finish in. The rollups hold
 * the same two sums: see `src/rollup/layout.ts`.
 */
const EXACT_AVG = `CREATE OR REPLACE MACRO exact_avg(v) AS (
  coalesce(${exactSum('v')}, 0) / ${SCALE}.0
  + CASE WHEN max(abs(v)) < ${LARGE} THEN 0 ELSE coalesce(${largeSum('v')}, 0) END
) / nullif(count(v), 0)`;

/** What every statement may call beside DuckDB's own functions. */
export const DUCKDB_MACROS = [EXACT_AVG];
